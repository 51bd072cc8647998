"""The service as a process, on a day of our own, and the calls that prepare it."""

import glob
import json
import os
import subprocess
import time
import urllib.error
import urllib.request

PROGRAM = os.path.abspath(os.environ["INSKRIVNING_PROGRAM"])


class Service:
    def __init__(self, folder, database):
        self.folder = folder
        self.clock = os.path.join(folder, "clock")
        self.at("2026-11-26 09:00:00")
        self.data = ["--data", os.path.join(folder, "data")] + (["--database", database] if database else [])
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("INSKRIVNING_")}
        self.env |= {
            "LD_PRELOAD": glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")[0],
            "FAKETIME_TIMESTAMP_FILE": self.clock,
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }
        self.process = None

    def at(self, instant):
        """Sets its clock."""
        with open(self.clock + ".new", "w", encoding="utf-8") as clock:
            clock.write(f"@{instant}\n")
        os.replace(self.clock + ".new", self.clock)

    def command(self, *arguments):
        return subprocess.run(
            [PROGRAM, *arguments, *self.data], env=self.env, check=True, capture_output=True, text=True, timeout=120
        ).stdout.strip()

    def token(self, role, shelter=None):
        more = ["--shelter", shelter] if shelter else []
        return self.command("token", "new", "--role", role, "--name", "a stranger", *more)

    def start(self):
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", "--listen", "127.0.0.1:0", *self.data], env=self.env, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=log,
            )
        for _ in range(600):
            ready = [line["address"] for line in self.lines() if line.get("message") == "ready"]
            if ready:
                self.base = f"http://{ready[0]}"
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit("the service did not start:\n" + open(self.log, encoding="utf-8").read())

    def lines(self):
        """The lines of its log, the last one only when it is whole."""
        with open(self.log, encoding="utf-8") as log:
            whole = log.read().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def stop(self):
        """Tells it to stop: its exit code."""
        if self.process is None:
            return None
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def send(self, method, path, token=None, body=None):
        """A call: status and what was answered."""
        request = urllib.request.Request(self.base + path, method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def done(self, method, path, token, body=None):
        """A call that must be a yes: what was answered."""
        status, answer = self.send(method, "/api/v1" + path, token, body)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {answer}")
        return answer
