"""How much of a round trip may be taken for granted."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from console.sparkrtc.floors import Trips


def seen(*trips: float, at: float = 0.0) -> Trips:
    found = Trips(at)
    for trip in trips:
        found.note(trip, at)
    return found


def test_below_thirty_samples_nothing_is() -> None:
    assert seen(*[0.4] * 29).floor(0.0) == 0.0
    assert seen(*[0.4] * 30).floor(0.0) == pytest.approx(0.3)


def test_the_guard_is_a_quarter_and_5_ms_at_least() -> None:
    assert seen(*[0.1] * 100).floor(0.0) == pytest.approx(0.075)
    assert seen(*[0.01] * 100).floor(0.0) == pytest.approx(0.005)
    assert seen(*[0.004] * 100).floor(0.0) == 0.0


def test_it_is_more_where_trips_differ_much() -> None:
    calm, wild = [0.1, 0.11] * 50, [0.1, 0.3] * 50
    assert seen(*calm).floor(0.0) == pytest.approx(0.075)
    assert seen(*wild).floor(0.0) == pytest.approx(0.05)
    assert seen(*wild[:40]).floor(0.0) == pytest.approx(0.0)


def test_one_fast_answer_lowers_it_at_once() -> None:
    found = seen(*[0.4] * 100)
    found.note(0.1, 1.0)
    assert found.floor(1.0) < 0.1


def test_what_is_older_than_twenty_minutes_is_forgotten() -> None:
    found = seen(0.05, *[0.4] * 99)
    for minute in range(1, 30):
        for _ in range(10):
            found.note(0.4, 60.0 * minute)
        assert (found.floor(60.0 * minute) < 0.05) == (minute < 20)
    assert found.floor(60.0 * 60) == 0.0


def test_a_clock_that_went_back_begins_anew() -> None:
    assert seen(*[0.4] * 100, at=100.0).floor(50.0) == 0.0


@pytest.mark.parametrize("kind", ["uniform", "lognormal", "exponential"])
def test_no_pair_of_ways_is_shorter(kind: str) -> None:
    """The way there of one request and the way back of another, as the proof needs it, for many samples."""
    for seed in range(40):
        chance = random.Random(seed)
        ways = {
            "uniform": lambda: chance.uniform(0.01, 0.06),  # noqa: B023
            "lognormal": lambda: 0.01 + chance.lognormvariate(-4, 0.7),  # noqa: B023
            "exponential": lambda: 0.01 + chance.expovariate(50),  # noqa: B023
        }[kind]
        found, requests = Trips(0.0), [(ways(), ways()) for _ in range(400)]
        for (there, back), (next_there, _back) in pairwise(requests):
            found.note(there + back, 0.0)
            assert found.floor(0.0) <= back + next_there
