"""Times in and out: aware UTC inside, the viewer's zone at the edge."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from console.core import times

NOW = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"), timezone.override("Europe/Berlin"):
        yield


def test_a_local_time_becomes_utc() -> None:
    assert times.parse_local("2026-01-15 14:30") == datetime(2026, 1, 15, 13, 30, tzinfo=UTC)
    assert times.parse_local("2026-01-15T14:30:05") == datetime(2026, 1, 15, 13, 30, 5, tzinfo=UTC)
    assert times.parse_local("2026-07-15") == datetime(2026, 7, 14, 22, 0, tzinfo=UTC)


def test_a_time_with_its_own_offset_keeps_it() -> None:
    assert times.parse_local("2026-01-15T14:30:00+08:00") == datetime(2026, 1, 15, 6, 30, tzinfo=UTC)


def test_the_hour_that_clocks_skip_still_is_a_time() -> None:
    assert times.parse_local("2026-03-29 02:30") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "25:00", "0001-01-01", "9999-12-31T23:59+00:00x"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert times.parse_local(text) is None


def _range(**asked: object) -> times.TimeRange:
    return times.parse_range(**{"preset": "", "start": "", "end": "", "now": NOW, **asked})  # type: ignore[arg-type]


def test_a_preset_ends_now() -> None:
    asked = _range(preset="24h")
    assert (asked.start, asked.end, asked.preset) == (NOW - timedelta(hours=24), NOW, "24h")


def test_nothing_asked_is_the_default() -> None:
    assert _range(default="7d").length == timedelta(days=7)
    assert _range(preset="nonsense").preset == "1h"


def test_from_and_to_are_read_in_the_viewers_zone() -> None:
    asked = _range(start="2026-03-01 10:00", end="2026-03-01 11:00")
    assert asked.start == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert asked.length == timedelta(hours=1)
    assert asked.problem == ""


def test_an_open_end_is_now() -> None:
    assert _range(start="2026-03-29 10:00").end == NOW


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ("2026-03-02", "2026-03-01", "ends before"),
        ("what", "", "not a time"),
        ("2026-03-01", "what", "not a time"),
    ],
)
def test_an_unusable_range_falls_back_and_says_why(start: str, end: str, says: str) -> None:
    asked = _range(start=start, end=end)
    assert says in asked.problem
    assert asked.preset == "1h"


def test_too_long_a_range_keeps_its_end() -> None:
    asked = _range(start="2026-01-01", end="2026-03-01", longest=timedelta(days=7))
    assert asked.length == timedelta(days=7)
    assert asked.end == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert "7 d 0 h" in asked.problem


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "just now"),
        (4.9, "just now"),
        (12, "12 s ago"),
        (60, "1 min ago"),
        (7300, "2 h ago"),
        (86400, "1 day ago"),
    ],
)
def test_ages_in_words(seconds: float, words: str) -> None:
    assert times.ago(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (185, "3 min 05 s"),
        (7620, "2 h 07 min"),
        (172_800, "2 d 0 h"),
        (86_400 * 30_599, "30,599 d 0 h"),
        (-5, "0 s"),
    ],
)
def test_durations_in_two_units(seconds: float, words: str) -> None:
    assert times.duration(seconds) == words


@pytest.mark.parametrize("seconds", [0, 59.9, 3599, 3661, 172_799, 172_801, 9_876_543, -5])
def test_seconds_are_told_by_fewer_digits_in_the_same_words(seconds: float) -> None:
    assert times.duration(times.seconds_told(seconds)) == times.duration(seconds)
    assert times.seconds_told(9_876_543) == 9_874_800


@time_machine.travel(NOW, tick=False)
def test_todays_times_leave_the_date_out() -> None:
    assert times.local_text(NOW - timedelta(hours=1)) == "13:00:00"
    assert times.local_text(NOW - timedelta(days=1)) == "2026-03-28 13:00:00"


def test_offsets_read_as_people_write_them() -> None:
    winter, summer = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    assert (times.zone_offset(winter), times.zone_offset(summer)) == ("UTC+1", "UTC+2")
    with timezone.override("Asia/Kolkata"):
        assert times.zone_offset(winter) == "UTC+5:30"
    with timezone.override("America/St_Johns"):
        assert times.zone_offset(winter) == "UTC−3:30"
    with timezone.override("UTC"):
        assert times.zone_offset(winter) == "UTC"


def test_utc_for_tickets() -> None:
    assert times.utc_text(NOW) == "2026-03-29 12:00:00 UTC"
