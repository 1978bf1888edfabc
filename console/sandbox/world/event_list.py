"""The abnormal events of an application in any window, counted by sums; only a page that is read is put together.

Of rooms that are over by a moment all events lie before it: a sum however many rooms there are. Of those that may
still be open, and of those to which something was done, it is looked up how many do.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache

from console.sandbox.world.events import Abnormal, actual_rows, unpacked
from console.sandbox.world.freezes import Row
from console.sandbox.world.kind_events import KindEvents
from console.sandbox.world.listing import Listing
from console.sandbox.world.overlay import Edit, Gap
from console.sandbox.world.rooms import Rooms

__all__ = ["Events"]

_STEP = 300  # seconds: a page is put together from so many at least
_DEEDS_KEPT = 4096  # rooms


class Events:
    """The abnormal events of one application. Safe to use from many threads."""

    def __init__(self, rooms: Rooms, kinds: KindEvents) -> None:
        self._rooms = rooms
        self._kinds = kinds
        self._done = lru_cache(maxsize=_DEEDS_KEPT)(self._make_done)

    def between(self, since: int, until: int) -> Listing[Abnormal]:
        """Return the events from one moment up to another (epoch seconds), latest first."""
        return Listing([_Window(self._rooms, self._kinds, since, until, self._rows_of)])

    def gathered(self, since: int, until: int) -> list[Abnormal]:
        """Return the same events in no particular order: for whoever reads all of them."""
        window = _Window(self._rooms, self._kinds, since, until, self._rows_of)
        return [unpacked(row) for row in window.rows_between(since, until)]

    def _rows_of(self, number: int) -> list[Row]:
        """Return the events of a room to which something was done, in their order."""
        return self._done(number, *self._rooms.done_to(number))

    def _make_done(self, number: int, edit: Edit | None, gaps: tuple[Gap, ...]) -> list[Row]:
        return sorted(actual_rows(self._rooms, number))


class _Window:
    """A segment of a list: the events from one moment up to another, as they are when it is made.

    rows_of: the events of a room to which something was done, in their order.
    """

    def __init__(
        self, rooms: Rooms, kinds: KindEvents, since: int, until: int, rows_of: Callable[[int], list[Row]]
    ) -> None:
        self._rooms, self._kinds = rooms, kinds
        self._since, self._until = since, max(since, until)
        low, high = rooms.reach(since, self._until)
        self._low = low
        self._holes = rooms.never_begun(low, high)
        touched = [number for number in rooms.touched_between(low, high) if rooms.exists(number)]
        self._changed = {number: rows_of(number) for number in touched}
        self._end = self._before(self._until)
        self.count = self._end - self._before(since)

    def rows(self, first: int, many: int) -> list[Abnormal]:
        """Return up to many rows from row number first on."""
        last = min(first + many, self.count)
        if first >= last:
            return []
        until = min(self._until, self._reach_back(first + 1) + _STEP)
        found = list(self.rows_between(self._reach_back(last), until))
        found.sort(key=lambda row: (-row[0], row))
        skipped = self._after(until)
        return [unpacked(row) for row in found[first - skipped : last - skipped]]

    def rows_between(self, since: int, until: int) -> Iterator[Row]:
        """Yield the events from one moment up to another in no particular order."""
        rooms, changed, holes = self._rooms, self._changed, self._holes
        for number, book, begin, end in self._kinds.rooms(*rooms.reach(since, until)):
            if number in changed or any(low <= number < high for low, high in holes):
                continue
            start = rooms.start(number)
            first = bisect_left(book.times, since - start, begin, end) if start < since else begin
            last = bisect_left(book.times, until - start, first, end)
            if first < last:
                yield from book.rows(number, start, first, last)
        for rows in changed.values():
            yield from (row for row in rows if since <= row[0] < until)

    def _after(self, moment: int) -> int:
        return self._end - self._before(moment)

    def _before(self, moment: int) -> int:
        """Return how many events of the rooms in reach lie before a moment."""
        count = self._planned_before(self._low, self._rooms.started(moment), moment)
        for low, high in self._holes:
            count -= self._planned_before(low, high, moment)
        for number, rows in self._changed.items():
            count += bisect_left(rows, (moment,)) - self._planned_before(number, number + 1, moment)
        return count

    def _planned_before(self, low: int, high: int, moment: int) -> int:
        """Return how many events would lie before a moment in the rooms from low up to high, had nothing been done."""
        rooms = self._rooms
        over = min(max(low, rooms.started(moment - rooms.character.limit_seconds)), high)
        count = self._kinds.between(low, over)
        for number, book, begin, end in self._kinds.rooms(over, min(high, rooms.started(moment))):
            count += bisect_left(book.times, moment - rooms.start(number), begin, end) - begin
        return count

    def _reach_back(self, wanted: int) -> int:
        """Return a moment so early that many events lie after it, and hardly earlier: by guessing ever closer."""
        near, far = 0, -(-(self._until - self._since) // _STEP)  # steps back from the end: too few, enough
        fewer, enough = 0, self.count
        halve = False
        while far - near > 1:
            guess = near + 1 + int((far - near - 2) * (wanted - fewer) / max(1, enough - fewer))
            if halve:
                guess = (near + far) // 2
            found = self._after(self._back(guess))
            if found >= wanted:
                halve, far, enough = not halve and guess - near > 8, guess, found
            else:
                halve, near, fewer = not halve and far - guess > 8, guess, found
        return self._back(far)

    def _back(self, steps: int) -> int:
        return max(self._since, self._until - steps * _STEP)
