"""What happens to a book: reports, changes of the clock and of the limit, and what a 429 teaches."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc import Lane
from console.sparkrtc.book import Book, Hunger, Outcome, Report, Rule, Taken, Waiter
from console.sparkrtc.floors import Trips
from console.sparkrtc.strangers import Cut, cut_after, pause_after

RULE = Rule(10, 60.0)


def taken(name: str, start: float, done: float | None = None, **more: Any) -> Taken:
    return Taken(name, Lane.CLICK, start, start + 90, "path", done, **more)


def book(*permits: Taken, **more: Any) -> Book:
    return Book(taken={one.permit: one for one in permits}, **more)


@pytest.mark.parametrize(
    ("limit", "seconds", "said"),
    [
        (0, 60.0, "limit must be a whole number from 1"),
        (-5, 60.0, "limit must be"),
        (2.5, 60.0, "limit must be"),
        (True, 60.0, "limit must be"),
        (10**6, 60.0, "limit must be"),
        (10, 0.0, "seconds must be a number above 0"),
        (10, -1.0, "seconds must be"),
        (10, nan, "seconds must be"),
        (10, inf, "seconds must be"),
        (10, None, "seconds must be"),
        (10, 1e6, "seconds must be"),
    ],
)
def test_an_absurd_quota_makes_no_rule(limit: Any, seconds: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Rule(limit, seconds)


# --- reports


def test_an_answer_is_booked_once_and_measured() -> None:
    found = book(taken("a", 10.0))
    found.settle([Report("a", Outcome.ANSWERED, 10.5, trip=0.3)], RULE, 11.0)
    found.settle([Report("a", Outcome.ANSWERED, 20.5, trip=0.1)], RULE, 21.0)
    assert found.taken["a"].done == 10.5
    assert (found.trips["path"].least, found.trips["path"].count) == (0.3, 1)


def test_a_lost_answer_says_nothing_of_the_way() -> None:
    found = book(taken("a", 10.0))
    found.settle([Report("a", Outcome.LOST, 12.0)], RULE, 12.0)
    assert found.taken["a"].done == 12.0
    assert found.trips == {}


def test_what_no_window_can_hold_any_more_is_forgotten() -> None:
    found = book(taken("a", 0.0, 1.0), taken("b", 0.0, 2.0), taken("c", 0.0))
    found.settle([], RULE, 61.5)
    assert sorted(found.taken) == ["b", "c"]
    found.settle([], RULE, 151.0)
    assert found.taken == {}


def test_reports_of_what_is_not_known_are_passed_over() -> None:
    found = book()
    found.settle([Report("a", outcome, 1.0) for outcome in Outcome], RULE, 2.0)
    assert found == Book()


# --- the clock


def filled() -> Book:
    return book(
        taken("a", 100.0, 101.0),
        taken("b", 100.0, before=(30.0, "path")),
        waiting=[Waiter("front", "k", Lane.PAGE, 99.0, 105.0)],
        trips={"path": Trips(50.0)},
        hungry={Lane.ALERT: Hunger(90.0, 100.0)},
        last_start=100.0,
        blocked_until=104.0,
        cut=Cut(80.0, 5, 4),
        stepped_at=70.0,
        old_until=103.0,
    )


def test_when_the_clock_goes_back_everything_goes_with_it() -> None:
    found = filled()
    found.move(-60.0)
    assert (found.taken["a"].done, found.taken["b"].start, found.taken["b"].lease) == (41.0, 40.0, 130.0)
    assert found.taken["b"].before == (-30.0, "path")
    assert found.waiting == [Waiter("front", "k", Lane.PAGE, 39.0, 45.0)]
    assert found.hungry == {Lane.ALERT: Hunger(30.0, 40.0)}
    assert found.trips["path"].since == -10.0
    assert (found.last_start, found.blocked_until, found.stepped_at) == (40.0, 44.0, 10.0)
    assert found.cut == Cut(20.0, 5, 4)
    assert found.old_until == 43.0


@pytest.mark.parametrize("lease", [90.0, None])
def test_starting_over_keeps_only_what_may_be_under_way(lease: float | None) -> None:
    found = filled()
    found.start_over(RULE, last=5.0, now=5.0, lease=lease)
    assert list(found.taken) == (["b"] if lease else [])
    if lease:
        assert (found.taken["b"].start, found.taken["b"].lease) == (5.0, 95.0)
    assert (found.blocked_until, found.waiting, found.trips) == (65.0, [], {})
    assert found.cut == Cut(5.0, 5, 4)


def test_two_books_that_turn_out_to_be_one_are_as_strict_as_both() -> None:
    found, other = filled(), book(taken("c", 1.0), last_start=200.0, cut=Cut(1.0, 3, 3))
    found.take_over(other)
    assert sorted(found.taken) == ["a", "b", "c"]
    assert (found.last_start, found.blocked_until, found.cut) == (200.0, 104.0, Cut(1.0, 3, 3))


# --- strangers


def accepted(count: int, at: float = 100.0) -> list[Taken]:
    return [taken(f"ok{number}", at, at + 0.1) for number in range(count)]


def refuse(found: Book, name: str, at: float, retry_after: float | None = None) -> None:
    found.taken[name] = taken(name, at)
    found.settle([Report(name, Outcome.REFUSED, at, retry_after=retry_after)], RULE, at)


def test_the_limit_falls_to_what_was_accepted() -> None:
    found = book(*accepted(7))
    refuse(found, "no", 110.0)
    assert found.limit(RULE, 110.0) == 7
    assert found.blocked_until == 110.0 + 2 * RULE.interval
    assert found.taken["no"].free(RULE.seconds) == 170.0  # a server may count what it refuses


def test_but_not_below_half_at_once() -> None:
    found = book()
    refuse(found, "no", 110.0)
    assert found.limit(RULE, 110.0) == 5


def test_what_was_under_way_together_counts_as_one_refusal() -> None:
    found = book(*accepted(7))
    for name in ("no1", "no2", "no3"):
        found.taken[name] = taken(name, 109.0)
    for name in ("no1", "no2", "no3"):
        found.settle([Report(name, Outcome.REFUSED, 110.0)], RULE, 110.0)
    assert found.limit(RULE, 110.0) == 7
    assert found.cut is not None
    assert found.cut.row == 1


def test_refusals_in_a_row_make_it_fall_on_and_the_pauses_longer() -> None:
    found, pauses, limits, now = book(), [], [], 100.0
    for number in range(5):
        refuse(found, f"no{number}", now)
        limits.append(found.limit(RULE, now))
        pauses.append(found.blocked_until - now)
        now = found.blocked_until + 1
    assert limits == [5, 2, 1, 1, 1]
    assert pauses == [12.0, 48.0, 60.0, 60.0, 60.0]


def test_something_accepted_in_between_ends_the_row() -> None:
    found = book()
    refuse(found, "no", 100.0)
    found.taken["yes"] = taken("yes", 120.0, 120.1)
    refuse(found, "no again", 125.0)
    assert found.cut is not None
    assert found.cut.row == 1


def test_the_servers_own_word_goes_before_our_guess() -> None:
    found = book(*accepted(7))
    refuse(found, "no", 110.0, retry_after=3.0)
    assert found.blocked_until == 113.0
    assert "no" not in found.taken  # its word is about this request as well


def test_the_limit_rises_step_by_step_and_more_slowly_where_it_was_refused_again() -> None:
    cut = Cut(100.0, 5, 5)
    assert [cut.limit_at(100.0 + 60 * step, 10, 60) for step in range(7)] == [5, 6, 7, 8, 9, 10, 10]
    assert cut.full_at(10, 60) == 400.0
    again = cut_after(cut, now=221.0, accepted=6, answered_since=True, limit=10, seconds=60)
    assert (again.limit, again.slow) == (6, 2)
    assert [again.limit_at(221.0 + 60 * step, 10, 60) for step in range(4)] == [6, 6, 7, 7]
    third = cut_after(again, now=400.0, accepted=6, answered_since=True, limit=10, seconds=60)
    fourth = cut_after(third, now=800.0, accepted=6, answered_since=True, limit=10, seconds=60)
    assert (third.slow, fourth.slow) == (4, 4)


def test_a_limit_that_is_whole_again_is_forgotten() -> None:
    found = book(cut=Cut(100.0, 9, 9))
    found.settle([], RULE, 159.0)
    assert found.cut is not None
    found.settle([], RULE, 160.0)
    assert found.cut is None


@given(
    limit=st.integers(1, 200),
    accepted=st.integers(0, 300),
    seconds=st.sampled_from([1.0, 60.0]),
    retry_after=st.none() | st.floats(-5, 1e9),
    passed=st.floats(0, 1e5),
)
def test_a_limit_is_never_less_than_one_nor_more_than_the_rule(
    limit: int, accepted: int, seconds: float, retry_after: float | None, passed: float
) -> None:
    cut = None
    for answered in (True, False, False):
        cut = cut_after(
            cut, now=0.0, accepted=accepted, answered_since=answered, limit=limit, seconds=seconds
        )
        assert 1 <= cut.limit_at(passed, limit, seconds) <= limit
        assert cut.limit_at(cut.full_at(limit, seconds), limit, seconds) == limit
        assert 0 <= pause_after(cut, retry_after=retry_after, limit=limit, seconds=seconds) <= 600
