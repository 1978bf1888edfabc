"""What the collector keeps of an answer, and what it forgets after a time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from console.analytics.collecting.keeping import Answered, keep_days, keep_minutes
from console.analytics.collecting.kinds import KINDS
from console.analytics.collecting.retention import forget
from console.analytics.collecting.windows import Window
from console.analytics.models import (
    AbnormalHour,
    DayChange,
    DayUsage,
    KnownApplication,
    MinuteDay,
)
from console.analytics.packing import unpack
from console.sparkrtc.replies import Point, ScaleSeries, UsageDay, UsageHistory
from tests.analytics.conftest import START

pytestmark = pytest.mark.django_db


def point(minute: int, value: float | None) -> Point:
    return Point(time=datetime.fromtimestamp(minute * 60, UTC), value=value)


MIDNIGHT = int(datetime(2027, 3, 3, tzinfo=UTC).timestamp()) // 60


def minutes_answered(
    application: KnownApplication,
    first: int,
    until: int,
    points: list[Point],
    reached: int | None,
    lost: int = 0,
) -> int:
    at = datetime.fromtimestamp(until * 60, UTC)
    span = KINDS["minutes:1"].span
    window = Window(first, until, lost)
    return keep_minutes(
        Answered(application, span, window, reached, at, ScaleSeries(points=points)), 1
    ).reached


def test_minutes_that_the_cloud_leaves_out_are_gaps_and_not_missed(application: KnownApplication) -> None:
    first, until = MIDNIGHT + 60, MIDNIGHT + 180
    points = [
        point(minute, minute % 7) for minute in range(first, until) if not first + 20 <= minute < first + 50
    ]
    assert minutes_answered(application, first, until, points, first) == until - 10
    row = MinuteDay.objects.get()
    values = unpack(bytes(row.packed))
    assert (row.missed, row.final_until, row.known) == ([], 170, 90)
    assert values[80:110] == [None] * 30
    assert values[79] == (MIDNIGHT + 79) % 7


def test_what_is_missing_at_the_end_may_only_be_late(application: KnownApplication) -> None:
    first, until = MIDNIGHT, MIDNIGHT + 600
    points = [point(minute, 1) for minute in range(first, first + 540)]
    assert minutes_answered(application, first, until, points, first) == first + 540
    late = [point(minute, 2) for minute in range(first + 540, first + 650)]
    assert minutes_answered(application, first + 540, first + 660, late, first + 540) == first + 650
    values = unpack(bytes(MinuteDay.objects.get().packed))
    assert values[535:545] == [1] * 5 + [2] * 5


def test_a_series_that_stays_silent_is_given_up_after_six_hours(application: KnownApplication) -> None:
    first, until = MIDNIGHT, MIDNIGHT + 1000
    reached = minutes_answered(application, first, until, [], first)
    assert reached == until - 10 - 360
    assert MinuteDay.objects.get().final_until == 630


def test_points_from_outside_the_window_and_without_time_are_left_out(application: KnownApplication) -> None:
    first, until = MIDNIGHT, MIDNIGHT + 100
    odd = [point(first - 5, 9), point(until, 9), Point(time=None, value=4), point(first + 50, None)]
    minutes_answered(
        application, first, until, [*odd, *(point(m, 3) for m in range(first, first + 50))], first
    )
    row = MinuteDay.objects.get()
    assert (row.known, row.total) == (50, 150)


@pytest.mark.stores
def test_an_outage_over_midnight_is_written_down_on_both_days(application: KnownApplication) -> None:
    before = MIDNIGHT - 100
    minutes_answered(
        application, before - 60, before, [point(m, 5) for m in range(before - 60, before)], None
    )
    first = MIDNIGHT + 2000
    points = [point(minute, 6) for minute in range(first + 3, first + 60)]
    minutes_answered(application, first, first + 60, points, before - 10, lost=first - before + 10)
    rows = {row.day.day: row for row in MinuteDay.objects.all()}
    assert rows[2].missed[-1] == [1340, 1440]
    assert rows[3].missed == [[0, 1440]]
    assert rows[4].missed == [[0, 563]]
    assert [rows[day].final_until for day in (2, 3, 4)] == [1440, 1440, 610]


def usage_answered(application: KnownApplication, days: list[UsageDay], at: datetime, first: date) -> bool:
    epoch = date(1970, 1, 1)
    window = Window((first - epoch).days, (at.date() - epoch).days)
    told = Answered(application, KINDS["scale"].span, window, None, at, UsageHistory(days=days))
    return keep_days(told, DayUsage, "usage.calls", kind="calls").late


@pytest.mark.stores
def test_a_changed_past_is_noted(application: KnownApplication) -> None:
    day, morning = date(2027, 3, 2), datetime(2027, 3, 3, 0, 12, tzinfo=UTC)
    first = [UsageDay(day=day, audio_seconds=500, total_seconds=500)]
    assert usage_answered(application, first, morning, day) is False
    row = DayUsage.objects.get()
    assert (row.total_seconds, row.settled) == (500, False)
    later = [UsageDay(day=day, audio_seconds=520, total_seconds=520), UsageDay(day=date(2027, 3, 3))]
    usage_answered(application, later, morning + timedelta(days=1), day)
    row.refresh_from_db()
    assert (row.total_seconds, row.settled) == (520, True)
    changes = DayChange.objects.order_by("figure").values_list("figure", "before", "after")
    assert list(changes) == [("usage.calls.audio_seconds", 500, 520), ("usage.calls.total_seconds", 500, 520)]


def test_a_day_without_a_row_is_missing_once_it_is_settled_and_late_before(
    application: KnownApplication,
) -> None:
    day, morning = date(2027, 3, 2), datetime(2027, 3, 3, 0, 12, tzinfo=UTC)
    assert usage_answered(application, [], morning, day) is True
    assert not DayUsage.objects.exists()
    usage_answered(application, [], morning + timedelta(days=1), day)
    row = DayUsage.objects.get()
    assert (row.day, row.missing, row.total_seconds) == (day, True, None)


# --- forgetting


@pytest.mark.stores
def test_what_is_old_goes_and_people_go_first(application: KnownApplication, settings: Any) -> None:
    settings.KEEP_MINUTES_MONTHS, settings.KEEP_DAYS_MONTHS, settings.KEEP_PEOPLE_DAYS = 2, 4, 30
    for days_ago in (10, 45, 100, 200):
        at = START - timedelta(days=days_ago)
        MinuteDay.objects.create(application=application, metric=1, day=at.date(), packed=b"", asked_at=at)
        DayUsage.objects.create(application=application, kind="calls", day=at.date(), asked_at=at)
        AbnormalHour.objects.create(
            application=application, hour=at, total=3, kept=1, packed=b"x", asked_at=at
        )
    assert forget(START) == 2 + 1 + 1
    assert MinuteDay.objects.count() == 2
    assert DayUsage.objects.count() == 3
    hours = AbnormalHour.objects.order_by("-hour").values_list("total", "packed")
    assert [(total, packed is not None) for total, packed in hours] == [(3, True), (3, False), (3, False)]
