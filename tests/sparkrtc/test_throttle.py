"""One decision of the throttle at a time. What many of them amount to stands in tests/connections/test_world.py."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest

from console.sparkrtc import Lane
from console.sparkrtc.book import Book, Hunger, Outcome, Report, Rule, Taken, Waiter
from console.sparkrtc.floors import Trips
from console.sparkrtc.quotas import ANALYTICS, QUOTAS
from console.sparkrtc.throttle import (
    Grant,
    Later,
    TooLate,
    Verdict,
    Want,
    ahead_of,
    enough_left,
    left_for_clicks,
    serve,
    spacing_of,
)

CLICK, PAGE, ALERT, BACKGROUND = Lane.CLICK, Lane.PAGE, Lane.ALERT, Lane.BACKGROUND
TWO = Rule(limit=2, seconds=10.0)
HERE = "here"
_numbers = iter(range(10**6))


def answered(at: float, path: str = HERE) -> Taken:
    return Taken(f"t{next(_numbers)}", CLICK, at, at + 30, path, done=at)


def out(start: float, lease: float = 30.0) -> Taken:
    return Taken(f"t{next(_numbers)}", CLICK, start, start + lease, HERE)


def book(*taken: Taken, **more: Any) -> Book:
    return Book(taken={one.permit: one for one in taken}, **more)


def ask(
    found: Book, now: float, lane: Lane = CLICK, rule: Rule = TWO, patience: float = 1000.0, front: str = "me"
) -> Verdict:
    want = Want(f"w{next(_numbers)}", lane, patience=patience)
    [verdict] = serve(found, rule, [want], now=now, front=front, path=HERE, lease=30.0)
    return verdict


def waiter(lane: Lane, since: float, front: str = "other", until: float = 1e9) -> Waiter:
    return Waiter(front, f"k{next(_numbers)}", lane, since, until)


# --- when a permit comes free


def test_free_permits_are_granted_now() -> None:
    assert ask(book(), 5) == Grant(5)
    assert ask(book(out(4)), 5) == Grant(5)


def test_a_permit_is_busy_until_its_answer_and_the_window() -> None:
    assert ask(book(answered(3), answered(4)), 5, BACKGROUND) == Later(13, pytest.approx(12.95))
    assert ask(book(answered(3), answered(4)), 12.99, ALERT) == Grant(13)
    assert ask(book(answered(3), answered(4)), 13.5) == Grant(13.5)


def test_a_permit_that_is_out_cannot_be_free_before_a_window_from_now() -> None:
    found = ask(book(out(0), out(1)), 5)
    assert isinstance(found, Later)
    assert found.start == 15
    assert isinstance(ask(book(out(0), answered(3)), 5, ALERT), Later)


def test_a_holder_that_is_lost_keeps_its_permit_until_its_lease_and_the_window() -> None:
    def lost() -> Book:
        return book(out(0, lease=30), out(0, lease=40))

    assert ask(lost(), 39.9, patience=0) == TooLate(40)
    assert ask(lost(), 40) == Grant(40)


def test_a_permit_can_be_granted_ahead_of_its_start() -> None:
    rule = Rule(2, 60)
    found = book(answered(3), answered(4))
    assert ask(found, 57, rule=rule) == Later(63, 58)
    assert ask(found, 58, rule=rule, front="you") == Later(
        64, 59
    )  # the first comes free for who waits longer
    assert ask(book(answered(3), answered(4)), 58, rule=rule) == Grant(63)


def test_nobody_is_granted_what_they_cannot_wait_for() -> None:
    found = book(answered(3), answered(4))
    assert ask(found, 11, patience=1.5) == TooLate(13)
    assert found.waiting == []
    assert ask(found, 11, patience=2.0) == Grant(13)


def test_each_permit_is_used_again_in_its_order() -> None:
    """A later wish may get the sooner permit: what was granted ahead of its time stands in nobody's way."""
    rule = Rule(2, 60)
    found = book(answered(3), answered(4))
    found.waiting = [waiter(CLICK, since=0)]
    assert ask(found, 59.5, rule=rule) == Grant(64)
    found.waiting = []
    assert ask(found, 62, rule=rule) == Grant(63)


def test_what_comes_back_unused_is_as_free_as_before() -> None:
    found = book(answered(3), answered(4))
    [grant] = serve(found, TWO, [Want("w", ALERT)], now=12.9, front="me", path=HERE, lease=30)
    assert grant == Grant(13)
    found.settle([Report("w", Outcome.UNUSED, 12.9)], TWO, 12.9)
    assert ask(found, 12.9, patience=0) == TooLate(13)
    found = book(out(0, lease=5), answered(9))
    [grant] = serve(found, TWO, [Want("w", ALERT)], now=14.9, front="me", path=HERE, lease=30)
    found.settle([Report("w", Outcome.UNUSED, 14.9)], TWO, 14.9)
    assert ask(found, 14.9, patience=0) == TooLate(15)


def test_when_the_limit_falls_the_permits_that_come_free_last_are_kept() -> None:
    found = book(answered(3), answered(4), answered(5))
    assert ask(found, 12, BACKGROUND, patience=0) == TooLate(14)
    assert ask(found, 14) == Grant(14)
    assert ask(found, 14, patience=0) == TooLate(15)


# --- floors


def measured(least: float = 0.4) -> Trips:
    trips = Trips(0.0)
    for _ in range(100):
        trips.note(least, 1.0)
    return trips


def test_the_floor_is_taken_off_what_was_answered_on_the_same_path() -> None:
    trips = {HERE: measured()}
    assert ask(book(answered(3), answered(4), trips=trips), 5, BACKGROUND, patience=0) == TooLate(12.7)
    assert ask(book(answered(3, "there"), answered(4, "there"), trips=trips), 5, patience=0) == TooLate(13)
    assert ask(book(answered(3), answered(4), trips={"there": measured()}), 5, patience=0) == TooLate(13)


def test_but_not_off_what_was_lost() -> None:
    assert ask(book(out(0), out(0), trips={HERE: measured()}), 39.8, patience=0) == TooLate(40)


def test_the_first_fast_answer_lowers_it_for_all_that_is_not_granted_yet() -> None:
    found = book(answered(3), answered(4), out(4), trips={HERE: measured()})
    [fast] = [one.permit for one in found.taken.values() if one.done is None]
    found.settle([Report(fast, Outcome.ANSWERED, 5.0, trip=0.1)], TWO, 5.0)
    assert found.trips[HERE].floor(5.0) < 0.1


# --- lanes


@pytest.mark.parametrize("lane", [PAGE, ALERT])
def test_who_waits_in_an_upper_lane_is_served_first(lane: Lane) -> None:
    def others(*waiting: Waiter, taken: tuple[Taken, ...] = ()) -> Book:
        return book(*taken, waiting=list(waiting))

    assert ask(others(waiter(CLICK, 4)), 5, lane) == Grant(5)
    assert ask(others(waiter(CLICK, 4), taken=(answered(3),)), 5, lane, patience=0) == TooLate(13)
    assert ask(others(waiter(CLICK, 4), taken=(answered(3), answered(4))), 5, lane, patience=0) == TooLate(14)
    assert ask(others(*[waiter(CLICK, 4) for _ in range(5)]), 5, lane, patience=0) == TooLate(25)
    assert ask(others(waiter(BACKGROUND, 4), waiter(lane, 6), taken=(answered(3),)), 5, lane) == Grant(5)
    assert ask(others(waiter(lane, 4), taken=(answered(3),)), 5, lane, patience=0) == TooLate(13)
    assert ask(others(waiter(CLICK, 4, until=5), taken=(answered(3),)), 5, lane) == Grant(5)


def test_one_question_serves_many_and_notes_who_waits() -> None:
    found = book()
    wants = [Want("a", PAGE), Want("b", CLICK), Want("c", CLICK, waited=3), Want("d", PAGE, patience=1)]
    verdicts = serve(found, TWO, wants, now=5, front="me", path=HERE, lease=30)
    assert verdicts[1:3] == [Grant(5), Grant(5)]
    assert isinstance(verdicts[0], Later)
    assert verdicts[0].start == 15
    assert verdicts[3] == TooLate(15)
    assert [one.key for one in found.waiting] == ["a"]
    serve(found, TWO, [], now=6, front="me", path=HERE, lease=30)
    assert found.waiting == []


def test_a_place_is_kept_however_often_one_asks() -> None:
    found = book(answered(3), answered(4))
    serve(found, TWO, [Want("a", ALERT, waited=1.0)], now=5, front="me", path=HERE, lease=30)
    serve(found, TWO, [Want("a", ALERT, waited=1.2)], now=6, front="me", path=HERE, lease=30)
    assert [one.since for one in found.waiting] == [4.0]


def test_background_is_spaced_after_any_start() -> None:
    rule = Rule.of(ANALYTICS)
    found = book(last_start=99.5)
    assert ask(found, 100, BACKGROUND, rule) == Later(pytest.approx(99.5 + 1), pytest.approx(99.5 + 0.95))
    assert ask(book(last_start=99.5), 100, PAGE, rule) == Grant(100)
    assert ask(book(last_start=99.5), 101, BACKGROUND, rule) == Grant(101)


def test_background_leaves_a_permit_in_sight() -> None:
    rule = Rule.of(ANALYTICS)
    spent = [answered(50.0 + 0.1 * number) for number in range(29)]
    assert ask(book(*spent), 60, BACKGROUND, rule, patience=0) == TooLate(pytest.approx(110 - 1.8))
    assert ask(book(*spent), 60, CLICK, rule) == Grant(60)


def test_the_background_leaves_one_soon_and_then_about_one_in_an_interval() -> None:
    rule = Rule.of(ANALYTICS)
    assert enough_left([], rule) == -inf
    even = [2.0 * number for number in range(1, 30)]
    assert enough_left(even, rule) == pytest.approx(2 - 1.8)
    hole = [2.0, 4.0, *(20.0 + 2 * number for number in range(27))]
    assert enough_left(hole, rule) == pytest.approx(20 - 1.8 - 2 * 2.3)  # two are left to span it
    assert enough_left([-inf] * 7 + hole[:22], rule) < 2  # idle ones span it too


@pytest.mark.parametrize("quota", QUOTAS.values(), ids=QUOTAS)
def test_the_spacing_leaves_a_little_to_catch_up(quota: Any) -> None:
    rule = Rule.of(quota)
    assert 0 < spacing_of(rule) < rule.interval
    assert left_for_clicks(rule) < max(rule.interval, 1.2)
    assert 0 < ahead_of(BACKGROUND, rule) <= 0.05 < ahead_of(PAGE, rule) <= ahead_of(CLICK, rule) <= 5


def test_a_lane_that_got_nothing_for_long_goes_first_once() -> None:
    rule = Rule(2, 30)
    found = book(answered(10), answered(11), hungry={BACKGROUND: Hunger(since=20, asked=39)})
    found.waiting = [waiter(CLICK, 5), waiter(CLICK, 6)]
    assert ask(found, 39.96, BACKGROUND, rule) == Grant(40)
    assert found.hungry == {}
    assert ask(found, 40.96, BACKGROUND, rule, patience=0) != Grant(41)


def test_hunger_begins_with_the_first_refusal_and_is_forgotten_by_who_stops_asking() -> None:
    rule = Rule(2, 30)
    found = book(answered(10), answered(11))
    ask(found, 12, BACKGROUND, rule, patience=0)
    ask(found, 20, BACKGROUND, rule, patience=0)
    assert found.hungry[BACKGROUND] == Hunger(12, 20)
    ask(found, 36, BACKGROUND, rule, patience=0)
    assert found.hungry[BACKGROUND] == Hunger(12, 36)
    found = book(answered(50), answered(51), hungry={BACKGROUND: Hunger(12, 36)})
    ask(found, 66.5, BACKGROUND, rule, patience=0)
    assert found.hungry[BACKGROUND] == Hunger(66.5, 66.5)


def test_nor_does_what_stopped_asking_go_first_when_it_comes_back() -> None:
    rule = Rule(2, 30)
    found = book(answered(10), answered(11), hungry={BACKGROUND: Hunger(since=0, asked=9)})
    found.waiting = [waiter(CLICK, 5), waiter(CLICK, 6)]
    assert isinstance(ask(found, 39.96, BACKGROUND, rule), Later)


def test_a_use_whose_holder_was_given_up_is_as_good_as_known() -> None:
    """Of four permits one is lost until 90, one is just out, one idle: what is left comes on average every 17 s."""
    found = ask(book(out(0, lease=30), out(39.5, lease=90)), 40, BACKGROUND, Rule(4, 60))
    assert isinstance(found, Later)
    assert found.start == pytest.approx(90 - 0.9 * 15 - 1.15 * 60 / 4)


# --- when to ask again


def test_a_permit_that_depends_on_answers_does_not_make_anybody_ask_in_a_circle() -> None:
    rule = Rule(1, 0.5)
    found = ask(book(out(0)), 1, rule=rule)
    assert isinstance(found, Later)
    assert found.ask_at >= 1.125


def test_everybody_behind_has_a_turn_of_their_own() -> None:
    rule = Rule(2, 1.0)
    found = book(out(0), out(0))
    turns = [ask(found, 0.1, CLICK, rule, front=f"f{number}") for number in range(6)]
    assert [round(one.start, 2) for one in turns if isinstance(one, Later)] == [1.1, 1.1, 2.1, 2.1, 3.1, 3.1]
    asks = [one.ask_at for one in turns if isinstance(one, Later)]
    assert asks == sorted(asks)


def test_nobody_sleeps_for_ever_on_what_may_change() -> None:
    found = ask(book(answered(100), answered(100)), 100, BACKGROUND, Rule(2, 3600), patience=9999)
    assert isinstance(found, Later)
    assert found.start == 3700
    assert found.ask_at <= 115
