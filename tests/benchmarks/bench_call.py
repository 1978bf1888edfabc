"""The page of a call: how long the server takes and how heavy the page is, from a pair to 500 people.

    make bench ONLY=call
    .venv/bin/python tests/benchmarks/bench_call.py

Each call is one of the sandbox's with a known cause, looked at with warm reads: nothing is asked of the cloud. What
counts is processor time, for it is the same on a busy machine. Ends with 1 when a goal is missed.
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
TIMES, MOST_MS, MOST_KB = 15, 150.0, 200.0
MOMENT = 1_803_988_800.0  # 2027-03-02 12:00 UTC: the world is a function of the moment


def main() -> int:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.settings",
        CONSOLE_MODE="local",
        CONSOLE_VAR_DIR=tempfile.mkdtemp(prefix="console-bench-"),
        ALLOWED_HOSTS="testserver",
        LOG_LEVEL="ERROR",
    )
    os.environ.pop("DATABASE_URL", None)
    import time_machine

    with time_machine.travel(MOMENT, tick=True):
        return _measure()


def _measure() -> int:
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()  # so that answers bring their context along
    from django.core.management import call_command
    from django.test import Client

    from console.accounts.models import RoleGrant, User
    from console.accounts.rights import Role
    from console.connections.models import Connection
    from console.connections.secrets import seal
    from tests.sandbox.harness import start_in_process

    call_command("migrate", verbosity=0)
    sandbox = start_in_process(quota="off")
    try:
        Connection.objects.create(
            slug="demo",
            name="Demo",
            endpoint=sandbox.endpoint,
            project_id=sandbox.project_id,
            access_key=sandbox.ak,
            secret=seal(sandbox.sk),
        )
        person = User.objects.create_user("bob", "bob@example.com", "x")
        RoleGrant.objects.create(user=person, role=Role.LEAD)
        client = Client()
        client.force_login(person)
        print(f"{'people':>7} {'cpu ms':>7} {'goal':>5} {'html kB':>8} {'gzip kB':>8} {'goal':>5}")
        missed = [_one(client, call) for call in _calls(sandbox)]
        return int(any(missed))
    finally:
        sandbox.stop()


def _calls(sandbox: Any) -> list[Any]:
    """Return calls of several sizes, the largest last."""
    world = sandbox.app.cloud.world
    found = world.labelled_calls(MOMENT - 30 * 3600, MOMENT - 900, now=MOMENT)
    hurt = sorted((one for one in found if one.until), key=lambda one: one.size)
    wanted = (2, 7, 40, 200, 500)
    return [next((one for one in hurt if one.size >= size), hurt[-1]) for size in wanted]


def _one(client: Any, call: Any) -> bool:
    """Print a line about one call; return whether it missed a goal."""
    from datetime import UTC, datetime

    at = datetime.fromtimestamp((call.since + call.until) / 2, UTC).strftime("%Y%m%dT%H%M%SZ")
    url = f"/c/demo/investigate/calls/{call.app_id}/{call.room_id}/?at={at}&user={call.user_id}"
    for _warm in range(3):
        answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    spent = []
    for _time in range(TIMES):
        began = time.process_time()
        answer = client.get(url)
        spent.append(1000 * (time.process_time() - began))
    middle = statistics.median(spent)
    plain, packed = len(answer.content) / 1000, len(gzip.compress(answer.content, 6)) / 1000
    people = len(answer.context["call"].people)
    print(f"{people:>7} {middle:>7.0f} {MOST_MS:>5.0f} {plain:>8.0f} {packed:>8.0f} {MOST_KB:>5.0f}")
    return middle > MOST_MS or packed > MOST_KB


if __name__ == "__main__":
    sys.exit(main())
