"""The figures of an application: per minute, per day, kept as long as they are likely to be asked for again."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Literal, TypeVar

from console.sandbox.world.people import Person
from console.sandbox.world.plan import Stay
from console.sandbox.world.rooms import Rooms
from console.sandbox.world.summaries import DaySummary, summarize
from console.sandbox.world.tables import MinuteTable, count_day, sample_step

__all__ = ["Statistics"]

MINUTE, DAY = 60, 86_400
Kept = TypeVar("Kept")
Dimension = Literal["region", "access_net", "platform", "sdk"]


class Statistics:
    """The figures of one application. Every figure of a past minute stays what it was, whoever asks and when."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._lock = Lock()
        self._tables: OrderedDict[tuple[object, ...], MinuteTable] = OrderedDict()
        self._days: OrderedDict[tuple[object, ...], DaySummary] = OrderedDict()

    def minutes(self, day: int) -> MinuteTable:
        """Return the minutes of a UTC day, counted in days since the epoch."""
        return _keep(
            self._lock, self._tables, (day, self._rooms.deeds()), 3, lambda: count_day(self._rooms, day)
        )

    def day(self, day: int) -> DaySummary:
        """Return the sums of a UTC day, counted in days since the epoch."""
        return _keep(
            self._lock,
            self._days,
            (day, self._rooms.deeds()),
            100,
            lambda: summarize(self._rooms, day, lambda: self.minutes(day)),
        )

    def room_minutes(self, room_id: str, start: int, minutes: int) -> MinuteTable:
        """Return the minutes of a room. start: epoch seconds, a whole minute."""
        stays = self._rooms.open_between(start, start + minutes * MINUTE, room_id)
        return MinuteTable(self._rooms, start, minutes).count(stays)

    def distribution(
        self, dimension: Dimension, moment: int, room_id: str | None = None
    ) -> list[tuple[str, int]]:
        """Return how many people are online by a dimension, the largest group first."""
        rooms = self._rooms
        step = 1 if room_id is not None else sample_step(rooms)
        counts: Counter[str] = Counter()
        for stay in rooms.open_between(moment, moment + 1, room_id, step=step):
            counts.update(self._values(stay, dimension, moment))
        ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        return [(value, count * step) for value, count in ranked]

    def _values(self, stay: Stay, dimension: Dimension, moment: int) -> list[str]:
        rooms = self._rooms
        return [
            _dimension(rooms.people.person(rooms.person_number(stay, session.seat)), dimension)
            for session in rooms.sessions(stay)
            if session.joined and session.start <= moment < session.end
        ]


def _dimension(person: Person, dimension: Dimension) -> str:
    if dimension == "region":
        return person.region
    if dimension == "access_net":
        return person.net
    return person.platform if dimension == "platform" else person.sdk


def _keep(
    lock: Lock,
    store: OrderedDict[tuple[object, ...], Kept],
    key: tuple[object, ...],
    most: int,
    make: Callable[[], Kept],
) -> Kept:
    """Return what is stored under a key, made when missing; the entry unused for longest gives way."""
    with lock:
        if key in store:
            store.move_to_end(key)
            return store[key]
    made = make()
    with lock:
        store[key] = made
        while len(store) > most:
            store.popitem(last=False)
    return made
