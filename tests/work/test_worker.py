"""The real worker, as a process of its own with a database of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 60  # seconds after which a test gives up; it never takes as long

# Begins an attempt, marks it as one whose time is over, and dies as a killed process does.
DIE_IN_AN_ATTEMPT = """
import os, django
django.setup()
from datetime import timedelta
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from console.audit import Action, Target, attempt, register
from console.audit.models import OpenAttempt
register(Action("test.thing.do", _("Do a thing")))
with attempt("test.thing.do", actor=None, connection=None, target=Target("thing", "1"), reason="to see"):
    OpenAttempt.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    os._exit(9)
"""
OUTCOMES = """
import django
django.setup()
from console.audit.models import AuditEntry
print(*AuditEntry.objects.order_by("number").values_list("outcome", flat=True))
"""

Run = Callable[..., str]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    own = {
        "CONSOLE_MODE": "local",
        "CONSOLE_VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "console.settings",
    }
    return {**kept, **own}


@pytest.fixture
def run(env: dict[str, str]) -> Run:
    def go(*words: str, expect: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == expect, done.stderr
        return done.stdout.strip()

    return go


@pytest.fixture
def worker(run: Run, env: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    run("manage.py", "migrate", "--verbosity", "0")
    run("manage.py", "createcachetable")
    run("-c", DIE_IN_AN_ATTEMPT, expect=9)
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "worker"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process
    process.kill()
    process.wait()


def await_(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def test_it_closes_a_lost_attempt_and_stops_when_told(
    worker: subprocess.Popen[bytes], run: Run, tmp_path: Path
):
    await_(lambda: run("-c", OUTCOMES) == "attempted unknown")
    os.kill(worker.pid, signal.SIGTERM)
    await_(lambda: worker.poll() is not None)
    assert worker.returncode == 0, (tmp_path / "worker.log").read_text()
    assert "whole and unchanged" in run("manage.py", "verify_audit")


def test_it_stops_too_when_its_whole_group_is_told(worker: subprocess.Popen[bytes], tmp_path: Path):
    await_(lambda: "The worker runs" in (tmp_path / "worker.log").read_text())
    os.killpg(worker.pid, signal.SIGTERM)
    await_(lambda: worker.poll() is not None)
    assert worker.returncode == 0, (tmp_path / "worker.log").read_text()
