"""When nobody is told, on the clocks of a zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.alerts.engine import ALWAYS_LOUD, Silence

WORK = frozenset(range(5))
NIGHTS = Silence("Asia/Shanghai", WORK, 22 * 60, 7 * 60)  # from Monday evening to Saturday morning


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("silence", "moment", "silent"),
    [
        (NIGHTS, "2026-11-23T13:59", False),  # Monday 21:59 there
        (NIGHTS, "2026-11-23T14:00", True),
        (NIGHTS, "2026-11-23T22:59", True),  # Tuesday 06:59
        (NIGHTS, "2026-11-23T23:00", False),
        (NIGHTS, "2026-11-27T22:30", True),  # Saturday 06:30, of Friday's night
        (NIGHTS, "2026-11-28T15:00", False),  # Saturday 23:00
        (NIGHTS, "2026-11-22T22:30", False),  # Monday 06:30: Sunday's night is none of them
        (Silence("UTC", frozenset({5, 6}), 0, 0), "2026-11-28T00:00", True),
        (Silence("UTC", frozenset({5, 6}), 0, 0), "2026-11-29T23:59", True),
        (Silence("UTC", frozenset({5, 6}), 0, 0), "2026-11-30T00:00", False),
        (Silence("UTC", WORK, 720, 780), "2026-11-23T12:30", True),
        (Silence("UTC", WORK, 720, 780), "2026-11-23T13:00", False),
        (ALWAYS_LOUD, "2026-11-23T12:30", False),
        # The hour that Berlin has twice is silent twice.
        (Silence("Europe/Berlin", frozenset({6}), 120, 180), "2026-10-25T00:30", True),
        (Silence("Europe/Berlin", frozenset({6}), 120, 180), "2026-10-25T01:30", True),
        (Silence("Europe/Berlin", frozenset({6}), 120, 180), "2026-10-25T02:00", False),
    ],
)
def test_when_it_is_silent(silence: Silence, moment: str, silent: bool) -> None:
    assert silence.holds(_at(moment)) is silent


def test_a_silence_ends_where_it_says() -> None:
    assert NIGHTS.over_at(_at("2026-11-23T15:20")) == _at("2026-11-23T23:00")
    assert NIGHTS.over_at(_at("2026-11-23T09:20")) == _at("2026-11-23T09:20")


def test_a_silence_of_every_hour_never_ends_and_says_so() -> None:
    always = Silence("UTC", frozenset(range(7)), 60, 60)
    assert always.endless
    assert always.over_at(_at("2026-11-23T15:20")) is None


@given(
    st.frozensets(st.integers(0, 6), max_size=6),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.integers(0, 10_080),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/St_Johns"]),
)
def test_it_is_loud_when_the_silence_is_over(
    days: frozenset[int], start: int, end: int, offset: int, zone: str
) -> None:
    silence = Silence(zone, days, start, end)
    moment = _at("2026-03-07T00:00") + timedelta(minutes=offset)
    over = silence.over_at(moment)
    assert over is not None
    assert not silence.holds(over)
    if over > moment:
        assert silence.holds(moment)
        assert silence.holds(over - timedelta(minutes=1))
