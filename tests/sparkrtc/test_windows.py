"""Windows of time are checked before the cloud refuses them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.errors import InvalidParameters
from console.sparkrtc.outgoing import make_request
from tests.sparkrtc.building import changed, problems
from tests.sparkrtc.doubles import NOW, PROJECT
from tests.sparkrtc.samples import APP


def _hours(count: float) -> datetime:
    return NOW - timedelta(hours=count)


def _days(count: float) -> datetime:
    return NOW - timedelta(days=count)


WINDOWS = [
    ("rooms.room.list", 90 * 24),
    ("rooms.participant.list", 90 * 24),
    ("analytics.realtime_scale.get", 24),
    ("analytics.realtime_quality.get", 24),
    ("analytics.realtime_network.get", 24),
    ("analytics.client_qos.get", 24),
    ("analytics.client_events.get", 1),
    ("analytics.client_abnormal_events.get", 1),
    ("analytics.abnormal_events.get", 24),
    ("analytics.abnormal_event_dimension.get", 24),
]


@pytest.mark.parametrize(("name", "hours"), WINDOWS)
def test_the_longest_window_is_allowed_and_a_second_more_is_not(name: str, hours: int) -> None:
    changed(name, start_time=_hours(hours), end_time=NOW)
    longest = f"{hours // 24} days" if hours > 24 else f"{hours} hours"
    found = problems(name, start_time=_hours(hours) - timedelta(seconds=1), end_time=NOW)
    assert found == {"end_time": f"end_time must be at most {longest} after start_time"}


@pytest.mark.parametrize(("name", "hours"), WINDOWS)
def test_a_window_must_not_run_backwards(name: str, hours: int) -> None:
    found = problems(name, start_time=_hours(0.5), end_time=_hours(0.5))
    assert found == {"end_time": "end_time must be after start_time"}


@pytest.mark.parametrize(
    "name",
    ["analytics.client_qos.get", "analytics.client_events.get", "analytics.client_abnormal_events.get"],
)
def test_call_data_is_kept_for_five_days(name: str) -> None:
    changed(name, start_time=_days(5), end_time=_days(5) + timedelta(hours=1))
    found = problems(name, start_time=_days(5.001), end_time=_days(5.001) + timedelta(hours=1))
    assert found == {"start_time": "start_time must be within the last 5 days"}


def test_a_window_whose_ends_the_cloud_fills_in_is_checked_with_them() -> None:
    assert problems("rooms.room.list", start_time=_days(91), end_time=None)
    assert problems("rooms.room.list", start_time=None, end_time=_hours(2)) == {
        "end_time": "end_time must be after start_time"
    }
    changed("rooms.room.list", start_time=None, end_time=_hours(0.5))
    changed("rooms.room.list", start_time=None, end_time=None)


@pytest.mark.parametrize("name", ["analytics.history_scale.get", "analytics.history_quality.get"])
def test_history_covers_31_days_that_are_over(name: str) -> None:
    today = NOW.date()
    yesterday, first = today - timedelta(days=1), today - timedelta(days=31)
    changed(name, start_date=first, end_date=yesterday)
    assert problems(name, start_date=first - timedelta(days=1), end_date=yesterday) == {
        "start_date": "start_date must be within the last 31 days"
    }
    assert problems(name, start_date=yesterday, end_date=today) == {
        "end_date": "end_date must be a day that is over (UTC)"
    }
    assert problems(name, start_date=yesterday, end_date=first) == {
        "end_date": "end_date must not be before start_date"
    }


def test_which_day_is_over_is_judged_in_utc() -> None:
    operation = OPERATIONS["analytics.history_scale.get"]
    params = {"app_id": APP, "metric": ["UserCount"], "start_date": date(2026, 5, 3)}
    early_in_beijing = datetime(2026, 5, 4, 1, tzinfo=timezone(timedelta(hours=8)))
    with pytest.raises(InvalidParameters):
        make_request(operation, params, project_id=PROJECT, now=early_in_beijing)


def test_usage_has_no_documented_limit_and_may_ask_for_today() -> None:
    changed("analytics.history_usage.get", start_date=date(2026, 1, 1), end_date=NOW.date())
