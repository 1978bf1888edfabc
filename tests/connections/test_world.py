"""The throttle in a simulated world: exact, fair, never idle while somebody waits, and content with its share."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc.book import Rule
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import QUOTAS
from tests.connections.world import Trip, Wish, World, most_in_any_window, most_in_fixed_windows
from tests.properties import tried

CLOSE = 1e-6
LONGEST = 4.0  # seconds that any part of a trip may take; a lease outlives four of them
BULK = Lane.BACKGROUND

_part = st.floats(0, LONGEST, allow_nan=False).map(lambda x: round(x, 3))
_trips = st.builds(
    Trip,
    dally=_part,
    there=_part,
    back=_part,
    ending=st.sampled_from(["answered", "answered", "answered", "lost", "dead", "unused"]),
)
_wishes = st.lists(
    st.builds(
        Wish,
        at=st.floats(0, 12).map(lambda x: round(x, 2)),
        lane=st.sampled_from(Lane),
        front=st.integers(0, 2),
        max_wait=st.sampled_from([0.0, 2.0, 1e9, 1e9]),
        trip=_trips,
    ),
    max_size=40,
)
_limits, _windows = st.integers(1, 6), st.sampled_from([0.5, 1.0, 3.0, 10.0])


# --- never more than the quota, and nobody is forgotten


@tried(120)
@given(wishes=_wishes, limit=_limits, seconds=_windows, offset=st.floats(0, 10))
def test_no_window_of_the_server_ever_sees_more_than_the_quota(
    wishes: list[Wish], limit: int, seconds: float, offset: float
) -> None:
    world = World(Rule(limit, seconds), fronts=3, lease=4 * LONGEST).run(wishes)
    assert most_in_any_window(world.arrivals, seconds) <= limit
    assert most_in_fixed_windows(world.arrivals, seconds, offset) <= limit
    assert world.waiting == 0
    assert all((wish.started_at is None) != (wish.too_long is None) for wish in wishes)
    assert all(wish.started_at is not None for wish in wishes if wish.max_wait > 100)


@tried(60)
@given(wishes=_wishes, limit=_limits, seconds=_windows)
def test_no_permit_is_lost(wishes: list[Wish], limit: int, seconds: float) -> None:
    """When all is over, as many can be had at once as in the beginning."""
    world = World(Rule(limit, seconds), fronts=3, lease=4 * LONGEST).run(wishes)
    later = world.now + 4 * LONGEST + 2 * seconds
    afterwards = [Wish(later, front=number % 3) for number in range(limit + 1)]
    world.run(afterwards)
    waits = sorted(wish.waited for wish in afterwards)
    assert waits[:-1] == [0.0] * limit
    assert waits[-1] >= seconds


@tried(60)
@given(wishes=_wishes, limit=_limits, seconds=st.sampled_from([0.5, 1.0]), fastest=st.floats(0.02, 0.4))
def test_nor_when_the_floor_is_used(wishes: list[Wish], limit: int, seconds: float, fastest: float) -> None:
    """Every way, there or back, takes at least half of the shortest round trip: whatever else it takes."""
    slower = [
        replace(
            wish,
            trip=replace(wish.trip, there=wish.trip.there + fastest / 2, back=wish.trip.back + fastest / 2),
        )
        for wish in wishes
    ]
    world = World(Rule(limit, seconds), fronts=3, lease=4 * LONGEST + 1)
    world.run([Wish(0.0, trip=Trip(there=fastest / 2, back=fastest / 2)) for _ in range(120)])
    assert world.book.trips["path"].floor(world.now) > 0
    begin = world.now + 4 * LONGEST
    world.run([replace(wish, at=wish.at + begin) for wish in slower])
    assert most_in_any_window(world.arrivals, seconds) <= limit


def test_the_simulated_server_notices_a_throttle_that_counts_grants() -> None:
    """The measure measures: two requests a second by their starts, and jitter on the way."""
    assert most_in_any_window([0.9, 1.0, 1.05, 1.1], 1.0) == 4
    assert most_in_any_window([0.0, 1.0, 2.0], 1.0) == 1
    assert most_in_fixed_windows([0.0, 0.99, 1.0], 1.0, 0.0) == 2


# --- in order, and nobody starves


@tried(60)
@given(wishes=_wishes, limit=_limits, seconds=_windows)
def test_those_of_a_lane_in_one_process_are_granted_in_the_order_in_which_they_came(
    wishes: list[Wish], limit: int, seconds: float
) -> None:
    world = World(Rule(limit, seconds), fronts=3, lease=4 * LONGEST).run(wishes)
    keys = [(wish.front, wish.lane, wish.place.key) for wish in world.grants if wish.place]
    for front in range(3):
        for lane in Lane:
            mine = [key for at, of, key in keys if (at, of) == (front, lane)]
            assert mine == sorted(mine)


@pytest.mark.parametrize("lane", list(Lane))
def test_so_are_those_of_several_processes(lane: Lane) -> None:
    chance = random.Random(1)
    wishes = [Wish(0.2 * number, lane, front=number) for number in range(40)]
    trips = (Trip(there=chance.uniform(0, 0.1), back=chance.uniform(0, 0.1)) for _ in repeat(0))
    world = World(Rule(3, 5.0), fronts=40, trips=trips).run(wishes)
    assert [wish.front for wish in world.grants] == list(range(40))


def test_nobody_asks_in_a_circle_because_two_sums_differ_in_their_last_digit() -> None:
    dead = Wish(0.07, Lane.CLICK, front=1, max_wait=2.0, trip=Trip(there=0.012, back=0.0, ending="dead"))
    behind = Wish(0.0, BULK, front=0, trip=Trip(there=0.055, back=0.0))
    world = World(Rule(3, 1.0), fronts=2).run([behind, dead])
    assert behind.started_at is not None
    assert world.questions < 20


def test_two_processes_never_wait_for_each_other() -> None:
    """Each believes that the other is before it: whoever is favoured must hear of it in the end."""
    early = [
        Wish(0.0, lane, front, trip=Trip(dally=4.0, there=2.0, back=1.0, ending=ending))
        for lane, front, ending in [
            (Lane.ALERT, 0, "lost"), (BULK, 1, "answered"), (BULK, 0, "lost"), (Lane.CLICK, 0, "lost"),
            (Lane.PAGE, 1, "answered"), (Lane.ALERT, 1, "answered"), (Lane.PAGE, 2, "answered"),
        ]
    ]  # fmt: skip
    late = [
        Wish(at, lane, front)
        for at, lane, front in [
            (5.71, Lane.PAGE, 2), (7.03, Lane.ALERT, 2), (8.83, Lane.PAGE, 1), (8.94, BULK, 2),
            (11.17, Lane.CLICK, 2),
        ]
    ]  # fmt: skip
    world = World(Rule(1, 10.0), fronts=3, lease=16.0).run([*early, *late], until=600)
    assert world.waiting == 0


def lognormal(chance: random.Random) -> Iterator[Trip]:
    while True:
        there, back = (min(chance.lognormvariate(-3.7, 0.6), 2.0) for _ in range(2))
        yield Trip(there=there, back=back)


def spiky(chance: random.Random, share: float) -> Iterator[Trip]:
    """So large a share of the answers takes a second more."""
    for trip in lognormal(chance):
        yield replace(trip, back=trip.back + 1.0) if chance.random() < share else trip


def bulk(fronts: int = 4, threads: int = 4, lane: Lane = BULK) -> list[Wish]:
    """Threads that want permits again and again."""
    return [Wish(0.0, lane, front=number % fronts, again=True) for number in range(fronts * threads)]


def clicks(chance: random.Random, rule: Rule, load: float, end: float, *, even: bool) -> list[Wish]:
    """Clicks that would use so much of the quota, from the third window on."""
    found, at = [], 2 * rule.seconds
    while at < end:
        at += rule.interval / load if even else chance.expovariate(load / rule.interval)
        found.append(Wish(at, Lane.CLICK, front=chance.randrange(4), max_wait=30.0))
    return found


@pytest.mark.parametrize("even", [True, False], ids=["even", "random"])
@pytest.mark.parametrize("load", [0.5, 0.9, 1.3])
@pytest.mark.parametrize("name", ["rooms", "analytics", "obs"])
def test_a_bulk_run_keeps_moving_under_continuous_clicks(name: str, load: float, even: bool) -> None:
    """What clicks leave is used; and if they want it all, something still moves once in a while."""
    rule, chance = Rule.of(QUOTAS[name]), random.Random(7)
    end = max(12 * rule.seconds, 60)
    world = World(rule, fronts=4, trips=lognormal(chance))
    world.run([*bulk(), *clicks(chance, rule, load, end, even=even)], until=end)
    moves = [wish.started_at or 0.0 for wish in world.grants if wish.lane is BULK]
    settled = [at for at in moves if at > 2 * rule.seconds]
    gaps = [later - sooner for sooner, later in pairwise([2 * rule.seconds, *settled, end])]
    # A lane that got nothing for this long goes first; but then its turn may come just when all is out.
    assert max(gaps) <= max(rule.seconds / 2, 10) + rule.seconds + 2 * rule.interval
    if load < 1 and even:
        assert len(settled) >= 0.6 * (1 - load) * (end - 2 * rule.seconds) / rule.interval
    assert most_in_any_window(world.arrivals, rule.seconds) <= rule.limit


@pytest.mark.parametrize("lane", [Lane.PAGE, Lane.ALERT])
def test_no_lane_starves(lane: Lane) -> None:
    rule, chance = Rule.of(QUOTAS["rooms"]), random.Random(3)
    world = World(rule, fronts=4, trips=lognormal(chance))
    others = [Wish(0.0, lane, front=1, again=True), *bulk(threads=1)]
    world.run([*others, *clicks(chance, rule, 1.5, 900, even=False)], until=900)
    for wanted in (lane, BULK):
        starts = [wish.started_at or 0.0 for wish in world.grants if wish.lane is wanted]
        gaps = [b - a for a, b in pairwise([120, *(at for at in starts if at > 120), 900])]
        assert max(gaps) < rule.seconds / 2 + rule.seconds + 5


# --- how well it does


@pytest.mark.parametrize("name", ["rooms", "analytics", "jobs", "obs"])
@pytest.mark.parametrize("lane", [Lane.CLICK, BULK])
def test_a_flood_uses_what_can_be_had(name: str, lane: Lane) -> None:
    """A permit's round is the window and a round trip, less the floor: more cannot be had without news."""
    rule, chance = Rule.of(QUOTAS[name]), random.Random(5)
    world = World(rule, fronts=4, trips=lognormal(chance))
    end = 12 * rule.seconds if rule.seconds > 1 else 60
    world.run(bulk(lane=lane), until=end)
    settled = [at for at in world.arrivals if at > rule.seconds]
    rounds = (len(settled) - 1) // rule.limit * rule.limit
    used = rounds / (settled[rounds] - settled[0]) * rule.interval
    floor = world.book.trips["path"].floor(world.now)
    assert used > rule.seconds / (rule.seconds + 0.061 - floor) - 0.02
    assert used > (0.99 if name == "rooms" else 0.98 if name == "analytics" else 0.9)
    assert world.questions <= 3 * len(world.grants)
    assert most_in_any_window(world.arrivals, rule.seconds) <= rule.limit


@pytest.mark.parametrize("spikes", [0.0, 0.04], ids=["lognormal", "spiky"])
@pytest.mark.parametrize("name", ["rooms", "analytics"])
def test_a_click_behind_a_bulk_run_waits_for_one_interval_at_most(name: str, spikes: float) -> None:
    rule, chance = Rule.of(QUOTAS[name]), random.Random(11)

    end = 1800.0
    asks = [Wish(150.0 + 17.3 * number, front=number % 4) for number in range(90)]
    world = World(rule, fronts=4, trips=spiky(chance, spikes)).run([*bulk(), *asks], until=end)
    assert all(wish.waited <= rule.interval for wish in asks)
    assert sum(at > 120 for at in world.arrivals) > 0.97 * (end - 120) / rule.interval


@pytest.mark.parametrize("spikes", [0.0, 0.04], ids=["lognormal", "spiky"])
@pytest.mark.parametrize("name", ["rooms", "analytics"])
def test_nor_when_clicks_come_at_random_from_the_first_window_on(name: str, spikes: float) -> None:
    """Uses that bunch up in the first window must not leave a hole that comes round again in every other."""
    rule, chance = Rule.of(QUOTAS[name]), random.Random(13)

    end, at, asks = 600.0, 0.0, []
    while (at := at + chance.uniform(0.5, 1.5) * 5 * rule.interval) < end - 10:
        asks.append(Wish(at, front=len(asks) % 4))
    world = World(rule, fronts=4, trips=spiky(chance, spikes)).run([*bulk(), *asks], until=end)
    assert all(wish.waited <= rule.interval for wish in asks)
    assert sum(at > 60 for at in world.arrivals) > 0.98 * (end - 60) / rule.interval


def test_permits_that_the_dead_hold_cost_the_background_no_more_than_themselves() -> None:
    """Half of the permits are with a process that was killed: the rest are still used, and evenly."""
    rule = Rule.of(QUOTAS["rooms"])
    dead = [Wish(0.0, front=4, trip=Trip(ending="dead")) for _ in range(rule.limit // 2)]
    world = World(rule, fronts=5, lease=3600.0).run([*dead, *bulk()], until=600)
    starts = [wish.started_at or 0.0 for wish in world.grants if wish.lane is BULK]
    settled = [at for at in starts if at > 120]
    assert len(settled) > 0.95 * (600 - 120) / (2 * rule.interval)
    assert max(b - a for a, b in pairwise(settled)) < 3 * rule.interval


def test_the_background_leaves_no_hole_also_when_all_is_free_in_the_beginning() -> None:
    rule = Rule.of(QUOTAS["analytics"])
    world = World(rule, fronts=4).run(bulk(), until=600)
    starts = [wish.started_at or 0.0 for wish in world.grants]
    assert all(0.5 * rule.interval <= b - a <= 1.75 * rule.interval for a, b in pairwise(starts))
    assert sum(at < 10 for at in starts) <= 0.3 * rule.limit


def test_who_waits_asks_seldom() -> None:
    """Two hundred in one process, and eight processes: the questions are about what they wait for, not how many."""
    rule = Rule.of(QUOTAS["analytics"])
    many = World(rule, fronts=1).run([Wish(0.0, BULK) for _ in range(200)], until=200)
    assert many.questions <= 3 * len(many.grants)
    spread = World(rule, fronts=8).run(bulk(fronts=8, threads=8), until=300)
    assert spread.questions <= 3.5 * len(spread.grants)


# --- strangers on the account


@pytest.mark.parametrize("name", ["rooms", "analytics"])
def test_a_stranger_is_made_room_for_and_the_room_is_taken_back(name: str) -> None:
    rule, chance = Rule.of(QUOTAS[name]), random.Random(2)
    begin, left = 600.0, 3000.0
    share = rule.limit // 2

    def believes(now: float) -> int:
        return rule.limit - share if begin <= now < left else rule.limit

    world = World(rule, fronts=4, trips=lognormal(chance), believes=believes)
    world.run(bulk(), until=begin)
    assert (world.refused, world.book.cut) == (0, None)
    world.run([], until=left)
    meanwhile = sum(begin + 120 < at < left for at in world.arrivals)
    accepted = meanwhile - world.refused
    assert accepted > 0.8 * (rule.limit - share) * (left - begin - 120) / rule.seconds
    assert world.refused < 0.06 * meanwhile
    world.run([], until=left + 3600)
    assert world.book.cut is None
    full = sum(at > left + 3000 for at in world.arrivals)
    assert full > 0.97 * rule.limit * 600 / rule.seconds


def test_a_stranger_who_takes_all_is_met_with_patience() -> None:
    rule = Rule.of(QUOTAS["rooms"])
    world = World(
        rule, fronts=4, trips=lognormal(random.Random(4)), believes=lambda now: 0 if now > 300 else 60
    )
    world.run(bulk(), until=1500)
    assert world.refused < 50  # in twenty minutes
    assert world.book.limit(rule, world.now) < 10
