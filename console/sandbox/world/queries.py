"""The two lists of the cloud: rooms that began in a window, people who joined in one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from console.sandbox.world.fates import FATES, TWO_TIMERS
from console.sandbox.world.listing import Few, Listing, Pieces, RoomRun, RowRun, Segment, without
from console.sandbox.world.overlay import Edit, Gap
from console.sandbox.world.people import COHORTS
from console.sandbox.world.plan import Plan, Session, Stay
from console.sandbox.world.rooms import Rooms
from console.sandbox.world.slots import SlotCounter, counter
from console.sandbox.world.tally import Tally, Wish, longest_arriving

__all__ = ["ParticipantQuery", "RoomQuery", "SessionRow", "list_participants", "list_rooms"]

FAIL, ONLINE, OFFLINE = "FAIL", "ONLINE", "OFFLINE"


@dataclass(frozen=True)
class RoomQuery:
    """Which rooms. start, end: they began from start up to end, epoch seconds. now: when it is asked."""

    start: int
    end: int
    now: int
    state: str | None = None
    room_id: str | None = None


@dataclass(frozen=True)
class ParticipantQuery:
    """Which people: those who joined, or tried to, from start up to end.

    numbers: user numbers, None for everybody. states, cohorts: None for all. detail: a row per session instead of
    one per person and room, which shows the latest session.
    """

    start: int
    end: int
    now: int
    room_id: str | None = None
    numbers: frozenset[int] | None = None
    states: frozenset[str] | None = None
    cohorts: frozenset[int] | None = None
    detail: bool = False


class SessionRow(NamedTuple):
    """One row of a list of people, not yet dressed up."""

    stay: Stay
    session: Session
    state: str


def list_rooms(rooms: Rooms, query: RoomQuery, gaps: Sequence[Gap]) -> Listing[Stay]:
    """Return the rooms that fit a query, newest first."""
    low, high = rooms.started(query.start), rooms.started(min(query.end, query.now + 1))
    if query.room_id is not None:
        few = [rooms.stay(number) for number in reversed(rooms.numbers(query.room_id, low, high))]
        return Listing(_room_segments(rooms, few, query))
    edge = min(max(low, rooms.started(query.now - rooms.character.limit_seconds)), high)
    recent = [rooms.stay(number) for number in range(high - 1, edge - 1, -1)]
    segments: list[Segment[Stay]] = list(_room_segments(rooms, recent, query))
    if query.state != "RUNNING":
        left = without(low, edge, _never(rooms, gaps))
        segments += [RoomRun(begin, end, rooms.stay) for begin, end in reversed(left)]
    return Listing(segments)


def _room_segments(rooms: Rooms, stays: Sequence[Stay], query: RoomQuery) -> Iterator[Segment[Stay]]:
    fitting = []
    for stay in stays:
        if not rooms.exists(stay.number):
            continue
        if query.state is None or (query.state == "RUNNING") == (rooms.end(stay) > query.now):
            fitting.append(stay)
    yield Few(len(fitting), lambda: fitting)


def _never(rooms: Rooms, gaps: Sequence[Gap]) -> list[tuple[int, int]]:
    """Return the runs of rooms that were never let begin."""
    return [(rooms.started(gap.since), rooms.started(min(gap.until, _FAR))) for gap in gaps]


_FAR = 4_102_444_800  # 2100: no clock of the sandbox is taken further


def list_participants(
    rooms: Rooms, query: ParticipantQuery, edits: dict[int, Edit], gaps: Sequence[Gap]
) -> Listing[SessionRow]:
    """Return the people who fit a query: newest room first, in a room by seat."""
    return Listing(_Search(rooms, query, edits, gaps).segments())


class _Search:
    def __init__(
        self, rooms: Rooms, query: ParticipantQuery, edits: dict[int, Edit], gaps: Sequence[Gap]
    ) -> None:
        self._rooms = rooms
        self._query = query
        self._edits = edits
        self._gaps = gaps
        self._until = min(query.end, query.now + 1)
        limit = rooms.character.limit_seconds
        self._low = rooms.started(query.start - limit)
        self._high = max(self._low, rooms.started(self._until))
        inner_high = max(self._low, rooms.started(self._until - limit))
        inner_low = min(rooms.started(query.start), inner_high)
        self._settled = without(inner_low, inner_high, [*self._unsettled(), *_never(rooms, gaps)])
        states = query.states
        failed, left = states is None or FAIL in states, states is None or OFFLINE in states
        self._told_by_now = states is not None and (ONLINE in states) != left
        self._untouched = not edits and not gaps
        self._weights = counter(query.detail, failed, left, None)
        self._counter: SlotCounter | None = None
        self._tally: Tally | None = None
        if query.numbers is None:
            if failed or left:
                self._counter = counter(query.detail, failed, left, query.cohorts)
            wish = Wish(failed, left, query.detail, query.cohorts)
            self._tally = Tally(rooms.character, rooms.habits.arrivals, query.start, self._until, wish)

    def segments(self) -> Iterator[Segment[SessionRow]]:
        if self._query.room_id is not None:
            numbers = self._rooms.numbers(self._query.room_id, self._low, self._high)
            yield self._one_by_one(reversed(numbers))
            return
        if self._query.numbers is not None:
            yield self._visits(self._query.numbers)
            return
        top = self._high
        for begin, end in reversed(self._settled):
            yield self._one_by_one(range(top - 1, end - 1, -1))
            if self._counter is not None and self._counter.total:
                yield RowRun(begin, end, self._rooms.slots, self._counter, self._rows_of)
            top = begin
        yield self._one_by_one(self._before_and_after_start(top))

    def _unsettled(self) -> Iterator[tuple[int, int]]:
        for number in self._edits:
            yield number, number + 1
        for gap in self._gaps:
            yield (
                self._rooms.started(gap.since - self._rooms.character.limit_seconds),
                self._rooms.started(gap.since),
            )

    def _before_and_after_start(self, top: int) -> Iterator[int]:
        """Yield the rooms up to a number, the last first, without those in which nobody can come any more.

        Long before the window begins only those who try twice, and deeds, make anybody come.
        """
        rooms, query = self._rooms, self._query
        edge = min(max(self._low, rooms.started(query.start - longest_arriving(rooms.character))), top)
        yield from range(top - 1, edge - 1, -1)
        late = {room for room, _ in rooms.slots.seats(self._low, edge, FATES, TWO_TIMERS)}
        yield from sorted(late.union(rooms.touched_between(self._low, edge)), reverse=True)

    def _one_by_one(self, numbers: Iterable[int]) -> Segment[SessionRow]:
        rooms, start = self._rooms, self._query.start
        found: list[tuple[int, int]] = []
        for number in numbers:
            stay = rooms.stay(number)
            if stay.end > start and (self._untouched or rooms.exists(number)):
                found.append((number, self._count(stay)))
        return Pieces(found, self._rows_of)

    def _count(self, stay: Stay) -> int:
        rooms, query = self._rooms, self._query
        if (
            self._tally is not None
            and (stay.end <= query.now or not self._told_by_now)
            and (self._untouched or not rooms.touched(stay.number))
        ):
            return self._tally.count(stay)
        return len(self._places(stay, rooms.plan(stay)))

    def _visits(self, numbers: frozenset[int]) -> Segment[SessionRow]:
        """Return where given people sat, whatever the window's length: each is in one slot of every round."""
        rooms, size = self._rooms, self._rooms.people.size
        if self._query.cohorts is not None:
            numbers = frozenset(number for number in numbers if number % COHORTS in self._query.cohorts)
        low, high = rooms.slots.first(self._low), rooms.slots.first(self._high)
        slots = self._by_room(
            slot for person in numbers for slot in range(low + (person - low) % size, high, size)
        )
        edges = [rooms.slots.first(edge) for run in self._settled for edge in run]
        return Pieces(
            [
                (slot, self._weights.at(slot) if bisect_right(edges, slot) % 2 else len(self._rows_at(slot)))
                for slot in slots
            ],
            self._rows_at,
        )

    def _by_room(self, slots: Iterable[int]) -> list[int]:
        """Return slots newest room first, in a room by seat; only near ones can share a room and are looked up."""
        ordered = sorted(slots, reverse=True)
        largest, room_of = max(self._rooms.character.sizes), self._rooms.slots.room_of
        found: list[int] = []
        near: list[int] = []
        for slot in [*ordered, -largest]:
            if near and near[-1] - slot >= largest:
                found += sorted(near, key=lambda each: (-room_of(each), each)) if len(near) > 1 else near
                near = []
            near.append(slot)
        return found

    def _rows_at(self, slot: int) -> list[SessionRow]:
        number = self._rooms.slots.room_of(slot)
        if not self._rooms.exists(number):
            return []
        stay = self._rooms.stay(number)
        return self._rows_in(stay, self._rooms.seat_plan(stay, slot - stay.first_slot))

    def _rows_of(self, number: int) -> list[SessionRow]:
        rooms = self._rooms
        if not rooms.exists(number):
            return []
        stay = rooms.stay(number)
        return self._rows_in(stay, rooms.plan(stay))

    def _rows_in(self, stay: Stay, plan: Plan) -> list[SessionRow]:
        now, opening, places = self._query.now, stay.start, self._places(stay, plan)
        everybody = len(places) == len(plan)
        sessions = plan.sessions(opening) if everybody else [plan.session(place, opening) for place in places]
        return [SessionRow(stay, session, _state(session, now)) for session in sessions]

    def _places(self, stay: Stay, plan: Plan) -> Sequence[int]:
        """Return which sessions of a room fit. Counting calls it for hundreds of rooms: no objects are made."""
        query, first = self._query, stay.first_slot
        seats = plan.seats
        places: Sequence[int] = range(len(plan))
        if stay.start < query.start or stay.end > self._until:
            start, until = query.start - stay.start, self._until - stay.start
            places = [place for place, begun in enumerate(plan.starts) if start <= begun < until]
        if query.numbers is not None:
            size = self._rooms.people.size
            places = [place for place in places if (first + seats[place]) % size in query.numbers]
        if query.cohorts is not None:
            cohorts = query.cohorts
            places = [place for place in places if (first + seats[place]) % COHORTS in cohorts]
        if not query.detail:
            latest = {seats[place]: place for place in places}
            places = list(latest.values())
        if query.states is not None:
            states, now, joined, ends = query.states, query.now - stay.start, plan.joined, plan.ends
            places = [
                place
                for place in places
                if ((ONLINE if ends[place] > now else OFFLINE) if joined[place] else FAIL) in states
            ]
        return places


def _state(session: Session, now: int) -> str:
    if not session.joined:
        return FAIL
    return ONLINE if session.end > now else OFFLINE
