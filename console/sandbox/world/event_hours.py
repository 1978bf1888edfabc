"""The abnormal events of one hour: packed, fifteen bytes each, or merely counted, a kilobyte for all of them.

Packed events are read at once. Counted ones tell exactly how many there are from when to when; to read a page of them
the rooms are looked at again, for the moments of that page only.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from struct import Struct
from typing import Protocol

from console.sandbox.world.events import Abnormal, event_rows, room_rows, unpacked
from console.sandbox.world.freezes import Row
from console.sandbox.world.rooms import Rooms

__all__ = ["CountedHour", "Hour", "PackedHour", "Part"]

HOUR, MINUTE = 3600, 60


class Hour(Protocol):
    """The events of an hour, latest first: their places are counted from 0."""

    def part(self, since: int, until: int) -> Part:
        """Return the events from one moment up to another as a piece of a list."""

    def rows(self, low: int, high: int) -> list[Abnormal]:
        """Return the events from one place up to another."""


class Part:
    """A segment of a list: the events of an hour from place low up to high."""

    def __init__(self, hour: Hour, low: int, high: int) -> None:
        self.count = max(0, high - low)
        self._hour, self._low, self._high = hour, low, high

    def rows(self, first: int, many: int) -> list[Abnormal]:
        """Return up to many events from number first on."""
        begin = self._low + first
        return self._hour.rows(begin, min(begin + many, self._high))


class PackedHour:
    """All events of an hour, packed so that the order of the bytes is that of the list.

    hour: whole hours since the epoch.
    """

    # seconds left of the hour, room, seat, kind, peer + 1, factor
    _ROW = Struct(">HIHBHI")

    def __init__(self, rooms: Rooms, hour: int) -> None:
        self._start, self._end = hour * HOUR, (hour + 1) * HOUR
        self._rooms = rooms
        self._base, _ = rooms.reach(self._start, self._start)  # the number that rooms are counted from
        self._data = b""

    def __len__(self) -> int:
        return len(self._data) // self._ROW.size

    def packed(self, row: Row) -> bytes:
        """Return an event as bytes."""
        at, room, seat, kind, peer, factor = row
        return self._ROW.pack(self._end - at, room - self._base, seat, kind, peer + 1, factor)

    def fill(self, rows: Iterable[bytes]) -> None:
        """Hold these events, packed, in any order."""
        self._data = b"".join(sorted(rows))

    def with_room(self, number: int) -> PackedHour:
        """Return the hour with the events of a room as they are now."""
        size, data, room = self._ROW.size, self._data, (number - self._base).to_bytes(4, "big")
        rows = [data[place : place + size] for place in range(0, len(data), size)]
        rows = [row for row in rows if row[2:6] != room]
        new = PackedHour(self._rooms, self._start // HOUR)
        new.fill([*rows, *map(new.packed, room_rows(self._rooms, number, self._start, self._end))])
        return new

    def counted(self) -> CountedHour:
        """Return how many there are from when to when."""
        size, data = self._ROW.size, self._data
        lefts = [high * 256 + low for high, low in zip(data[::size], data[1::size], strict=True)]
        return CountedHour(self._rooms, self._start // HOUR, lefts)

    def part(self, since: int, until: int) -> Part:
        """Return the events from one moment up to another as a piece of a list."""
        return Part(self, self._before(self._end - until + 1), self._before(self._end - since + 1))

    def _before(self, left: int) -> int:
        """Return how many events have fewer seconds left of the hour."""
        size, data = self._ROW.size, self._data
        return bisect_left(
            range(len(self)),
            left,
            key=lambda place: int.from_bytes(data[place * size : place * size + 2], "big"),
        )

    def rows(self, low: int, high: int) -> list[Abnormal]:
        """Return the events from one place up to another."""
        size, end, base = self._ROW.size, self._end, self._base
        data = self._data[low * size : high * size]
        return [
            unpacked((end - left, base + room, seat, kind, peer - 1, factor))
            for left, room, seat, kind, peer, factor in self._ROW.iter_unpack(data)
        ]


class CountedHour:
    """How many events an hour has. Nearly all lie on whole minutes; the others' moments are kept one by one.

    lefts: of each event, how many seconds are left of the hour when it happens (1 to 3600), rising.
    """

    __slots__ = ("_hour", "_odd", "_on_minute", "_rooms")

    def __init__(self, rooms: Rooms, hour: int, lefts: Iterable[int]) -> None:
        self._rooms, self._hour = rooms, hour
        self._odd = array("H")
        self._on_minute = array("I", bytes(4 * (HOUR // MINUTE)))
        for left in lefts:
            if left % MINUTE:
                self._odd.append(left)
            else:
                self._on_minute[left // MINUTE - 1] += 1

    def part(self, since: int, until: int) -> Part:
        """Return the events from one moment up to another as a piece of a list."""
        end = (self._hour + 1) * HOUR
        return Part(self, self._before(end - until + 1), self._before(end - since + 1))

    def rows(self, low: int, high: int) -> list[Abnormal]:
        """Return the events from one place up to another: look at the rooms for the time in which these fall."""
        if high <= low:
            return []
        latest, earliest = self._left_at(low), self._left_at(high - 1)
        end, look = (self._hour + 1) * HOUR, PackedHour(self._rooms, self._hour)
        found = event_rows(self._rooms, end - earliest, end - latest + 1)
        look.fill([look.packed(row) for rows in found for row in rows])
        skipped = self._before(latest)
        return look.rows(low - skipped, high - skipped)

    def _before(self, left: int) -> int:
        """Return how many events have fewer seconds left of the hour."""
        minutes = max(0, left - 1) // MINUTE
        return bisect_left(self._odd, left) + sum(self._on_minute[:minutes])

    def _left_at(self, place: int) -> int:
        """Return how many seconds are left of the hour at the event in a place."""
        return bisect_left(range(HOUR + 1), place + 1, key=lambda left: self._before(left + 1))
