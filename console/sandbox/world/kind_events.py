"""The abnormal events of every kind of room, made once: how many there are in any run of rooms is then a sum."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from struct import Struct
from threading import Lock
from typing import NamedTuple

from console.sandbox.world.events import planned_rows
from console.sandbox.world.freezes import Row
from console.sandbox.world.habits import Habits
from console.sandbox.world.slots import VARIETY

__all__ = ["Book", "KindEvents"]

_ROW = Struct("<HBHI")  # seat, kind, peer + 1, factor


class Book(NamedTuple):
    """The events of a block's rooms, room after room, those of a room in the order of a row.

    running: how many there are before each room, and in all. times: seconds after the start of the event's room.
    """

    running: array[int]
    times: array[int]
    packed: bytes

    def rows(self, room: int, start: int, first: int, last: int) -> Iterator[Row]:
        """Yield the events from one place up to another. room, start: the room that they are told of."""
        told = _ROW.iter_unpack(self.packed[first * _ROW.size : last * _ROW.size])
        for at, (seat, kind, peer, factor) in zip(self.times[first:last], told, strict=True):
            yield start + at, room, seat, kind, peer - 1, factor


class KindEvents:
    """The events of rooms to which nothing was done. Safe to use from many threads."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self._size = habits.slots.kinds // VARIETY
        self._books: dict[int, Book] = {}
        self._lock = Lock()

    def make(self) -> None:
        """Make all there is to know, so that no question has to wait for it."""
        for block in range(VARIETY):
            self._book(block)

    def between(self, low: int, high: int) -> int:
        """Return how many events the rooms from low up to high have in all."""
        count, size = 0, self._size
        for block in range(low // size, -(-high // size)):
            running, first = self._book(block).running, block * size
            count += running[min(high - first, size)] - running[max(low - first, 0)]
        return count

    def rooms(self, low: int, high: int) -> Iterator[tuple[int, Book, int, int]]:
        """Yield the rooms from low up to high that have events, each with the book and the places of its events."""
        size = self._size
        for block in range(low // size, -(-high // size)):
            book, first = self._book(block), block * size
            running = book.running
            for index in range(max(low - first, 0), min(high - first, size)):
                begin, end = running[index], running[index + 1]
                if begin < end:
                    yield first + index, book, begin, end

    def _book(self, block: int) -> Book:
        block %= VARIETY
        book = self._books.get(block)
        if book is None:
            with self._lock:
                book = self._books.get(block) or self._made(block)
                self._books[block] = book
        return book

    def _made(self, block: int) -> Book:
        running, times, packed = array("I", (0,)), array("I"), bytearray()
        for room in range(block * self._size, (block + 1) * self._size):
            rows = sorted(planned_rows(self.habits, self.habits.stay(room, 0)))
            times.extend(row[0] for row in rows)
            for _, _, seat, kind, peer, factor in rows:
                packed += _ROW.pack(seat, kind, peer + 1, factor)
            running.append(len(times))
        return Book(running, times, bytes(packed))
