"""The abnormal events of an application, remembered hour by hour: counting them means looking into many rooms.

The world is a function of seed and time, so an hour is looked at once and whole, what is still to come included; a
question gets the part of it that is known by then. What is done to a room changes the events of that room only.

A day of a busy application is a hundred thousand events. Those of the last hours asked for are kept, and those of hours
that have but few; of the others it is known how many there are from when to when.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from threading import Lock

from console.sandbox.world.event_hours import CountedHour, Hour, PackedHour
from console.sandbox.world.events import Abnormal, event_rows
from console.sandbox.world.listing import Listing
from console.sandbox.world.overlay import FOREVER, Change
from console.sandbox.world.rooms import Rooms

__all__ = ["EventMemory"]

HOUR = 3600
_PACKED = 76  # hours: the last day, and two or three that people leaf back to
_FEW = 1000  # events of an hour: where a page of a list reaches over several hours, looking for it would take long
_COUNTED = 24 * 120  # hours: all that can be asked for, and some of another time that somebody travelled to


class EventMemory:
    """The abnormal events of one application. Safe to use from many threads."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._lock = Lock()
        self._packed: OrderedDict[int, PackedHour] = OrderedDict()
        self._counted: dict[int, Hour] = {}
        self._deeds = rooms.deeds()  # those that the hours know of

    def between(self, since: int, until: int, *, whole: bool = False) -> Listing[Abnormal]:
        """Return the events from one moment up to another (epoch seconds), latest first.

        whole: all of them will be read, not just a page.
        """
        hours = range(since // HOUR, -(-until // HOUR))
        found: dict[int, Hour] = {}
        while missing := [hour for hour in hours if hour not in found]:
            found |= self._remembered(missing, whole=whole)
            for look in self._looks(hour for hour in missing if hour not in found):
                deque(look.steps(), maxlen=0)
                found |= self._remember(look)
        return Listing([found[hour].part(since, until) for hour in reversed(hours)])

    def look_at(self, first: int, last: int) -> Iterator[None]:
        """Remember the events of the hours from first up to last (whole hours since the epoch).

        A step takes about a millisecond: whoever takes the steps can let others in between.
        """
        found = self._remembered(range(first, last), whole=True)
        for look in self._looks(hour for hour in range(first, last) if hour not in found):
            yield from look.steps()
            self._remember(look)

    def count(self, first: int, last: int) -> Iterator[None]:
        """Count the events of the hours from first up to last, in steps as those of look_at()."""
        found = self._remembered(range(first, last))
        for look in self._looks(hour for hour in range(first, last) if hour not in found):
            yield from look.steps()
            counted: dict[PackedHour, Hour] = {}
            for packed in look.hours().values():
                counted[packed] = _counted(packed)
                yield
            self._remember(look, counted)

    def _looks(self, hours: Iterable[int]) -> list[_Look]:
        """Return the looks that rising hours need: those in a row share one, as most rooms reach over several."""
        runs: list[tuple[int, int]] = []
        for hour in hours:
            if runs and runs[-1][1] == hour:
                runs[-1] = runs[-1][0], hour + 1
            else:
                runs.append((hour, hour + 1))
        return [_Look(self._rooms, first, last) for first, last in runs]

    def _remembered(self, hours: Iterable[int], *, whole: bool = False) -> dict[int, Hour]:
        """Return the hours that are known; whole: that are packed."""
        with self._lock:
            self._catch_up()
            found: dict[int, Hour] = {}
            for hour in hours:
                if hour in self._packed:
                    self._packed.move_to_end(hour)
                    found[hour] = self._packed[hour]
                elif hour in self._counted and not (whole and isinstance(self._counted[hour], CountedHour)):
                    found[hour] = self._counted[hour]
            return found

    def _remember(self, look: _Look, counted: dict[PackedHour, Hour] | None = None) -> dict[int, PackedHour]:
        """Keep what was found, as far as no deed spoilt it meanwhile. counted: keep no more than this of an hour."""
        made = look.hours()
        with self._lock:
            self._catch_up()
            for change in self._rooms.changes(look.deeds)[: self._deeds - look.deeds]:
                made = _changed(made, change, self._rooms)
            if counted is not None:
                self._count({hour: counted.get(packed) or _counted(packed) for hour, packed in made.items()})
            else:
                self._packed |= made
                while len(self._packed) > _PACKED:
                    hour, packed = self._packed.popitem(last=False)
                    self._count({hour: _counted(packed)})
        return made

    def _count(self, hours: dict[int, Hour]) -> None:
        """Keep what is kept of hours long past. The lock is held."""
        for hour, counted in hours.items():
            self._counted[hour] = counted
            if len(self._counted) > _COUNTED:
                del self._counted[next(iter(self._counted))]

    def _catch_up(self) -> None:
        """Mend what the latest deeds changed. The lock is held."""
        for change in self._rooms.changes(self._deeds):
            self._packed = OrderedDict(_changed(self._packed, change, self._rooms))
            hours = _spoilt(change, self._rooms)
            self._counted = {hour: counted for hour, counted in self._counted.items() if hour not in hours}
            self._deeds += 1


def _counted(packed: PackedHour) -> Hour:
    """Return how many events an hour has, or the events if they are few."""
    return packed if len(packed) <= _FEW else packed.counted()


def _spoilt(change: Change, rooms: Rooms) -> range:
    """Return the hours in which a deed can have changed events."""
    last = FOREVER if change.room is None else rooms.stay(change.room).end
    return range(change.since // HOUR, last // HOUR + 1)


def _changed(hours: dict[int, PackedHour], change: Change, rooms: Rooms) -> dict[int, PackedHour]:
    """Return hours without those that have to be looked at again, or with one room's events made anew."""
    spoilt, room = _spoilt(change, rooms), change.room
    if room is None:
        return {hour: packed for hour, packed in hours.items() if hour not in spoilt}
    return {hour: packed.with_room(room) if hour in spoilt else packed for hour, packed in hours.items()}


class _Look:
    """A look at the events of the hours from first up to last."""

    def __init__(self, rooms: Rooms, first: int, last: int) -> None:
        self.deeds = rooms.deeds()
        self._rooms = rooms
        self._window = first * HOUR, last * HOUR
        self._hours = {hour: PackedHour(rooms, hour) for hour in range(first, last)}
        self._found: dict[int, list[bytes]] = {hour: [] for hour in self._hours}

    def steps(self) -> Iterator[None]:
        """Take the look; a step takes about a millisecond."""
        hours, found = self._hours, self._found
        for rows in event_rows(self._rooms, *self._window):
            for row in rows:
                hour = row[0] // HOUR
                found[hour].append(hours[hour].packed(row))
            yield
        while found:
            hour, packed = found.popitem()
            hours[hour].fill(packed)
            yield

    def hours(self) -> dict[int, PackedHour]:
        """Return what was found."""
        return self._hours
