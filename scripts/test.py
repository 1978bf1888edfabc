#!/usr/bin/env python3
"""Run every test: first all of them on SQLite, then again on PostgreSQL and Redis those that depend on the stores.

A few tests that failed beside all the others are looked at again, alone: what fails then fails the run, what passes
is named at the end as unsteady. A machine that was busy for a minute is no fault of the console; a test that is named
again and again is one of ours.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from stores import postgresql, redis_server

ROOT = Path(__file__).resolve().parent.parent
FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
FEW = 5
SLOWEST = "40"  # tests are named with how long they took: where to look when the whole takes too long
WORKERS = str((os.cpu_count() or 1) + 2)  # many a test waits for a browser or for time to pass
SOME_FAILED = 1  # pytest's exit code


def main() -> int:
    started = time.monotonic()
    unsteady: list[str] = []
    print("== SQLite, sandbox, the vendor's SDK, Chromium", flush=True)
    first = _pytest([], {}, unsteady)
    print("== PostgreSQL and Redis", flush=True)
    with postgresql() as database, redis_server() as redis:
        second = _pytest(["-m", "stores"], {"DATABASE_URL": database, "REDIS_URL": redis}, unsteady)
    for test in unsteady:
        print(f"== unsteady: {test} failed beside the others and passed alone")
    print(f"== {time.monotonic() - started:.0f} s", flush=True)
    return first or second


def _pytest(words: list[str], stores: dict[str, str], unsteady: list[str]) -> int:
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, "-m", "pytest", "--no-skips"]

    def run(*more: str) -> int:
        return subprocess.run([*command, *more], cwd=ROOT, env={**env, **stores}, check=False).returncode

    code = run("--cache-clear", "-n", WORKERS, "--dist", "loadgroup", "--durations", SLOWEST, *words)
    failed = sorted(json.loads(FAILED.read_text())) if code == SOME_FAILED and FAILED.exists() else []
    if not 0 < len(failed) <= FEW:
        return code
    print(f"== again, alone: {' '.join(failed)}", flush=True)
    code = run("-n", "0", *failed)
    unsteady += failed if code == 0 else []
    return code


if __name__ == "__main__":
    sys.exit(main())
