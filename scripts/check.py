#!/usr/bin/env python3
"""Every check that needs no server and no browser, each in one line; what fails is printed in full."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

LOCAL = {"CONSOLE_MODE": "local", "CONSOLE_VAR_DIR": str(ROOT / "var" / "check")}
PRODUCTION = {
    "CONSOLE_MODE": "production",
    "SECRET_KEY": "only-for-the-check-" + "0123456789abcdef" * 3,
    "SEALING_KEYS": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "AUDIT_SIGNING_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "ALLOWED_HOSTS": "console.example.com",
    "DATABASE_URL": "sqlite:///" + str(ROOT / "var" / "check" / "none.sqlite3"),
}

CHECKS: dict[str, tuple[list[str], dict[str, str]]] = {
    "lint": (["ruff", "check", "--quiet", "."], {}),
    "format": (["ruff", "format", "--check", "--quiet", "."], {}),
    "types": (["mypy"], LOCAL),
    "imports": (["lint-imports"], LOCAL),
    "templates": (["djlint", "--lint", "--quiet", "templates"], {}),
    "translations": (["python", "scripts/translations.py", "check"], {}),
    "migrations": (["python", "manage.py", "makemigrations", "--check", "--dry-run"], LOCAL),
    "deployment": (["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    "locks": (["python", "scripts/locks.py"], {}),
    "collection": (["python", "-m", "pytest", "--collect-only", "-qq"], {}),  # a test that can't be imported
}


def main() -> int:
    (ROOT / "var" / "check").mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(_run, CHECKS))
    print(f"  {time.monotonic() - started:.0f} s")
    return 0 if all(results) else 1


def _run(name: str) -> bool:
    command, env = CHECKS[name]
    started = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    print(f"  {'ok  ' if good else 'FAIL'} {name:<13} {time.monotonic() - started:4.1f} s", flush=True)
    if not good:
        print(done.stdout, done.stderr, sep="\n", flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
