"""Ranges of time: what is asked of the cloud, and what is refused before asking."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from console.rooms.windows import CUSTOM, read_window, use_window

NOW = datetime(2026, 11, 22, 14, 35, 12, tzinfo=UTC)


def test_two_people_within_an_hour_ask_the_same() -> None:
    first = read_window({}, NOW)
    second = read_window({"range": "24h"}, NOW + timedelta(minutes=20))
    assert first.parameters() == second.parameters() == {"start_time": datetime(2026, 11, 21, 14, tzinfo=UTC)}


def test_the_last_hour_is_the_clouds_own_default() -> None:
    assert read_window({"range": "1h"}, NOW).parameters() == {}


def test_the_longest_preset_is_within_the_limit() -> None:
    start = read_window({"range": "90d"}, NOW).start
    assert start is not None
    assert timedelta(days=89, hours=22) < NOW - start <= timedelta(days=90)


def test_from_and_to_are_read_in_the_zone_that_they_were_written_in() -> None:
    query = {"range": "custom", "from": "2026-11-22T09:00", "to": "2026-11-22T10:00", "zone": "Asia/Shanghai"}
    with timezone.override("Europe/Berlin"):
        window = read_window(query, NOW)
    assert window.start == datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert window.end == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert (window.begin, window.until) == (
        "2026-11-22T02:00",
        "2026-11-22T03:00",
    )  # as the reader's clock says


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ({"from": "yesterday"}, "from", "Write a date"),
        ({"from": "", "to": "2026-11-22T10:00"}, "from", "Write a date"),
        ({"from": "2026-11-22T10:00", "to": "soon"}, "to", "Write a date"),
        ({"from": "2026-11-22T10:00", "to": "2026-11-22T10:00"}, "to", "before it starts"),
        ({"from": "2026-12-22T10:00"}, "from", "future"),
        ({"from": "2026-07-01T00:00", "to": "2026-11-01T00:00"}, "from", "90 days"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(query: dict[str, str], field: str, words: str) -> None:
    window = read_window({"range": CUSTOM, "zone": "UTC", **query}, NOW)
    assert words in window.problems[field]
    assert window.parameters() == {}


@pytest.mark.parametrize("empty", [{}, {"from": "", "to": " ", "zone": "Asia/Shanghai"}])
def test_a_range_of_ones_own_begins_with_the_usual_one(empty: dict[str, str]) -> None:
    with timezone.override("Europe/Berlin"):
        window = read_window({"range": CUSTOM, **empty}, NOW)
    assert (window.name, window.begin, window.until) == (CUSTOM, "2026-11-21T15:00", "2026-11-22T15:35")
    assert window.parameters() == read_window({}, NOW).parameters()  # the same question
    assert window.problems == {}


def test_exactly_ninety_days_may_be_asked() -> None:
    window = read_window(
        {"range": CUSTOM, "from": "2026-08-01T00:00", "to": "2026-10-30T00:00", "zone": "UTC"}, NOW
    )
    assert window.problems == {}


def test_an_hour_later_the_question_before_is_still_known() -> None:
    earlier, later = read_window({}, NOW), read_window({}, NOW + timedelta(hours=1))
    assert later.before is not None
    assert later.before.parameters() == earlier.parameters()


def test_the_use_of_a_room_holds_its_last_minute() -> None:
    opened, closed = NOW - timedelta(hours=2), NOW - timedelta(seconds=40)
    window = use_window(opened, closed, NOW)
    assert window.start == opened
    assert window.end == closed + timedelta(minutes=1)
    ancient = use_window(NOW - timedelta(days=200), None, NOW).start
    assert ancient is not None
    assert NOW - ancient <= timedelta(days=90)
