"""Prepares a service, lets schemathesis loose on it with the token of each role, and looks at what is left."""

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import settings
from day import prepare
from service import Service

# Of a hundred cases, so many as each; the coordinator comes last, since nobody can break more.
SHARES = {"nobody": 5, "auditor": 5, "shelter": 20, "desk": 30, "coordinator": 40}
# Of a hundred cases at random, so many at least must be done, or it is refusals alone that are tried. Some two thirds of what was seen.
DONE = {"nobody": 2, "auditor": 2, "shelter": 5, "desk": 12, "coordinator": 10}
# So many operations at least must be done once in all; the others take a state of the day that this one is not in.
OPERATIONS_DONE = 40
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


def let_loose(service, known, role, cases, seed, half):
    """Lets it loose as one role: what each case was and was answered, and what it prints if not all went well."""
    count = os.path.join(service.folder, f"{role}.cases")
    config = os.path.join(service.folder, f"{role}.toml")
    document = service.send("GET", "/api/v1/openapi.json")[1]
    with open(config, "w", encoding="utf-8") as file:
        file.write(settings.of(document, known, role, cases, half, os.path.join(HERE, "hooks.py")))
    program = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    ended = subprocess.run(
        [program, "--config-file", config, "run", f"{service.base}/api/v1/openapi.json", "--url", service.base, "--seed", str(seed)],
        env=os.environ | {"STRANGER_COUNT": count, "STRANGER_SEED": str(seed)}, cwd=service.folder,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600 + cases,
    )
    lines = open(count, encoding="utf-8").read().splitlines() if os.path.exists(count) else []
    return [line.split(" ", 2) for line in lines], "" if ended.returncode == 0 else ended.stdout or "no word"


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


def on(server, cases, seed, half):
    """All roles on one database: what each case was and was answered, by role, and what is wrong."""
    kind = "PostgreSQL" if server else "SQLite"
    seen, wrong = {}, []
    with tempfile.TemporaryDirectory(prefix="stranger-") as folder, database(server) as url:
        service = Service(folder, url)
        try:
            known = prepare(service)
            for role, share in SHARES.items():
                seen[role], said = let_loose(service, known, role, cases * share // 100, seed, half)
                if said:
                    wrong.append(f"{kind}, {role}:\n{said}")
            wrong += [f"{kind}: {json.dumps(one)}" for one in left_well(service, known)]
        finally:
            service.stop()
    return kind, seen, wrong


def too_little(results, cases, asked):
    """Prints how many cases each role was given and how they ended: what was tried too little."""
    print(f"{'':24}{'at random':>10}{'done':>6}{'at limits':>11}{'done':>6}")
    wrong, all_random = [], 0
    tried, done = set(), set()
    for kind, seen, _ in results:
        for role in SHARES:
            count = Counter((phase == "coverage", status[0] == "2") for status, phase, _ in seen.get(role, []))
            tried |= {label for _, _, label in seen.get(role, [])}
            done |= {label for status, _, label in seen.get(role, []) if status[0] == "2"}
            yes, at_random = count[False, True], count[False, True] + count[False, False]
            print(f"{kind + ', ' + role:24}{at_random:10}{yes:6}{count[True, True] + count[True, False]:11}{count[True, True]:6}")
            all_random += at_random
            if yes * 100 < at_random * DONE[role] or not yes:
                wrong.append(f"{kind}, {role}: only {yes} of {at_random} were done; {DONE[role]} in a hundred are wanted")
    print(f"{len(asked & tried)} of {len(asked)} operations were tried, and {len(asked & done)} were done at least once", flush=True)
    wrong += [f"only {all_random} cases at random were tried: {cases} are wanted"] if all_random < cases else []
    wrong += [f"never tried: {label}" for label in sorted(asked - tried)]
    wrong += [f"fewer than {OPERATIONS_DONE} operations were done"] if len(asked & done) < OPERATIONS_DONE else []
    return wrong


def named_wrongly(document):
    """Rules of settings.py for operations that are not there."""
    there = {label for label, _, _ in settings.operations(document)}
    named = {*settings.RULES, *settings.NAMED, *(label for _, label in settings.NOT_SO)}
    return [f"settings.py names {label}, which the document does not" for label in sorted(named - there)]


def main():
    cases = int(os.environ.get("INSKRIVNING_STRANGER_CASES", "2000"))
    seed = os.environ.get("INSKRIVNING_STRANGER_SEED", "20261127")
    seed = random.SystemRandom().randrange(2**32) if seed == "random" else int(seed)
    server = os.environ.get("INSKRIVNING_TEST_POSTGRES")
    databases = [(None, 0), (server, 1)] if server else [(None, None)]
    print(f"{cases} cases, seed {seed}", flush=True)
    # Side by side: what takes the time is to think of the cases.
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda one: on(one[0], -(-cases // len(databases)), seed, one[1]), databases))
    with open("docs/openapi.json", encoding="utf-8") as file:
        document = json.load(file)
    asked = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    wrong = too_little(results, cases, asked) + named_wrongly(document) + [one for _, _, more in results for one in more]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
