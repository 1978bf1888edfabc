"""Several processes and threads at one ledger, and processes that do not survive."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection as database
from django.utils import timezone

from console import audit
from console.audit import heads
from console.audit.models import AuditEntry, OpenAttempt, SignedHead
from console.audit.verify import verify
from tests.audit.helpers import act

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Start = Callable[[str, str], "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts a process on the tests' database; it waits for a line before it works."""
    running: list[subprocess.Popen[str]] = []
    parts = database.settings_dict
    if database.vendor == "postgresql":
        where = f"{parts['HOST']}:{parts['PORT']}"
        url = f"postgres://{parts['USER']}:{parts['PASSWORD']}@{where}/{parts['NAME']}"
    else:
        url = f"sqlite:///{parts['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "CONSOLE_VAR_DIR": str(settings.VAR_DIR)}

    def begin(work: str, argument: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.audit.processes", work, argument],
            env=environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_processes_that_append_at_once_leave_no_gap(start: Start):
    processes = [start("append", "25") for _number in range(3)]
    for process in processes:
        go(process)
    for process in processes:
        assert process.wait(60) == 0, process.stderr.read()
    assert AuditEntry.objects.count() == 150
    assert set(AuditEntry.objects.values_list("number", flat=True)) == set(range(1, 151))
    assert verify().good
    assert not OpenAttempt.objects.exists()


def test_threads_that_append_at_once_leave_no_gap():
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _number in range(15):
                act()
                heads.sign_heads()
        except BaseException as error:
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert AuditEntry.objects.count() == 120
    assert verify().good
    assert list(SignedHead.objects.order_by("serial").values_list("serial", flat=True)) == list(
        range(1, SignedHead.objects.count() + 1)
    )


def test_a_process_killed_before_the_outcome_ends_as_unknown(start: Start):
    process = start("die", "kill")
    go(process)
    assert process.wait(30) == -9
    assert process.stdout.read() == "changed\n"
    (attempt,) = AuditEntry.objects.all()
    assert audit.close_lost_attempts(attempt.at + timedelta(seconds=0.5)) == 0
    assert audit.close_lost_attempts(attempt.at + timedelta(seconds=1.5)) == 1
    outcome = AuditEntry.objects.get(kind="outcome")
    assert (outcome.attempt_id, outcome.outcome) == (attempt.uuid, "unknown")
    assert verify(now=timezone.now() + timedelta(hours=1)).good


def test_an_interrupted_process_still_writes_that_the_outcome_is_unknown(start: Start):
    process = start("die", "interrupt")
    go(process)
    assert process.wait(30) != 0
    outcome = AuditEntry.objects.get(kind="outcome")
    assert (outcome.outcome, outcome.error.split(":")[0]) == ("unknown", "KeyboardInterrupt")
    assert not OpenAttempt.objects.exists()


def test_sweepers_that_meet_close_an_attempt_once(start: Start):
    process = start("die", "kill")
    go(process)
    process.wait(30)
    later, closed = timezone.now() + timedelta(minutes=1), []
    barrier = threading.Barrier(4)

    def sweep() -> None:
        try:
            barrier.wait(10)
            closed.append(audit.close_lost_attempts(later))
        finally:
            database.close()

    threads = [threading.Thread(target=sweep) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(closed) == [0, 0, 0, 1]
    assert AuditEntry.objects.filter(kind="outcome").count() == 1
