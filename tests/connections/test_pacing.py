"""Fair refreshing, by a simulated clock: nobody starves, nobody asks too often, no answer grows too old."""

import random
from dataclasses import dataclass, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.connections.pacing import Go, Later, Pace, Watched, pace_of, turn_of
from tests.properties import tried

WISHES = st.lists(st.sampled_from([5.0, 10.0, 30.0, 60.0, 3600.0]), min_size=1, max_size=60)
CAPACITIES = st.floats(0.05, 10)


@given(WISHES, CAPACITIES)
def test_all_wishes_together_fit(wishes: list[float], capacity: float) -> None:
    pace = pace_of(wishes, capacity)
    assert sum(1 / pace.of(wish) for wish in wishes) <= capacity * 1.000001


@given(WISHES, CAPACITIES)
@example([5, 10, 30, 30, 60, 60, 60, 60, 10, 30, 30], 0.6)  # whose sums differ in their last digits
def test_nothing_is_slowed_without_need(wishes: list[float], capacity: float) -> None:
    pace = pace_of(wishes, capacity)
    if sum(1 / wish for wish in wishes) <= capacity:
        assert pace == Pace()
    else:
        used = sum(1 / pace.of(wish) for wish in wishes)
        assert used == pytest.approx(capacity)  # what the quota leaves is used up


@given(WISHES, CAPACITIES)
def test_no_interval_exceeds_the_equal_share(wishes: list[float], capacity: float) -> None:
    pace = pace_of(wishes, capacity)
    assert pace.interval <= len(wishes) / capacity * 1.000001
    assert all(pace.of(wish) <= max(wish, len(wishes) / capacity) * 1.000001 for wish in wishes)


@given(WISHES, CAPACITIES, st.sampled_from([5.0, 10.0, 30.0]))
def test_one_more_watcher_never_speeds_anything_up(
    wishes: list[float], capacity: float, another: float
) -> None:
    assert pace_of([*wishes, another], capacity).interval >= pace_of(wishes, capacity).interval - 1e-9


def test_whoever_wishes_less_than_the_share_is_not_slowed() -> None:
    pace = pace_of([60.0] * 6 + [5.0] * 12, 0.5)
    assert pace.of(60.0) == 60.0
    assert pace.of(5.0) == pytest.approx(12 / 0.4)


@dataclass
class Run:
    """What came of a simulation: when each question was asked for, and the greatest age of each after the start."""

    asked: list[list[float]]
    oldest: list[float]

    def all_asked(self, since: float) -> list[float]:
        return sorted(at for one in self.asked for at in one if at >= since)


def simulate(
    wishes: list[float],
    capacity: float,
    *,
    polls: float,
    seconds: float,
    warm_up: float,
    chance: random.Random,
    closed: frozenset[int] = frozenset(),
    together: bool = False,
) -> Run:
    """Let every question be polled for a while. closed: those whose page nobody has open any more."""
    watched = [Watched(key, wish, 0.0, seen=key not in closed) for key, wish in enumerate(wishes)]
    run = Run([[0.0] for _ in wishes], [0.0] * len(wishes))
    looks = sorted(
        (at, key)
        for key in range(len(wishes))
        if key not in closed
        for at in _looks(0.0 if together else chance.uniform(0, polls), polls, seconds)
    )
    for now, key in looks:
        me = watched[key]
        if now > warm_up:
            run.oldest[key] = max(run.oldest[key], now - me.asked_at)
        match turn_of(me, watched, capacity, now):
            case Go(slot):
                watched[key] = replace(me, asked_at=now, slot_at=slot)
                run.asked[key].append(now)
            case Later(at):
                assert at > now
    return run


def _looks(first: float, every: float, until: float) -> list[float]:
    return [first + number * every for number in range(int((until - first) / every))]


@tried(40)
@given(
    st.lists(st.sampled_from([5.0, 10.0, 60.0]), min_size=2, max_size=30),
    st.sampled_from([0.45, 0.9, 2.0]),
    st.sampled_from([0.2, 1.0, 5.0]),
    st.randoms(use_true_random=False),
    st.booleans(),
)
@example([5.0] * 5 + [10.0] * 3 + [60.0] * 6, 0.9, 0.2, random.Random(1), True)  # sums that differ in a digit
def test_every_answer_keeps_within_its_age_and_all_within_the_capacity(
    wishes: list[float], capacity: float, polls: float, chance: random.Random, together: bool
) -> None:
    cycle = max(60.0, len(wishes) / capacity)
    run = simulate(
        wishes,
        capacity,
        polls=polls,
        seconds=8 * cycle,
        warm_up=3 * cycle,
        chance=chance,
        together=together,
    )
    pace = pace_of(wishes, capacity)
    for key, wish in enumerate(wishes):
        assert run.oldest[key] <= pace.of(wish) + 2 * polls + 2 * pace.spacing
    asked = run.all_asked(since=3 * cycle)
    for begin in asked:
        window = [at for at in asked if begin <= at < begin + 60]
        content = sum(60 / wish + 1 for wish in wishes if not pace.slows(wish))
        turns = 60 / pace.spacing + 5 if pace.spacing else 0
        assert len(window) <= content + turns


def test_twenty_panels_share_a_quota_of_thirty_a_minute() -> None:
    wishes, quota = [5.0] * 10 + [10.0] * 10, 0.5
    run = simulate(wishes, 0.9 * quota, polls=1.0, seconds=600, warm_up=120, chance=random.Random(1))
    assert max(run.oldest) <= 1.3 * len(wishes) / quota
    assert 25 <= len(run.all_asked(since=300)) / 5 <= 28  # a minute


def test_one_viewer_and_two_hundred_cost_the_same() -> None:
    figures = [
        len(
            simulate(
                [10.0] * 20,
                0.45,
                polls=polls,
                seconds=900,
                warm_up=0,
                chance=random.Random(2),
                together=True,
            ).all_asked(since=600)
        )
        for polls in (5.0, 0.05)
    ]
    assert figures[0] == pytest.approx(figures[1], rel=0.05)


def test_pages_that_were_closed_hold_nobody_up() -> None:
    closed = frozenset(range(10))  # the oldest of all, and nobody takes their turn
    run = simulate(
        [5.0] * 20, 0.45, polls=1.0, seconds=300, warm_up=60, chance=random.Random(3), closed=closed
    )
    assert all(len(run.asked[key]) == 1 for key in closed)
    assert max(run.oldest[10:]) <= 20 / 0.45


def test_a_clock_of_another_host_that_runs_ahead_holds_nobody_up_for_long() -> None:
    ahead = Watched(1, 5.0, 100.0, slot_at=130.0)
    others = [ahead, *(Watched(key, 5.0, 60.0 + key) for key in range(2, 22))]
    assert isinstance(turn_of(others[1], others, 0.45, 100.0), Go)


def test_what_is_being_asked_is_no_longer_before_anybody() -> None:
    busy = Watched(1, 5.0, 0.0, slot_at=90.0, busy=True)
    others = [busy, *(Watched(key, 5.0, float(key)) for key in range(2, 22))]
    assert turn_of(others[1], others, 0.45, 100.0) == Go(pytest.approx(100.0 - 3 / 0.45))
