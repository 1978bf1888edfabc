"""Long lists that know their length and any page of themselves without being written down.

A list is made of segments, newest room first. A segment is one room, or a run of rooms that are over and to which
nothing was done: such a run is counted by subtraction (slots.py) however long it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Generic, Protocol, TypeVar, overload

from console.sandbox.world.slots import SlotCounter, Slots

__all__ = ["Few", "Listing", "Pieces", "RoomRun", "RowRun", "Segment", "without"]

Row = TypeVar("Row")
_CHUNK = 1000


class Segment(Protocol[Row]):
    """A piece of a list."""

    @property
    def count(self) -> int:
        """Return how many rows it has."""

    def rows(self, first: int, many: int) -> list[Row]:
        """Return up to many rows from row number first on."""


class Few(Generic[Row]):
    """A segment whose rows are made when they are wanted, all at once."""

    def __init__(self, count: int, make: Callable[[], Sequence[Row]]) -> None:
        self.count = count
        self._make = make

    def rows(self, first: int, many: int) -> list[Row]:
        """Return up to many rows from row number first on."""
        return list(self._make()[first : first + many])


class Pieces(Generic[Row]):
    """Pieces one after the other, each with its number and its count; their rows are made when they are wanted.

    One segment for all of them: thousands of rooms, or of places in rooms, must not become thousands of objects.
    """

    def __init__(self, pieces: Iterable[tuple[int, int]], make: Callable[[int], Sequence[Row]]) -> None:
        counted = [piece for piece in pieces if piece[1]]
        self._numbers = [number for number, _ in counted]
        self._ends = list(accumulate(count for _, count in counted))
        self._make = make
        self.count = self._ends[-1] if counted else 0

    def rows(self, first: int, many: int) -> list[Row]:
        """Return up to many rows from row number first on."""
        found: list[Row] = []
        many = min(many, self.count - first)
        place = bisect_right(self._ends, first)
        skip = first - (self._ends[place - 1] if place else 0)
        while len(found) < many and place < len(self._ends):
            found += self._make(self._numbers[place])[skip : skip + many - len(found)]
            place, skip = place + 1, 0
        return found


class RoomRun(Generic[Row]):
    """The rooms from low up to high, one row each, the last one first."""

    def __init__(self, low: int, high: int, make: Callable[[int], Row]) -> None:
        self.count = high - low
        self._high = high
        self._make = make

    def rows(self, first: int, many: int) -> list[Row]:
        """Return up to many rows from row number first on."""
        newest = self._high - 1 - first
        return [self._make(room) for room in range(newest, newest - min(many, self.count - first), -1)]


class RowRun(Generic[Row]):
    """The rows of people in the rooms from low up to high, the last room first, people in the order of seats."""

    def __init__(
        self, low: int, high: int, slots: Slots, counter: SlotCounter, make: Callable[[int], Sequence[Row]]
    ) -> None:
        self._low = low
        self._slots = slots
        self._counter = counter
        self._make = make
        self._floor = counter.before(slots.first(low))
        self._top = counter.before(slots.first(high))
        self.count = self._top - self._floor

    def rows(self, first: int, many: int) -> list[Row]:
        """Return up to many rows from row number first on."""
        found: list[Row] = []
        many = min(many, self.count - first)
        room = self._slots.room_of(self._counter.slot_of(self._top - 1 - first))
        skip = first - (self._top - self._counter.before(self._slots.first(room + 1)))
        while len(found) < many and room >= self._low:
            found += self._make(room)[skip : skip + many - len(found)]
            room, skip = room - 1, 0
        return found


class Listing(Sequence[Row]):
    """Segments one after the other. Asking for a slice makes the rows of that slice only."""

    def __init__(self, segments: Iterable[Segment[Row]]) -> None:
        self._segments = [segment for segment in segments if segment.count]
        self._ends: list[int] = []
        total = 0
        for segment in self._segments:
            total += segment.count
            self._ends.append(total)
        self._total = total

    def __len__(self) -> int:
        return self._total

    def __iter__(self) -> Iterator[Row]:
        for segment in self._segments:
            for first in range(0, segment.count, _CHUNK):
                yield from segment.rows(first, _CHUNK)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            first, stop, step = index.indices(self._total)
            return self._page(first, stop)[::step]
        if not -self._total <= index < self._total:
            raise IndexError(index)
        return self._page(index % self._total, index % self._total + 1)[0]

    def _page(self, first: int, stop: int) -> list[Row]:
        found: list[Row] = []
        place = bisect_right(self._ends, first)
        while first + len(found) < stop and place < len(self._segments):
            begin = self._ends[place] - self._segments[place].count
            found += self._segments[place].rows(first + len(found) - begin, stop - first - len(found))
            place += 1
        return found


def without(low: int, high: int, holes: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what is left of low … high when the holes are cut out, in rising order."""
    left: list[tuple[int, int]] = []
    for begin, end in sorted(holes):
        if end <= low or begin >= high:
            continue
        if begin > low:
            left.append((low, begin))
        low = max(low, end)
    if low < high:
        left.append((low, high))
    return left
