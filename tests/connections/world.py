"""A simulated world: processes that want permits, a store, ways that take their time, and a server that counts.

All of it runs by one simulated clock, on the real line (asker.Line), book and arithmetic; only threads and the database
are missing.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from console.connections.asker import Line, Place, TooLong, Turn
from console.connections.buckets import Told
from console.sparkrtc.book import Book, Outcome, Report, Rule
from console.sparkrtc.permits import Lane
from console.sparkrtc.throttle import serve

__all__ = ["Trip", "Wish", "World", "most_in_any_window", "most_in_fixed_windows"]

_CLOSE = 1e-9
_CIRCLE = 1000  # events at one instant


@dataclass(frozen=True)
class Trip:
    """What becomes of a permit. Seconds.

    dally: between the start and the sending. there, back: the ways, the server's work among them. ending: "answered";
    "lost": no answer, and the socket closed after `back`; "dead": its holder is never heard of again, though its
    request still arrives; "unused": given back instead of sent.
    """

    dally: float = 0.0
    there: float = 0.05
    back: float = 0.05
    ending: str = "answered"


@dataclass(eq=False)
class Wish:
    """Somebody who wants a permit at an instant. trip: what becomes of it. again: it wishes again afterwards."""

    at: float
    lane: Lane = Lane.CLICK
    front: int = 0
    max_wait: float = 1e9
    trip: Trip = field(default_factory=Trip)
    again: bool = False
    place: Place | None = None
    started_at: float | None = None
    too_long: float | None = None

    @property
    def waited(self) -> float:
        assert self.started_at is not None
        return self.started_at - self.at


class World:
    """Runs wishes.

    trips: instead of the wishes' own, one after the other. believes: the server's limit, if it is less than the rule's
    (strangers use the rest); then it refuses what is too much.
    """

    def __init__(
        self,
        rule: Rule,
        *,
        fronts: int = 1,
        lease: float = 60.0,
        trips: Iterator[Trip] | None = None,
        believes: Callable[[float], int] | None = None,
    ) -> None:
        self.rule, self.lease, self.trips, self.believes = rule, lease, trips, believes
        self.book = Book()
        self.now = 0.0
        self.lines = [Line(f"f{number}-") for number in range(fronts)]
        self.due = [float("inf")] * fronts
        self.arrivals: list[float] = []
        self.refused = 0
        self.questions = 0
        self._still = 0
        self.grants: list[Wish] = []
        self._wishes: dict[Place, Wish] = {}
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def run(self, wishes: Sequence[Wish], until: float = float("inf")) -> World:
        """Let it all happen, up to an instant."""
        for wish in wishes:
            self._at(wish.at, lambda wish=wish: self._come(wish))  # type: ignore[misc]
        while self._events and self._events[0][0] <= until:
            before, (self.now, _number, event) = self.now, heapq.heappop(self._events)
            self._still = self._still + 1 if self.now == before else 0
            assert self._still < _CIRCLE, f"somebody asks in a circle at {self.now}"
            event()
        self.arrivals.sort()
        return self

    @property
    def waiting(self) -> int:
        return sum(line.first() is not None for line in self.lines)

    def _at(self, instant: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (instant, next(self._order), event))

    def _come(self, wish: Wish) -> None:
        line = self.lines[wish.front]
        try:
            wish.place = line.join(wish.lane, self.now, wish.max_wait)
        except TooLong as problem:
            wish.too_long = problem.retry_after
            return
        self._wishes[wish.place] = wish
        if wish.max_wait < 1e8:
            self._at(wish.place.deadline, lambda: self._give_up(wish))
        self._mind(wish.front)

    def _give_up(self, wish: Wish) -> None:
        assert wish.place is not None
        if wish.place.end is None:
            self.lines[wish.front].leave(wish.place)
            wish.place.end = TooLong(1.0)
            wish.too_long = 1.0

    def _mind(self, front: int) -> None:
        """See to it that the front speaks to the store when it is time."""
        due = max(self.lines[front].due(), self.now)
        if due < self.due[front]:
            self.due[front] = due
            self._at(due, lambda: self._speak(front, due))

    def _speak(self, front: int, due: float) -> None:
        if due != self.due[front]:
            return
        self.due[front] = float("inf")
        self.questions += 1
        line = self.lines[front]
        reports, places, wants = line.question(self.now)
        self.book.settle(reports, self.rule, self.now)
        verdicts = serve(
            self.book, self.rule, wants, now=self.now, front=line.name, path="path", lease=self.lease
        )
        line.hear(places, Told(verdicts, 0.0, self.rule.seconds), self.now)
        for place in places:
            if isinstance(place.end, Turn):
                self._granted(self._wishes[place], place.end)
            elif isinstance(place.end, TooLong):
                self._wishes[place].too_long = place.end.retry_after
        self._mind(front)

    def _granted(self, wish: Wish, turn: Turn) -> None:
        assert turn.start >= self.now
        wish.started_at = turn.start
        self.grants.append(wish)
        trip = next(self.trips) if self.trips is not None else wish.trip
        leaves = turn.start + trip.dally
        if trip.ending == "unused":
            self._at(leaves, lambda: self._report(wish, turn, Outcome.UNUSED, None))
            return
        self._at(leaves + trip.there, lambda: self._arrive(wish, turn, trip))

    def _arrive(self, wish: Wish, turn: Turn, trip: Trip) -> None:
        self.arrivals.append(self.now)
        outcome = Outcome.LOST if trip.ending == "lost" else Outcome.ANSWERED
        if self.believes is not None:
            within = sum(at > self.now - self.rule.seconds for at in self.arrivals[-self.rule.limit - 1 :])
            if within > self.believes(self.now):
                outcome = Outcome.REFUSED
                self.refused += 1
        if trip.ending != "dead":
            self._at(self.now + trip.back, lambda: self._report(wish, turn, outcome, trip.there + trip.back))

    def _report(self, wish: Wish, turn: Turn, outcome: Outcome, trip: float | None) -> None:
        line = self.lines[wish.front]
        line.note(Report(turn.permit, outcome, self.now, trip), self.now)
        if outcome is Outcome.UNUSED:
            line.forget()
        if wish.again:
            self._come(Wish(self.now, wish.lane, wish.front, wish.max_wait, wish.trip, again=True))
        self._mind(wish.front)


def most_in_any_window(arrivals: Sequence[float], seconds: float) -> int:
    """Return the most arrivals in any window (w - seconds, w]."""
    most, first = 0, 0
    for last, arrival in enumerate(arrivals):
        while arrivals[first] <= arrival - seconds + _CLOSE:
            first += 1
        most = max(most, last - first + 1)
    return most


def most_in_fixed_windows(arrivals: Sequence[float], seconds: float, offset: float) -> int:
    """Return the most arrivals in any of the windows that begin every so many seconds."""
    return max(Counter((arrival - offset + _CLOSE) // seconds for arrival in arrivals).values(), default=0)
