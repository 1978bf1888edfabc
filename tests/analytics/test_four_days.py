"""Four days of collecting, with a night and a day without a worker.

What was kept is what was, wherever the cloud still offered it; elsewhere is a gap; nothing final was asked for twice.
"""

from datetime import timedelta
from typing import Any

import pytest

from console.analytics.metrics import by_code
from console.analytics.models import AbnormalHour
from tests.analytics.conftest import START, Months
from tests.analytics.lived import asked_once, make_up_the_past, minutes_missing, scale_is_whole
from tests.analytics.world import days_between
from tests.sandbox.statistics_asking import Asker

pytestmark = pytest.mark.django_db

FIRST_DAY, LAST_DAY = START.date(), (START + timedelta(days=3)).date()
METRICS = [by_code(1), by_code(11)]


@pytest.fixture
def lived(months: Months, app_id: str) -> Months:
    """Four days, of which the worker missed some."""
    months.only(app_id)
    months.kinds("minutes:1", "minutes:11", "scale", "events")
    make_up_the_past(months, app_id, 31)
    seen: list[dict[str, Any]] = []
    months.seen = seen  # type: ignore[attr-defined]

    def go(**length: float) -> None:
        months.work(step_minutes=480, **length)
        seen.extend(each for each in months.asked() if each["status"] == 200 and not each["fault"])
        months.sandbox.control("log", method="DELETE")

    go(hours=24)
    months.sleep(hours=10)  # a night costs nothing
    go(hours=16)
    months.sleep(hours=30)  # six hours are more than the cloud remembers by the minute
    go(hours=24)
    return months


def test_four_days(lived: Months, app_id: str) -> None:
    assert lived.sandbox.app is not None
    asker = Asker(lived.sandbox.app.cloud.world)
    application = lived.application(app_id)
    _minutes(lived, asker, application)
    _days(asker, app_id, application)
    assert asked_once(lived.seen) > 2 * 1440 * 3  # type: ignore[attr-defined]
    assert AbnormalHour.objects.filter(application=application).count() > 24 * 3


def _minutes(lived: Months, asker: Asker, application: Any) -> None:
    """What nobody asked for in time is as much as must be."""
    gaps = minutes_missing(asker, application, METRICS, FIRST_DAY + timedelta(days=1), LAST_DAY)
    # Thirty hours without a worker, less the day that the cloud remembers; the next look came up to eight hours later.
    assert all(6 * 60 <= count <= 14 * 60 + 10 for count in gaps.values()), gaps


def _days(asker: Asker, app_id: str, application: Any) -> None:
    """Of whole days nothing is missing: the longest outage was shorter than the cloud's memory."""
    days = list(days_between(FIRST_DAY - timedelta(days=30), LAST_DAY - timedelta(days=1)))
    scale_is_whole(asker, app_id, application, days)
