#!/usr/bin/env python3
"""Run every test: first all of them on SQLite, then again on PostgreSQL and Redis those that depend on the stores."""

import os
import subprocess
import sys
import time
from pathlib import Path

from stores import postgresql, redis_server

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    started = time.monotonic()
    print("== SQLite, sandbox, the vendor's SDK, Chromium", flush=True)
    first = _pytest([], {})
    print("== PostgreSQL and Redis", flush=True)
    with postgresql() as database, redis_server() as redis:
        second = _pytest(["-m", "stores"], {"DATABASE_URL": database, "REDIS_URL": redis})
    print(f"== {time.monotonic() - started:.0f} s", flush=True)
    return first or second


def _pytest(words: list[str], stores: dict[str, str]) -> int:
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, "-m", "pytest", "--no-skips", "-n", "auto", "--dist", "loadgroup", *words]
    return subprocess.run(command, cwd=ROOT, env={**env, **stores}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
