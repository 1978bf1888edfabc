"""A worker killed in the middle of an item: after a restart the run goes on, and a create is not repeated."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone

from console.work.models import Run
from tests.work.conftest import go_on, performed, states

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
ROOT = Path(__file__).resolve().parents[2]
LIMIT = 60  # seconds after which the test gives up; it never takes as long


@pytest.mark.parametrize(("kind", "state"), [("test.read", "done"), ("test.create", "unknown")])
def test_killed_in_the_middle_of_an_item(
    kind: str, state: str, started: Callable[..., Run], tmp_path: Path
) -> None:
    run = started("a", "b", kind=kind)
    begun = tmp_path / "begun"
    where = {**os.environ, "KILLED_DATABASE": str(database.settings_dict["NAME"])}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.work.killed", kind, str(begun)], cwd=ROOT, env=where
    )
    deadline = time.monotonic() + LIMIT
    while not begun.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert begun.exists()
    assert states(run) == {"a": "doing", "b": "waiting"}

    go_on()  # at once: nobody knows yet that the process is dead
    assert performed == []
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=True):
        go_on()
    assert states(run) == {"a": state, "b": "done"}
    assert performed == (["a", "b"] if kind == "test.read" else ["b"])
    run.refresh_from_db()
    assert run.state == Run.State.ENDED
