"""The arithmetic of the throttle, against a simulated server that counts arrivals."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count, pairwise
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc import Lane
from console.sparkrtc.quotas import ANALYTICS, QUOTAS
from console.sparkrtc.throttle import Busy, Grant, Rule, Wait, decide, taken

CLICK, PAGE, ALERT, BACKGROUND = Lane.CLICK, Lane.PAGE, Lane.ALERT, Lane.BACKGROUND
CLOSE = 1e-9


@dataclass(frozen=True)
class Trip:
    """One request: when its caller asks, and what becomes of it. All in seconds.

    dally: between the start that was granted and the sending. there, back: the ways. work: at the server.
    ending: "answered"; "lost": no answer, and the socket closed after `back`; "dead": its holder is never
    heard of again, though its request still arrives.
    """

    asks_at: float = 0.0
    lane: Lane = CLICK
    dally: float = 0.0
    there: float = 0.05
    work: float = 0.0
    back: float = 0.05
    ending: str = "answered"


@dataclass
class World:
    """A store that grants by `decide` under a lock, callers who ask, and a server that counts.

    Callers ask each for themselves, in any order; with a front, only the first of each lane asks.
    """

    rule: Rule
    lease: float
    front: bool = False
    rows: dict[int, Busy] = field(default_factory=dict)
    granted: dict[int, float] = field(default_factory=dict)
    asked: Counter[int] = field(default_factory=Counter)
    arrivals: list[float] = field(default_factory=list)
    waiting: dict[int, Lane] = field(default_factory=dict)
    last_start: float = -inf

    def run(self, trips: Sequence[Trip]) -> None:
        order = count()
        events: list[tuple[float, int, str, int]] = []

        def at(time: float, what: str, who: int) -> None:
            heapq.heappush(events, (time, next(order), what, who))

        for who, trip in enumerate(trips):
            at(trip.asks_at, "ask", who)
        while events:
            now, _, what, who = heapq.heappop(events)
            trip = trips[who]
            if what == "ask":
                if self._asks_itself(who, trip):
                    self._ask(who, trip, now, at)
                if self.front and who in self.granted and (next_one := self._first(trip.lane)) is not None:
                    at(now, "ask", next_one)
            elif what == "arrive":
                self.arrivals.append(now)
            else:
                self.rows[who] = replace(self.rows[who], done_at=now)
        self.arrivals.sort()

    def _first(self, lane: Lane) -> int | None:
        return next((who for who, its_lane in self.waiting.items() if its_lane is lane), None)

    def _asks_itself(self, who: int, trip: Trip) -> bool:
        if not self.front or self._first(trip.lane) in (None, who):
            return True
        self.waiting[who] = trip.lane
        return False

    def _ask(self, who: int, trip: Trip, now: float, at: Any) -> None:
        self.asked[who] += 1
        assert self.asked[who] < 5_000, "asking in a circle"
        others = [lane for other, lane in self.waiting.items() if other != who]
        answer = decide(
            self.rows.values(),
            self.rule,
            now=now,
            lane=trip.lane,
            waiting=others,
            last_start=self.last_start,
        )
        if isinstance(answer, Wait):
            assert answer.until > now
            self.waiting[who] = trip.lane
            at(answer.until, "ask", who)
            return
        assert answer.start >= now
        self.waiting.pop(who, None)
        self.last_start = max(self.last_start, answer.start)
        self.granted[who] = answer.start
        self.rows[who] = Busy(answer.start, None, lease_until=answer.start + self.lease)
        arrives = answer.start + trip.dally + trip.there
        at(arrives, "arrive", who)
        if trip.ending != "dead":
            at(arrives + trip.work + trip.back, "done", who)


def most_in_any_window(arrivals: Sequence[float], seconds: float) -> int:
    """The most arrivals in any window (w - seconds, w]."""
    most, first = 0, 0
    for last, arrival in enumerate(arrivals):
        while arrivals[first] <= arrival - seconds + CLOSE:
            first += 1
        most = max(most, last - first + 1)
    return most


def most_in_fixed_windows(arrivals: Sequence[float], seconds: float, offset: float) -> int:
    return max(Counter((arrival - offset + CLOSE) // seconds for arrival in arrivals).values(), default=0)


# --- never more than the quota --------------------------------------------------------------------------------

LONGEST = 4.0  # seconds that any part of a trip may take; a lease outlives four of them
_part = st.floats(0, LONGEST, allow_nan=False).map(lambda x: round(x, 3))
_trips = st.lists(
    st.builds(
        Trip,
        asks_at=st.floats(0, 12).map(lambda x: round(x, 2)),
        lane=st.sampled_from(Lane),
        dally=_part,
        there=_part,
        work=_part,
        back=_part,
        ending=st.sampled_from(["answered", "answered", "answered", "lost", "dead"]),
    ),
    max_size=40,
)


@given(
    trips=_trips,
    limit=st.integers(1, 6),
    seconds=st.sampled_from([0.5, 1.0, 3.0, 10.0]),
    ahead=st.sampled_from([0.0, 0.2, 5.0]),
    offset=st.floats(0, 10),
)
def test_no_window_of_the_server_ever_sees_more_than_the_quota(
    trips: list[Trip], limit: int, seconds: float, ahead: float, offset: float
) -> None:
    world = World(Rule(limit, seconds, ahead=ahead), lease=4 * LONGEST)
    world.run(trips)
    assert len(world.arrivals) == len(trips)
    assert most_in_any_window(world.arrivals, seconds) <= limit
    assert most_in_fixed_windows(world.arrivals, seconds, offset) <= limit


@given(
    trips=_trips,
    limit=st.integers(1, 6),
    seconds=st.sampled_from([0.5, 1.0, 3.0]),
    fastest=st.floats(0, 0.4),
    share=st.floats(0, 1),
)
def test_nor_with_a_floor_that_no_round_trip_undercuts(
    trips: list[Trip], limit: int, seconds: float, fastest: float, share: float
) -> None:
    slower = [
        replace(trip, there=trip.there + fastest * share, back=trip.back + fastest * (1 - share))
        for trip in trips
    ]
    world = World(Rule(limit, seconds, floor=fastest), lease=4 * LONGEST + 1)
    world.run(slower)
    assert most_in_any_window(world.arrivals, seconds) <= limit


@given(
    trips=_trips, limit=st.integers(1, 6), seconds=st.sampled_from([1.0, 3.0]), used=st.lists(st.floats(0, 1))
)
def test_nor_together_with_what_a_lost_store_had_granted(
    trips: list[Trip], limit: int, seconds: float, used: list[float]
) -> None:
    """Up to `limit` requests of before arrived in the last window; a new store knows nothing of them."""
    rule = Rule(limit, seconds)
    world = World(rule, lease=4 * LONGEST)
    world.rows = {-1 - i: row for i, row in enumerate(taken(rule, now=0.0))}
    world.run(trips)
    before = [-share * seconds for share in used[:limit]]
    assert most_in_any_window(sorted([*before, *world.arrivals]), seconds) <= limit


def test_the_simulated_server_notices_a_throttle_that_counts_grants() -> None:
    """The measure measures: two requests a second by their starts, and jitter on the way."""
    arrivals = sorted([0.9, 1.0, 1.05, 1.1])
    assert most_in_any_window(arrivals, 1.0) == 4
    assert most_in_any_window([0.0, 1.0, 2.0], 1.0) == 1
    assert most_in_fixed_windows([0.0, 0.99, 1.0], 1.0, 0.0) == 2


# --- one decision ---------------------------------------------------------------------------------------------

TWO = Rule(limit=2, seconds=10.0)


def answered(at: float, sent: float = 0.0) -> Busy:
    return Busy(sent, at, lease_until=sent + 30)


def out(sent: float, lease: float = 30.0) -> Busy:
    return Busy(sent, None, lease_until=sent + lease)


def test_free_permits_are_granted_now() -> None:
    assert decide([], TWO, now=5, lane=CLICK) == Grant(5)
    assert decide([out(4)], TWO, now=5, lane=CLICK) == Grant(5)


def test_a_permit_is_busy_until_its_answer_and_the_window() -> None:
    rows = [answered(3), answered(4)]
    assert decide(rows, TWO, now=5, lane=CLICK) == Wait(13)
    assert decide(rows, TWO, now=12.9, lane=CLICK) == Wait(13)
    assert decide(rows, TWO, now=13, lane=CLICK) == Grant(13)


def test_a_permit_that_is_out_cannot_be_free_before_a_window_from_now() -> None:
    assert decide([out(0), out(1)], TWO, now=5, lane=CLICK) == Wait(15)
    assert decide([out(0), answered(3)], TWO, now=5, lane=CLICK) == Wait(13)


def test_a_holder_that_is_lost_keeps_its_permit_until_its_lease_and_the_window() -> None:
    rows = [out(0, lease=30), out(0, lease=40)]
    assert decide(rows, TWO, now=39.9, lane=CLICK) == Wait(40)
    assert decide(rows, TWO, now=40, lane=CLICK) == Grant(40)
    assert decide(rows[1:] * 2, TWO, now=45, lane=CLICK) == Wait(50)


def test_a_permit_can_be_granted_ahead_of_its_start() -> None:
    rows = [answered(3), answered(4)]
    ahead = replace(TWO, ahead=5)
    assert decide(rows, ahead, now=7, lane=CLICK) == Wait(8)
    assert decide(rows, ahead, now=8, lane=CLICK) == Grant(13)


def test_the_floor_shortens_what_was_answered_but_not_what_was_lost() -> None:
    floor = replace(TWO, floor=0.5)
    assert decide([answered(3), answered(4)], floor, now=5, lane=CLICK) == Wait(12.5)
    assert decide([out(0), out(1)], floor, now=39.6, lane=CLICK) == Wait(40)


@pytest.mark.parametrize("lane", [PAGE, ALERT])
def test_who_waits_in_an_upper_lane_is_served_first(lane: Lane) -> None:
    assert decide([], TWO, now=5, lane=lane, waiting=[CLICK]) == Grant(5)
    assert decide([answered(3)], TWO, now=5, lane=lane, waiting=[CLICK]) == Wait(13)
    assert decide([answered(3), answered(4)], TWO, now=5, lane=lane, waiting=[CLICK]) == Wait(14)
    assert decide([], TWO, now=5, lane=lane, waiting=[CLICK] * 5) == Wait(15)
    assert decide([], TWO, now=5, lane=lane, waiting=[BACKGROUND, lane]) == Grant(5)
    assert decide([answered(3)], TWO, now=5, lane=CLICK, waiting=[CLICK] * 5) == Grant(5)


def test_background_is_spaced_evenly_after_any_start() -> None:
    rule = Rule.of(ANALYTICS)
    assert rule.spacing == pytest.approx((60 - 0.3) / 30)
    found = decide([], rule, now=100, lane=BACKGROUND, last_start=99)
    assert found == Wait(pytest.approx(99 + rule.spacing - rule.background_ahead))
    assert decide([], rule, now=100, lane=PAGE, last_start=99) == Grant(100)
    assert decide([], rule, now=101.5, lane=BACKGROUND, last_start=99) == Grant(101.5)


@pytest.mark.parametrize("quota", QUOTAS.values(), ids=QUOTAS)
def test_the_spacing_leaves_a_little_to_catch_up(quota: Any) -> None:
    rule = Rule.of(quota)
    assert 0.8 * quota.seconds <= rule.spacing * quota.limit < quota.seconds
    assert 0 < rule.background_ahead <= 0.05


def test_background_takes_nothing_while_a_person_waits() -> None:
    rule = Rule.of(ANALYTICS)
    for waiting in (CLICK, PAGE, ALERT):
        found = decide([], rule, now=100, lane=BACKGROUND, waiting=[waiting])
        assert isinstance(found, Wait)
        assert 100 < found.until <= 100.05
    assert decide([], rule, now=100, lane=BACKGROUND, waiting=[BACKGROUND] * 9) == Grant(100)


def test_a_new_store_grants_nothing_for_a_window() -> None:
    rows = taken(TWO, now=100)
    assert decide(rows, TWO, now=100, lane=CLICK) == Wait(110)
    assert decide(rows, TWO, now=110, lane=CLICK) == Grant(110)


@pytest.mark.parametrize(("retry_after", "free_at"), [(None, 110), (3, 103), (10, 110), (25, 125)])
def test_a_429_of_others_blocks_as_long_as_the_server_says(retry_after: float | None, free_at: float) -> None:
    rows = [*taken(TWO, now=100, retry_after=retry_after), answered(80)]
    found = decide(rows, TWO, now=100, lane=CLICK)
    assert isinstance(found, Wait)
    assert found.until <= free_at
    assert decide(rows, TWO, now=free_at - 0.1, lane=CLICK) == Wait(free_at)
    assert decide(rows, TWO, now=free_at, lane=CLICK) == Grant(free_at)


# --- how well it does -----------------------------------------------------------------------------------------

FLOODED = pytest.mark.parametrize("name", ["jobs", "obs", "analytics", "rooms"])


def flood(lane: Lane, size: int) -> list[Trip]:
    return [Trip(lane=lane) for _ in range(size)]


@FLOODED
@pytest.mark.parametrize("lane", [CLICK, BACKGROUND])
def test_a_flood_uses_what_the_rule_allows(name: str, lane: Lane) -> None:
    """A round trip of 0.1 s keeps a permit for the window and 0.1 s: that is the ceiling."""
    quota = QUOTAS[name]
    rule = Rule.of(quota)
    world = World(rule, lease=60, front=True)
    world.run(flood(lane, 6 * quota.limit))
    took = world.arrivals[-1] - world.arrivals[0]
    best = 5 * (quota.seconds + 0.1)
    # The last background request starts nearly a window after the first of its round.
    spread = rule.spacing * (quota.limit - 1) if lane is BACKGROUND else 0
    assert best - CLOSE <= took <= best * 1.1 + spread
    assert most_in_any_window(world.arrivals, quota.seconds) <= quota.limit


@FLOODED
def test_a_click_now_and_then_waits_little_behind_a_background_flood(name: str) -> None:
    """A spacing, the slack and a round trip; and another spacing, for the click of the window before."""
    quota = QUOTAS[name]
    rule = Rule.of(quota)
    clicks = [Trip(asks_at=quota.seconds * (2.1 + 1.37 * i), lane=CLICK) for i in range(5)]
    world = World(rule, lease=60, front=True)
    world.run([*clicks, *flood(BACKGROUND, 10 * quota.limit)])
    slack = quota.seconds - rule.spacing * quota.limit
    for who, click in enumerate(clicks):
        assert world.granted[who] - click.asks_at <= 2 * rule.spacing + slack + 0.1 + CLOSE


def test_background_starts_do_not_bunch() -> None:
    rule = Rule.of(ANALYTICS)
    world = World(rule, lease=60, front=True)
    world.run(flood(BACKGROUND, 90))
    starts = sorted(world.granted.values())
    assert min(b - a for a, b in pairwise(starts)) >= rule.spacing - CLOSE


@FLOODED
def test_one_permit_takes_few_questions(name: str) -> None:
    quota = QUOTAS[name]
    world = World(Rule.of(quota), lease=60, front=True)
    world.run(flood(CLICK, 6 * quota.limit))
    assert world.asked.total() <= 3 * len(world.granted)


def test_a_permit_that_is_granted_far_ahead_does_not_make_anybody_ask_in_a_circle() -> None:
    rule = Rule(limit=1, seconds=0.5, ahead=5)
    found = decide([out(0)], rule, now=1, lane=CLICK)
    assert found == Wait(1 + rule.patience)
