"""The one place of this process where a bucket's permits are asked for: its threads queue here, by lane.

One of those who wait leads: it speaks to the store for all of them, sleeps until the next question is worth asking, and
hands the lead on when it has its own permit. The others sleep until they are served: nobody polls. What became of
permits goes along with the next question, if one comes soon for the quota's window. Whoever cannot be served in time is
told so at once.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import structlog

from console.connections.buckets import Told
from console.connections.changeover import BudgetClosed
from console.sparkrtc.book import Outcome, Report
from console.sparkrtc.permits import Lane
from console.sparkrtc.throttle import Grant, Later, Verdict, Want
from console.sparkrtc.uptime import uptime

__all__ = ["Front", "Line", "Place", "Store", "TooLong", "Turn", "silence_in"]

log = structlog.get_logger(__name__)

_ASKED_FOR = 8  # places of a lane for which the store is asked at once
_SHORT_SILENCE = 0.25  # seconds
_KNOWN_SECONDS = 1.0  # for how long it is believed that no permit comes in time
_A_MOMENT = 1.0  # seconds; what a thread is told that waited and learnt nothing
_MOST_REPORTS = 1000  # kept while the store cannot be reached; then the leases end what is left


def silence_in(window: float) -> float:
    """Return for how many seconds a report waits for the next question, with a window of so many seconds.

    Nobody can use the permit again before nearly a window has passed; until then only others' plans are less sure.
    """
    return min(max(_SHORT_SILENCE, window / 24), window / 4)


class Store(Protocol):
    """What the front needs of buckets.BucketStore."""

    def exchange(
        self, front: str, path: str, reports: Sequence[Report], wants: Sequence[Want] | None
    ) -> Told: ...


class TooLong(Exception):
    """No permit comes in time. retry_after: seconds until asking again makes sense."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Turn:
    """A permit. start: by uptime(), when its request may start."""

    permit: str
    start: float


@dataclass(eq=False)
class Place:
    """A place in the line. key: names the permit, if it is granted. Instants are seconds of uptime().

    start: the earliest possible, and ask_at: when asking can succeed, as the store said last. end: how it ended.
    """

    key: str
    lane: Lane
    since: float
    deadline: float
    start: float = 0.0
    ask_at: float | None = None
    end: Turn | Exception | None = None
    woken: threading.Event = field(default_factory=threading.Event)

    def finish(self, end: Turn | Exception) -> None:
        """End the waiting."""
        self.end = end
        self.woken.set()


class Line:
    """Who waits, what is to be reported, and when the store is to be asked. Pure, and for one thread at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reports: list[Report] = []
        self._lanes: dict[Lane, list[Place]] = {lane: [] for lane in Lane}
        self._noted_at = inf
        self._silence = _SHORT_SILENCE
        self._too_late: dict[Lane, tuple[float, float]] = {}  # no start before; known until
        self._number = 0

    def join(self, lane: Lane, now: float, max_wait: float) -> Place:
        """Take a place. Raises TooLong when it is known that none is served in time."""
        deadline, places = now + max_wait, self._lanes[lane]
        start, known_until = self._too_late.get(lane, (-inf, -inf))
        if known_until < now:
            start = max([one.start for one in places if one.ask_at is not None], default=-inf)
        if start > deadline:
            raise TooLong(start - now)
        self._number += 1
        place = Place(f"{self.name}{self._number:09d}", lane, now, deadline)
        places.append(place)
        return place

    def leave(self, place: Place) -> None:
        """Give the place up."""
        if place in self._lanes[place.lane]:
            self._lanes[place.lane].remove(place)

    def first(self) -> Place | None:
        """Return who is served next."""
        return next((places[0] for places in self._lanes.values() if places), None)

    def note(self, report: Report, now: float) -> None:
        """Keep a report for the next question."""
        self.reports.append(report)
        self._noted_at = min(self._noted_at, now)

    def forget(self) -> None:
        """Forget what was learnt: a permit came back unused, so one may be free before that."""
        self._too_late.clear()
        for places in self._lanes.values():
            for place in places:
                place.ask_at = None

    def due(self) -> float:
        """Return when the store is to be spoken to; infinity when there is nothing to say."""
        due = self._noted_at + self._silence if self.reports else inf
        for places in self._lanes.values():
            told = [place.ask_at for place in places[:_ASKED_FOR] if place.ask_at is not None]
            if places and places[0].ask_at is None:
                return -inf
            due = min([due, *told])
        return due

    def question(self, now: float) -> tuple[list[Report], list[Place], list[Want]]:
        """Return what to tell the store, and what to ask for whom. The reports are handed over."""
        reports, self.reports, self._noted_at = self.reports, [], inf
        places = [place for lane in self._lanes.values() for place in lane[:_ASKED_FOR]]
        wants = [Want(one.key, one.lane, now - one.since, max(one.deadline - now, 0.0)) for one in places]
        return reports, places, wants

    def hear(self, places: Sequence[Place], told: Told, now: float) -> None:
        """Serve those who asked."""
        self._silence = silence_in(told.window)
        if told.closed:
            for place in [place for lane in self._lanes.values() for place in lane]:
                self._finish(place, BudgetClosed())
        for place, verdict in zip(places, told.verdicts, strict=not told.closed):
            self._tell(place, verdict, now)

    def _tell(self, place: Place, verdict: Verdict, now: float) -> None:
        if place.end is not None:  # it has given up meanwhile
            if isinstance(verdict, Grant):
                self.note(Report(place.key, Outcome.UNUSED, now), now)
        elif isinstance(verdict, Grant):
            self._finish(place, Turn(place.key, verdict.start))
        elif isinstance(verdict, Later):
            place.start, place.ask_at = verdict.start, verdict.ask_at
        else:
            self._too_late[place.lane] = (verdict.start, now + _KNOWN_SECONDS)
            self._finish(place, TooLong(verdict.start - now))

    def _finish(self, place: Place, end: Turn | Exception) -> None:
        self.leave(place)
        place.finish(end)


class Front:
    """The line of one process before one bucket, and its threads.

    path: between whom its requests travel. clock: seconds, never set back.
    """

    def __init__(self, store: Store, path: str = "", clock: Callable[[], float] = uptime) -> None:
        self._store, self._path, self._clock = store, path, clock
        self._line = Line(secrets.token_hex(4))
        self._lock = threading.Lock()
        self._leader: Place | None = None
        self._sleeps_until = -inf  # the leader, where it sleeps

    def take(self, lane: Lane, max_wait: float) -> Turn:
        """Wait for a permit.

        Raises TooLong as soon as it is known that none comes within max_wait seconds; BudgetClosed when the quota is
        divided otherwise by now; what the store raises.
        """
        with self._lock:
            place = self._line.join(lane, self._clock(), max_wait)
            if self._leader is None:
                self._leader = place
            else:
                self._wake_leader()
        try:
            while place.end is None:
                self._wait(place)
        finally:
            self._leave(place)
        if isinstance(place.end, Exception):
            raise place.end
        return place.end

    def report(self, report: Report) -> None:
        """Pass on what became of a permit: with the next question, or now when nobody asks any."""
        with self._lock:
            self._line.note(report, self._clock())
            if self._leader is not None:
                self._wake_leader()
                return
            self._leader = writer = Place("", Lane.CLICK, 0.0, 0.0)
        self._leave(writer)

    def report_now(self, report: Report) -> float | None:
        """Pass on at once, and return the seconds until something may be sent again; None when the store is away."""
        try:
            told = self._store.exchange(self._line.name, self._path, [report], None)
        except Exception:
            log.warning("permit not booked", permit=report.permit, exc_info=True)
            with self._lock:
                self._line.note(report, self._clock())
            return None
        return max(told.paused_until - self._clock(), 0.0)

    def forget(self) -> None:
        """Forget what was learnt, and ask again."""
        with self._lock:
            self._line.forget()
            if self._leader is not None:
                self._wake_leader()

    def _wait(self, place: Place) -> None:
        """Lead, or sleep until served; at the deadline give up."""
        with self._lock:
            leads = self._leader is place
            now, due = self._clock(), self._line.due() if leads else inf
            if due > now:
                if now >= place.deadline:
                    place.end = TooLong(max(place.start - now, _A_MOMENT))
                    return
                self._sleeps_until = due if leads else self._sleeps_until
                place.woken.clear()
        if due > now:
            place.woken.wait(min(due, place.deadline) - now)
        else:
            self._ask()

    def _ask(self, wants: bool = True) -> None:
        """Speak to the store, as the leader."""
        with self._lock:
            self._sleeps_until = -inf
            reports, places, asked = self._line.question(self._clock())
        try:
            told = self._store.exchange(self._line.name, self._path, reports, asked if wants else None)
        except BaseException:
            with self._lock:
                for report in reports[:_MOST_REPORTS]:
                    self._line.note(report, self._clock())
            raise
        with self._lock:
            self._line.hear(places if wants else [], told, self._clock())

    def _leave(self, place: Place) -> None:
        """Leave the line; a leader hands the lead on, or if nobody is there, passes on what is left to report."""
        while True:
            with self._lock:
                self._line.leave(place)
                if self._leader is not place:
                    return
                self._leader = self._line.first()
                if self._leader is not None:
                    self._leader.woken.set()
                    return
                if not self._line.reports:
                    return
                self._leader = place
            try:
                self._ask(wants=False)
            except Exception:
                # A change that took effect must not look failed because of our books. What isn't written is on the
                # safe side: the permit stays busy until its lease ends, or until the next question passes it on.
                log.warning("permits not booked", exc_info=True)
                with self._lock:
                    if self._leader is place:
                        self._leader = self._line.first()
                        if self._leader is not None:
                            self._leader.woken.set()
                return

    def _wake_leader(self) -> None:
        if self._leader is not None and self._line.due() < self._sleeps_until:
            self._leader.woken.set()
