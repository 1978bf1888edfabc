"""Forty days of collecting, with times without a worker, a cloud that fails, and one that refuses.

What was kept is what was, wherever the cloud still offered it; elsewhere is a gap; nothing final was asked for twice.
A short version is tests/analytics/test_four_days.py; this one takes minutes. Run by hand:

    .venv/bin/python tests/benchmarks/bench_collecting.py
"""

import sys
from datetime import timedelta
from typing import Any

import pytest

if __name__ == "__main__":  # by hand: before anything asks for the settings, which come with pytest
    sys.exit(pytest.main([__file__, "-q", "--show-capture=no"]))

from console.analytics.collecting.kinds import KINDS
from console.analytics.metrics import MINUTE_METRICS
from console.analytics.models import AbnormalHour, DayQuality, DayUsage, Spread
from tests.analytics.conftest import START, Months
from tests.analytics.lived import asked_once, make_up_the_past, minutes_missing, scale_is_whole
from tests.analytics.world import days_between, true_days
from tests.sandbox.statistics_asking import Asker

pytest_plugins = ("tests.analytics.conftest",)
pytestmark = pytest.mark.django_db

FIRST_DAY, LAST_DAY = START.date(), (START + timedelta(days=38)).date()


@pytest.fixture
def lived(months: Months, app_id: str) -> Months:
    """Forty days, of which the worker missed some. One distribution stands for all four, to save requests."""
    months.kinds(*(set(KINDS) - {"spread:access_net", "spread:platform", "spread:sdk"}))
    months.only(app_id)
    make_up_the_past(months, app_id, 90)
    seen: list[dict[str, Any]] = []
    months.seen = seen  # type: ignore[attr-defined]

    def go(**length: float) -> None:
        months.work(step_minutes=480, **length)
        seen.extend(each for each in months.asked() if each["status"] == 200 and not each["fault"])
        months.sandbox.control("log", method="DELETE")

    go(days=8)
    months.sleep(hours=15)  # a quiet night costs nothing
    go(days=5)
    months.sleep(hours=34)  # ten hours are more than the cloud remembers by the minute
    go(days=4)
    months.sandbox.fail_next("status", operation="list_realtime_scale", status=500, times=12)
    months.sandbox.fail_next("cut", operation="list_realtime_quality", times=5)
    months.sandbox.fail_next("garbage", operation="list_history_scale", times=2)
    go(days=3)
    months.sandbox.fail_next("status", status=429, code="APIGW.0308", times=3)
    go(days=4)
    months.sandbox.control("faults", method="DELETE")
    months.sleep(days=9)  # within what the cloud remembers by the day
    go(days=5, hours=16)
    return months


def test_forty_days(lived: Months, app_id: str) -> None:
    assert lived.sandbox.app is not None
    asker = Asker(lived.sandbox.app.cloud.world)
    application = lived.application(app_id)
    _minutes(lived, asker, application)
    _days(asker, app_id, application)
    assert asked_once(lived.seen) > 18 * 1440 * 25  # type: ignore[attr-defined]
    assert AbnormalHour.objects.filter(application=application).count() > 24 * 25
    assert Spread.objects.filter(application=application).count() > 12 * 25


def _minutes(lived: Months, asker: Asker, application: Any) -> None:
    """What nobody asked for in time is as much as must be."""
    gaps = minutes_missing(asker, application, MINUTE_METRICS, FIRST_DAY + timedelta(days=1), LAST_DAY)
    # 34 hours and nine days without a worker: less the 24 hours that the cloud remembers, and what was not yet final
    # when the worker left; each outage may cost the minutes until the next look more.
    least, most = 10 * 60 + 8 * 1440, 10 * 60 + 8 * 1440 + 4 * 8 * 60
    assert all(least <= count <= most for count in gaps.values()), gaps


def _days(asker: Asker, app_id: str, application: Any) -> None:
    """Of whole days nothing is missing: the longest outage was shorter than the cloud's memory."""
    days = list(days_between(FIRST_DAY - timedelta(days=30), LAST_DAY - timedelta(days=1)))
    scale_is_whole(asker, app_id, application, days)
    quality = true_days(asker, "list_history_quality", app_id, ["JoinSuccessRate", "VideoTransDelay"], days)
    usage = true_days(asker, "list_history_usage", app_id, "CommunicationDuration", days)
    assert [
        (row.day.isoformat(), row.join_success_rate, row.video_trans_delay_ms)
        for row in DayQuality.objects.filter(application=application, day__in=days).order_by("day")
    ] == [(at, row["join_success_rate"], row["video_trans_delay"]) for at, row in quality.items()]
    calls = DayUsage.objects.filter(application=application, kind="calls", day__in=days).order_by("day")
    assert [(row.day.isoformat(), row.total_seconds) for row in calls] == [
        (at, row["total_duration"]) for at, row in usage.items()
    ]
    assert all(row.settled for row in calls if row.day < LAST_DAY - timedelta(days=2))
