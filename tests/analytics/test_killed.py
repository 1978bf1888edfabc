"""A worker that is killed at any moment loses nothing, and what is asked again is at most what was under way."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection as database

from console.analytics.metrics import MINUTE_METRICS
from console.analytics.models import Errand, MinuteDay
from console.analytics.packing import unpack
from tests.analytics.conftest import Months
from tests.analytics.world import true_minutes
from tests.sandbox.statistics_asking import Asker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
ROOT = Path(__file__).resolve().parents[2]
KILLS = 4


def run_and_kill(months: Months, after: float) -> str:
    """Start a worker, kill it so many seconds after it is ready, and return what it had said."""
    where = {**os.environ, "KILLED_DATABASE": str(database.settings_dict["NAME"])}
    command = [sys.executable, "-m", "tests.analytics.killed", str(months.now.timestamp())]
    process = subprocess.Popen(
        command, cwd=ROOT, env=where, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said == "ready\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    said += process.stdout.read()
    process.wait()
    process.stdout.close()
    return said


def test_killed_again_and_again(months: Months, app_id: str) -> None:
    months.only(app_id)
    months.look_at_the_list()
    months.sandbox.fail_next("delay", path="/v1/*", seconds=0.05, times=0)
    dice = random.Random(7)
    for _ in range(KILLS):
        assert "done" not in run_and_kill(months, dice.uniform(0.05, 0.4))
        months.sleep(minutes=3)  # leases of the dead end
    answered = Errand.objects.exclude(answered_at=None).count()
    assert answered < 30
    months.sandbox.control("faults", method="DELETE")
    months.look()
    assert not Errand.objects.filter(answered_at=None).exists()
    asked = Counter(
        (
            each["operation"],
            *sorted(map(tuple, (p for p in each["query"] if p[0] not in ("start_time", "end_time")))),
        )
        for each in months.asked()
        if each["operation"] in ("list_realtime_scale", "list_realtime_quality", "list_realtime_network")
    )
    assert sum(asked.values()) - len(asked) <= KILLS
    _today_is_right(months, app_id)


def _today_is_right(months: Months, app_id: str) -> None:
    assert months.sandbox.app is not None
    asker = Asker(months.sandbox.app.cloud.world)
    yesterday = date(2027, 3, 1)
    assert datetime.now(UTC).date() > yesterday
    for metric in MINUTE_METRICS:
        row = MinuteDay.objects.get(application__app_id=app_id, metric=metric.code, day=yesterday)
        values = unpack(bytes(row.packed))
        true = true_minutes(asker, app_id, metric, yesterday)
        assert values[740:] == true[740:]
        assert row.final_until == 1440
