"""What is kept of a day once its minutes are forgotten.

A month of a huge application is asked for in one request. There a few rooms, always the same ones, tell how people
behave; how many rooms and places there were is known without looking at any of them.
"""

from __future__ import annotations

from collections.abc import Callable

from console.sandbox.world.rooms import Rooms
from console.sandbox.world.tables import DAY, MINUTE, DayTotals, MinuteTable, daily_sessions, sample_step

__all__ = ["DaySummary", "summarize"]

_MOST_SESSIONS = 800  # a day, when it is one of many
_MOST_ROOMS = 500  # to see how long rooms are open
_QUARTER = 15 * MINUTE
_SUMMED = (
    "online", "viewers", "attempts", "joined", "joined_soon", "video_frozen", "audio_frozen",
    "senders", "video_senders", "audio_up_poor", "video_up_poor", "audio_poor", "video_poor",
)  # fmt: skip


class DaySummary:
    """The sums of a UTC day. most_users, most_rooms: at the same time; by default what the minutes say."""

    def __init__(
        self, table: MinuteTable, most_users: float | None = None, most_rooms: float | None = None
    ) -> None:
        self.totals: DayTotals = table.totals
        self.most_users = round(max(table.column("online")) if most_users is None else most_users)
        self.most_rooms = round(max(table.open_rooms[: table.minutes]) if most_rooms is None else most_rooms)
        self.sums = {name: sum(table.column(name)) for name in _SUMMED}
        self.delay = table.totals.middle_delay()
        self.first_video = _mean(table.totals.first_video)
        self.first_audio = _mean(table.totals.first_audio)
        for long_list in (table.totals.delays, table.totals.first_video, table.totals.first_audio):
            long_list.clear()


def summarize(rooms: Rooms, day: int, minutes: Callable[[], MinuteTable]) -> DaySummary:
    """Sum up a UTC day, given in days since the epoch. minutes: counts it minute by minute, which takes longer."""
    start = day * DAY
    groups = rooms.rhythm.weekly / 7 / rooms.group
    step = min(round(daily_sessions(rooms) / _MOST_SESSIONS), int(groups * 0.75))
    was_off = rooms.let_nobody_in(start - rooms.character.limit_seconds, start + DAY)
    if sample_step(rooms) == 1 or step <= 1 or was_off:
        return DaySummary(minutes())
    table = MinuteTable(rooms, start, DAY // MINUTE)
    table.count(rooms.open_between(start, start + DAY, step=step))
    if not table.places or not any(table.open_places):
        return DaySummary(minutes())
    low, high = rooms.started(start), rooms.started(start + DAY)
    more_people = (rooms.slots.first(high) - rooms.slots.first(low)) / table.places
    room_seconds, place_seconds = _open_seconds(rooms, start)
    more_time = place_seconds / (MINUTE * sum(table.open_places[: table.minutes]))
    online = sum(table.column("online")) / table.minutes * more_time
    table.totals.stretch(more_people, high - low, more_time)
    peak = _peak(rooms, start, room_seconds / (high - low))
    return DaySummary(table, online * peak, room_seconds / DAY * peak)


def _open_seconds(rooms: Rooms, start: int) -> tuple[float, float]:
    """Return how long all rooms of a day are open in it, and all places in them, from more rooms than are counted."""
    step = max(1, int(rooms.rhythm.weekly / 7 / max(_MOST_ROOMS, rooms.group)))
    low, high = rooms.started(start), rooms.started(start + DAY)
    of_rooms = of_places = seen = 0
    for stay in rooms.open_between(start, start + DAY, step=step):
        inside = min(stay.end, start + DAY) - max(stay.start, start)
        of_rooms += inside
        of_places += inside * stay.size
        seen += start <= stay.start
    weight = (high - low) / max(1, seen)
    return of_rooms * weight, of_places * weight


def _peak(rooms: Rooms, start: int, lasting: float) -> float:
    """Return how much more goes on at the busiest time of a day than on average. lasting: of a room, seconds."""
    open_rooms = [
        rooms.started(moment) - rooms.started(moment - lasting)
        for moment in range(start, start + DAY, _QUARTER)
    ]
    return max(open_rooms) * len(open_rooms) / max(1, sum(open_rooms))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
