"""Counts of an application per minute and per day, from the same sessions that the lists show.

Where an application has too many sessions for that, whole groups of rooms stand for others like them; the groups
are always the same, so the figures never contradict each other.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import add, mul
from statistics import median

from console.sandbox.world.ills import Freeze
from console.sandbox.world.plan import Session, Stay
from console.sandbox.world.reception import received_video
from console.sandbox.world.rooms import Rooms

__all__ = ["DAY", "KINDS", "MINUTE", "DayTotals", "MinuteTable", "count_day", "daily_sessions", "sample_step"]

MINUTE, DAY = 60, 86_400
KINDS = ("native", "webrtc")
_MOST_SESSIONS = 8000  # a day of an application; above that a sample stands for the whole
_MOST_ROOMS = 60_000
_COLUMNS = (
    "online", "viewers", "attempts", "joined", "joined_soon", "video_frozen", "audio_frozen",
    "senders", "video_senders", "audio_up_poor", "video_up_poor", "audio_poor", "video_poor",
)  # fmt: skip


def sample_step(rooms: Rooms) -> int:
    """Return how many rooms of an application each closely counted one stands for; 1: all are counted."""
    return max(1, round(daily_sessions(rooms) / _MOST_SESSIONS))


def daily_sessions(rooms: Rooms) -> float:
    """Return about how many sessions an application has a day."""
    return rooms.rhythm.weekly / 7 * sum(rooms.character.sizes) / len(rooms.character.sizes)


def count_day(rooms: Rooms, day: int) -> MinuteTable:
    """Count a UTC day, given in days since the epoch."""
    start, step = day * DAY, sample_step(rooms)
    table = MinuteTable(rooms, start, DAY // MINUTE)
    table.count(rooms.open_between(start, start + DAY, step=step))
    if step > 1:
        coarse = max(1, round(rooms.rhythm.weekly / 7 / _MOST_ROOMS))
        table.stretch(rooms.open_between(start, start + DAY, step=coarse), coarse)
    return table


@dataclass
class DayTotals:
    """Sums over everything that was counted. Times are milliseconds, durations seconds."""

    users: float = 0
    sessions: float = 0
    rooms: float = 0
    seconds: dict[str, float] = field(
        default_factory=lambda: {"audio": 0.0, "sd": 0.0, "hd": 0.0, "hdp": 0.0}
    )
    pushes: float = 0
    pushed: float = 0
    pulls: float = 0
    pulled: float = 0
    first_video: list[float] = field(default_factory=list)
    first_audio: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def stretch(self, factor: float, rooms: int, time_factor: float | None = None) -> None:
        """Multiply what depends on the number of people. rooms: how many really began.

        time_factor: for durations, when they are known better.
        """
        self.rooms = rooms
        longer = factor if time_factor is None else time_factor
        self.seconds = {tier: seconds * longer for tier, seconds in self.seconds.items()}
        for name in ("users", "sessions", "pushes", "pushed", "pulls", "pulled"):
            setattr(self, name, getattr(self, name) * factor)

    def middle_delay(self) -> float:
        """Return the median delay, 0 when nobody was there."""
        return median(self.delays) if self.delays else 0.0


class MinuteTable:
    """Counts per minute from one moment on. start: epoch seconds, a whole minute.

    open_rooms, open_places (in open rooms, taken or not): a number per minute, and one more. places: in the rooms
    that began in the meantime.
    """

    def __init__(self, rooms: Rooms, start: int, minutes: int) -> None:
        self._rooms = rooms
        self.start = start
        self.minutes = minutes
        self.end = start + minutes * MINUTE
        self.totals = DayTotals()
        self.open_rooms = array("d", bytes(8 * (minutes + 1)))
        self.open_places = array("d", bytes(8 * (minutes + 1)))
        self.places = 0
        self._columns = {
            (kind, name): array("d", bytes(8 * (minutes + 1))) for kind in KINDS for name in _COLUMNS
        }

    def column(self, name: str, kind: str | None = None) -> Sequence[float]:
        """Return a column, of one kind of client or of both together."""
        if kind is not None:
            return self._columns[kind, name][: self.minutes]
        native, web = (self._columns[each, name] for each in KINDS)
        return list(map(add, native, web))[: self.minutes]

    def count(self, stays: Iterable[Stay]) -> MinuteTable:
        """Count rooms in, then turn steps into levels. Call it once."""
        for stay in stays:
            self._count_room(stay)
        self.open_rooms = _levels(self.open_rooms)
        self.open_places = _levels(self.open_places)
        for kind in KINDS:
            for name in _LEVELS:
                self._columns[kind, name] = _levels(self._columns[kind, name])
        return self

    def stretch(self, stays: Iterable[Stay], weight: int) -> None:
        """Make what was counted of a few rooms speak for all: minute by minute in proportion to their places.

        weight: how many rooms each of the given ones stands for.
        """
        slots, rooms = array("d", bytes(8 * (self.minutes + 1))), array("d", bytes(8 * (self.minutes + 1)))
        begun = places = 0
        for stay in stays:
            first, last = self._span(stay.start, stay.end)
            if first < last:
                slots[first] += weight * stay.size
                slots[last] -= weight * stay.size
                rooms[first] += weight
                rooms[last] -= weight
            if self.start <= stay.start < self.end:
                begun, places = begun + weight, places + weight * stay.size
        self.open_rooms, slots = _levels(rooms), _levels(slots)
        factors = [true / seen if seen else 0.0 for true, seen in zip(slots, self.open_places, strict=True)]
        for key, column in self._columns.items():
            self._columns[key] = array("d", map(mul, column, factors))
        self.totals.stretch(places / self.places if self.places else 0.0, begun)

    def _count_room(self, stay: Stay) -> None:
        rooms = self._rooms
        sessions = rooms.sessions(stay)
        end = rooms.end(stay)
        first, last = self._span(stay.start, end)
        if first < last:
            self.open_rooms[first] += 1
            self.open_rooms[last] -= 1
            self.open_places[first] += stay.size
            self.open_places[last] -= stay.size
        if self.start <= stay.start < self.end:
            self.totals.rooms += 1
            self.places += stay.size
        video = received_video(rooms, stay, sessions, self.start, self.end)
        seen: set[int] = set()
        for session, seconds in zip(sessions, video, strict=True):
            if session.start < self.end and session.end > self.start:
                self._count_session(stay, session, seconds, seen)
        self._count_troubles(stay, sessions)

    def _count_session(self, stay: Stay, session: Session, video: int, seen: set[int]) -> None:
        rooms = self._rooms
        number = rooms.person_number(stay, session.seat)
        kind = rooms.people.sdk_type(number)
        begun = self.start <= session.start < self.end
        if begun:
            minute = (session.start - self.start) // MINUTE
            self._columns[kind, "attempts"][minute] += 1
            if session.joined:
                self._columns[kind, "joined"][minute] += 1
                self._columns[kind, "joined_soon"][minute] += session.wait <= 5
        if not session.joined:
            return
        sends = rooms.sends(stay, session.seat)
        poor = self._poor_share(number)
        amounts = {"online": 1.0, "audio_poor": poor}
        if sends:
            amounts |= {"senders": 1.0, "audio_up_poor": poor * 0.7}
        if stay.tier != "audio":
            amounts |= {"viewers": 1.0, "video_poor": poor * 1.4}
            if sends:
                amounts |= {"video_senders": 1.0, "video_up_poor": poor}
        first, last = self._span(session.start, session.end)
        if first < last:
            for name, amount in amounts.items():
                column = self._columns[kind, name]
                column[first] += amount
                column[last] -= amount
        self._total(stay, session, video, begun, sends, seen)

    def _total(
        self, stay: Stay, session: Session, video: int, begun: bool, sends: bool, seen: set[int]
    ) -> None:
        totals = self.totals
        inside = min(session.end, self.end) - max(session.start, self.start)
        totals.seconds["audio"] += inside - video
        if video:
            totals.seconds[stay.tier] += video
        if not begun:
            return
        totals.sessions += 1
        if session.seat not in seen:
            seen.add(session.seat)
            totals.users += 1
        slot = stay.first_slot + session.seat
        totals.pulls += 1
        totals.pulled += slot % 331 != 17
        totals.pushes += sends
        totals.pushed += sends and slot % 277 != 5
        luck = self._rooms.people.first_frames(self._rooms.person_number(stay, session.seat))
        if stay.tier != "audio":
            totals.first_video.append(luck[0])
        totals.first_audio.append(luck[1])
        totals.delays.append(luck[2])

    def _count_troubles(self, stay: Stay, sessions: Sequence[Session]) -> None:
        """Add the freezes: of ordinary rooms the small mishaps, of others whatever their cause does."""
        ills = self._rooms.ills(stay)
        alike: dict[tuple[int, int], dict[int, Freeze]] = {}
        for session in sessions:
            if not session.joined or session.start >= self.end or session.end <= self.start:
                continue
            mishap = ills.mishap_of(session.seat)
            if mishap is not None and session.start <= mishap[0] * MINUTE < session.end:
                self._frozen(stay, session.seat, mishap[0], mishap[1], mishap[1] * 0.4)
            if ills.cast is None or not ills.ailments:
                continue
            peer = ills.cast.user if session.seat == ills.cast.peer else ills.cast.peer
            key = peer, ills.kind_of(session.seat)
            if key not in alike:
                alike[key] = {
                    minute: ills.suffered(peer, session.seat, minute)
                    for minute in range(ills.since, ills.over)
                }
            for minute, freeze in alike[key].items():
                if (freeze.video or freeze.audio) and session.start <= minute * MINUTE < session.end:
                    self._frozen(stay, session.seat, minute, freeze.video, freeze.audio)

    def _frozen(self, stay: Stay, seat: int, minute: int, video: float, audio: float) -> None:
        place = minute - self.start // MINUTE
        if not 0 <= place < self.minutes:
            return
        kind = self._rooms.people.sdk_type(self._rooms.person_number(stay, seat))
        columns = self._columns
        columns[kind, "audio_frozen"][place] += audio
        _spike(columns[kind, "audio_poor"], place, min(0.9, 2 * audio))
        if stay.tier != "audio":
            columns[kind, "video_frozen"][place] += video
            _spike(columns[kind, "video_poor"], place, min(0.9, 2 * video))

    def _poor_share(self, number: int) -> float:
        return 0.001 + 0.000_02 * self._rooms.people.first_frames(number)[2]

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """Return the first minute whose beginning lies in a time, and the one after the last."""
        first, last = -(-(start - self.start) // MINUTE), -(-(end - self.start) // MINUTE)
        return (first if first > 0 else 0), (last if last < self.minutes else self.minutes)


_LEVELS = (
    "online", "viewers", "senders", "video_senders", "audio_up_poor", "video_up_poor", "audio_poor", "video_poor",
)  # fmt: skip


def _levels(steps: array[float]) -> array[float]:
    return array("d", accumulate(steps))


def _spike(column: array[float], place: int, amount: float) -> None:
    """Raise one minute of a column that is still kept as steps."""
    column[place] += amount
    column[place + 1] -= amount
