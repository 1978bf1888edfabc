"""A process that dies between asking and answer loses no recording: it is found, and nothing is sent a second time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection as database

from console import audit
from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import RecordingJob
from console.recording.tasks import look_at_jobs
from tests.recording.jobs.conftest import Place, jobs_of, sent_to
from tests.rooms.test_killed import wait_until
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
ROOT = Path(__file__).resolve().parents[3]


def test_killed_between_attempt_and_outcome(
    mona: User,
    connected: Connection,
    place: Place,
    sandbox: Sandbox,
    time_passes: Callable[[float], None],
) -> None:
    sandbox.fail_next("delay", operation="create_mix_job", seconds=20)
    where = {
        **os.environ,
        "KILLED_DATABASE": str(database.settings_dict["NAME"]),
        "KILLED_AT": str(time.time()),
    }
    command = [
        sys.executable,
        "-m",
        "tests.recording.jobs.killed",
        place.app_id,
        place.room_id,
        place.rule_id,
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=where)
    try:
        wait_until(lambda: bool(jobs_of(sandbox)) or process.poll() is not None)
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    job = RecordingJob.objects.get()
    assert (job.outcome, job.job_id) == ("asking", "")
    assert list(AuditEntry.objects.values_list("kind", flat=True)) == ["attempt"]

    time_passes(150)
    assert audit.close_lost_attempts() == 1
    look_at_jobs()
    job.refresh_from_db()
    assert (job.outcome, job.job_id) == ("accepted", jobs_of(sandbox)[0].job_id)
    rows = AuditEntry.objects.order_by("id").values_list("kind", "outcome")
    assert list(rows) == [("attempt", "attempted"), ("outcome", "unknown"), ("finding", "succeeded")]
    assert len(sent_to(sandbox, "create_mix_job")) <= 1
