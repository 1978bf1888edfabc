"""Persistence, and what belongs to what hurt."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.investigate.verdict import limits_in_force
from console.investigate.verdict.curves import Curve, fit, read

LIMITS = limits_in_force()
MINUTE = 60


def curve(values: list[float], step: int = MINUTE, metric: str = "vloss") -> Curve:
    return Curve("a", "b", metric, tuple(place * step for place in range(len(values))), tuple(values))


def lasts(pattern: str, step: int = MINUTE) -> bool:
    """Say whether a pattern of bad (x) and good (.) points lasts."""
    return read(curve([0.2 if mark == "x" else 0.01 for mark in pattern], step), "loss_bad", LIMITS).lasts


def test_three_of_five_consecutive_points_last():
    assert lasts("..xxx..")
    assert lasts("x.x.x")
    assert lasts("xx..x")
    assert not lasts("xx...x")
    assert not lasts("xx....xx....xx")
    assert not lasts("xx")
    assert not lasts("")


def test_points_that_lie_too_far_apart_are_not_consecutive():
    assert lasts("xxx", 5 * MINUTE)
    assert not lasts("xxx", 6 * MINUTE)


def test_the_limit_itself_is_not_beyond():
    assert not read(curve([0.05] * 9), "loss_bad", LIMITS).lasts
    assert not read(curve([2.0] * 9, metric="abit"), "silent_kbps", LIMITS, below=True).lasts
    assert read(curve([1.99] * 9, metric="abit"), "silent_kbps", LIMITS, below=True).lasts


def test_a_reading_tells_middle_worst_and_when():
    found = read(curve([0.01, 0.01, 0.25, 0.5, 0.125, 0.01, 0.0625]), "loss_bad", LIMITS)
    assert (found.hits, found.points, found.middle, found.worst) == (4, 7, 0.1875, 0.5)
    assert (found.since, found.until) == (2 * MINUTE, 6 * MINUTE)
    assert found.bad == {2, 3, 4, 6}
    calm = read(curve([0.01, 0.03]), "loss_bad", LIMITS)
    assert (calm.middle, calm.worst, calm.bad, calm.since, calm.until) == (0.02, 0.03, frozenset(), 0, MINUTE)


@given(st.lists(st.booleans(), max_size=60))
def test_it_lasts_exactly_if_some_five_in_a_row_hold_three(marks):
    pattern = "".join("x" if mark else "." for mark in marks)
    expected = any(pattern[first : first + 5].count("x") >= 3 for first in range(len(pattern)))
    assert lasts(pattern) == expected


@given(
    st.lists(st.floats(0, 1), max_size=60),
    st.sets(st.integers(0, 70)),
)
def test_shares_are_shares_whatever_is_compared(values, hurts):
    found = fit(read(curve(values), "loss_bad", LIMITS), frozenset(hurts))
    assert 0 <= found.share <= 1
    assert 0 <= found.known <= 1
    assert 0 <= found.quality <= 1
    assert found.quiet is None or 0 <= found.quiet <= 1
    assert found.explained <= found.hurting


def test_what_is_bad_only_when_it_hurts_explains_and_what_is_always_bad_does_not():
    hurts = frozenset(range(10, 20))
    only = [0.2 if 10 <= minute < 20 else 0.01 for minute in range(40)]
    assert fit(read(curve(only), "loss_bad", LIMITS), hurts).explains(LIMITS)
    always = fit(read(curve([0.2] * 40), "loss_bad", LIMITS), hurts)
    assert not always.explains(LIMITS)
    assert always.share == always.quiet == 1
    worse = [0.4 if 10 <= minute < 20 else 0.1 for minute in range(40)]
    assert fit(read(curve(worse), "loss_bad", LIMITS), hurts).explains(LIMITS)
    elsewhere = [0.2 if minute >= 25 else 0.01 for minute in range(40)]
    assert not fit(read(curve(elsewhere), "loss_bad", LIMITS), hurts).explains(LIMITS)


def test_a_point_may_be_a_minute_early_or_late():
    hurts = frozenset(range(10, 20))
    late = [0.2 if 11 <= minute < 21 else 0.01 for minute in range(40)]
    assert fit(read(curve(late), "loss_bad", LIMITS), hurts).share == 1
