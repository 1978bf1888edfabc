"""A process that dies between attempt and outcome loses nothing: the entry ends as unknown, the watch goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection as database
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.rooms.models import RoomAction
from console.rooms.services.watching import claim_due, look
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
ROOT = Path(__file__).resolve().parents[2]


def wait_until(happened: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_killed_between_attempt_and_outcome(
    mona: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    sandbox.fail_next("delay", operation="remove_users", seconds=20)
    where = {
        **os.environ,
        "KILLED_DATABASE": str(database.settings_dict["NAME"]),
        "KILLED_AT": str(time.time()),
    }
    hit = list(room.user_ids[:2])
    command = [sys.executable, "-m", "tests.rooms.killed", room.app_id, room.room_id, *hit]
    process = subprocess.Popen(command, cwd=ROOT, env=where)
    try:
        wait_until(
            lambda: RoomAction.objects.filter(attempt_id__isnull=False).exists() or process.poll() is not None
        )
        assert process.poll() is None
        wait_until(lambda: _with_the_cloud(sandbox))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    action = RoomAction.objects.get()
    assert (action.outcome, action.targets.count()) == ("asking", 2)
    assert list(AuditEntry.objects.values_list("kind", flat=True)) == ["attempt"]

    later = timezone.now() + timedelta(minutes=3)
    assert audit.close_lost_attempts(later) == 1
    assert claim_due(later) == [action.pk]
    look(action.pk)
    action.refresh_from_db()
    assert action.outcome == "unknown"
    outcome = AuditEntry.objects.get(kind="outcome")
    assert (outcome.outcome, outcome.attempt_id) == ("unknown", action.attempt_id)


def _with_the_cloud(sandbox: Sandbox) -> bool:
    """Whether the request has arrived: the delay ordered for it is taken."""
    return sandbox.control("faults")["faults"] == []
