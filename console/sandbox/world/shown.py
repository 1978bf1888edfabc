"""What the world's lists show: rooms and sessions of people, dressed up when somebody looks at their row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar, overload

from console.sandbox.world.plan import Stay
from console.sandbox.world.queries import SessionRow
from console.sandbox.world.rooms import Rooms

__all__ = ["Participant", "Room", "View", "participant_shower", "show_room"]

Row = TypeVar("Row")
Shown = TypeVar("Shown")


class Room(NamedTuple):
    """A room. start, end: epoch seconds; end is None while it is open. duration: seconds so far."""

    app_id: str
    domain: str
    room_id: str
    state: str
    start: int
    end: int | None
    duration: int


class Participant(NamedTuple):
    """A session of a person in a room, or the latest one. state: FAIL, ONLINE or OFFLINE.

    joined_at, left_at: epoch seconds; left_at is None while they are in the room.
    """

    app_id: str
    domain: str
    room_id: str
    user_id: str
    session: str
    state: str
    nickname: str
    ip: str
    region: str
    isp: str
    device: str
    platform: str
    sdk: str
    joined_at: int
    left_at: int | None


class View(Sequence[Shown], Generic[Row, Shown]):
    """A sequence seen through a function that dresses up the rows somebody looks at."""

    def __init__(self, rows: Sequence[Row], show: Callable[[Row], Shown]) -> None:
        self._rows = rows
        self._show = show

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Shown]:
        return map(self._show, self._rows)

    @overload
    def __getitem__(self, index: int) -> Shown: ...

    @overload
    def __getitem__(self, index: slice) -> list[Shown]: ...

    def __getitem__(self, index: int | slice) -> Shown | list[Shown]:
        if isinstance(index, slice):
            return [self._show(row) for row in self._rows[index]]
        return self._show(self._rows[index])


def show_room(engine: Rooms, stay: Stay, domain: str, now: int) -> Room:
    """Return a room as it is at a moment (epoch seconds)."""
    end = engine.end(stay)
    running = end > now
    return Room(
        app_id=engine.app_id,
        domain=domain,
        room_id=engine.room_id(stay.number),
        state="RUNNING" if running else "CLOSED",
        start=stay.start,
        end=None if running else end,
        duration=(now if running else end) - stay.start,
    )


def participant_shower(engine: Rooms, domain: str) -> Callable[[SessionRow], Participant]:
    """Return a function that tells of a row of a list of people all that is told of the person.

    A page has a thousand rows of some dozens of rooms: what they share is looked up once.
    """
    app_id, people, session_id = engine.app_id, engine.people, engine.session_id
    room_ids: dict[int, str] = {}

    def show(row: SessionRow) -> Participant:
        stay, session, state = row
        room = stay.number
        if room not in room_ids:
            room_ids[room] = engine.room_id(room)
        person = people.person((stay.first_slot + session.seat) % people.size)
        return Participant(
            app_id,
            domain,
            room_ids[room],
            person.user_id,
            session_id(room, session),
            state,
            person.nickname,
            person.ip,
            person.region_name,
            person.isp,
            person.device,
            person.platform,
            person.sdk,
            session.start,
            None if state == "ONLINE" else session.end,
        )

    return show
