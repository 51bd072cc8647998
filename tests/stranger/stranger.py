"""Prepares a service, lets schemathesis loose on it with the token of each role, and looks at what is left."""

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import uuid

import settings
from day import prepare
from service import Service

# Of a hundred cases, so many as each; the coordinator comes last, since nobody can break more.
SHARES = {"nobody": 5, "shelter": 20, "desk": 35, "coordinator": 40}
HERE = os.path.dirname(os.path.abspath(__file__))


@contextlib.contextmanager
def database(server):
    """An empty database on a PostgreSQL server; none for SQLite."""
    if server is None:
        yield None
        return
    name = f"t{uuid.uuid4().hex}"
    psql = os.path.join(subprocess.check_output(["tests/postgres", "--programs"], text=True).strip(), "psql")
    psql = psql if os.path.exists(psql) else "psql"
    say = lambda statement: subprocess.run([psql, "-qXw", "-c", statement, server], check=True)
    say(f"CREATE DATABASE {name}")
    try:
        yield server.rpartition("/")[0] + "/" + name
    finally:
        say(f"DROP DATABASE {name} WITH (FORCE)")


def let_loose(service, known, role, cases, seed):
    """Lets it loose as one role: how many cases that were, and whether all went well."""
    count = os.path.join(service.folder, f"{role}.cases")
    config = os.path.join(service.folder, f"{role}.toml")
    document = service.send("GET", "/api/v1/openapi.json")[1]
    with open(config, "w", encoding="utf-8") as file:
        file.write(settings.of(document, known, role, cases, seed, os.path.join(HERE, "hooks.py")))
    program = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    ended = subprocess.run(
        [program, "--config-file", config, "run", f"{service.base}/api/v1/openapi.json", "--url", service.base, "--seed", str(seed)],
        env=os.environ | {"STRANGER_COUNT": count, "STRANGER_SEED": str(seed)}, cwd=service.folder,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600 + cases,
    )
    lines = open(count, encoding="utf-8").read().splitlines() if os.path.exists(count) else []
    if ended.returncode != 0:
        print(ended.stdout)
    return lines, ended.returncode == 0


def left_well(service, known):
    """What is wrong with the service afterwards: nothing, if all is well."""
    wrong = [line for line in service.lines() if line.get("message") in ("failed", "broke down")]
    status, _ = service.send("GET", "/readyz")
    wrong += [f"/readyz answers {status}"] if status != 200 else []
    status, _ = service.send("GET", "/api/v1/bans", known.tokens["desk"])
    wrong += [f"the desk is answered {status}"] if status != 200 else []
    code = service.stop()
    wrong += [f"it stopped with {code}"] if code != 0 else []
    said = service.command("audit", "verify")
    wrong += [said] if not said.startswith("PASS") else []
    return wrong


def on(server, cases, seed):
    """All roles on one database: whether all went well."""
    kind = "PostgreSQL" if server else "SQLite"
    well = True
    with tempfile.TemporaryDirectory(prefix="stranger-") as folder, database(server) as url:
        service = Service(folder, url)
        try:
            known = prepare(service)
            for role, share in SHARES.items():
                lines, passed = let_loose(service, known, role, cases * share // 100, seed)
                yes = sum(line.startswith("2") for line in lines)
                print(f"{kind}, {role}: {len(lines)} cases, {yes} of them done", "" if passed else "FAILED", flush=True)
                well = well and passed and bool(lines)
            for wrong in left_well(service, known):
                print(f"{kind}: {json.dumps(wrong)}")
                well = False
        finally:
            service.stop()
    return well


def main():
    cases = int(os.environ.get("INSKRIVNING_STRANGER_CASES", "2000"))
    seed = os.environ.get("INSKRIVNING_STRANGER_SEED", "20261127")
    seed = random.SystemRandom().randrange(2**32) if seed == "random" else int(seed)
    server = os.environ.get("INSKRIVNING_TEST_POSTGRES")
    databases = [None, server] if server else [None]
    print(f"{cases} cases, seed {seed}", flush=True)
    well = [on(database, cases // len(databases), seed) for database in databases]
    sys.exit(0 if all(well) else 1)


main()
