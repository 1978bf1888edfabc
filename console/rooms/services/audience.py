"""Who would be hit: looked up before a dialog opens, and once more before anything is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from console.connections.models import Connection
from console.rooms.services.participants import list_participants
from console.rooms.services.rooms import get_room_uses
from console.rooms.shapes import Crowd, Participant, Room
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane

__all__ = ["Audience", "meet"]

_FRESH_ENOUGH = timedelta(seconds=15)


@dataclass(frozen=True)
class Audience:
    """A room and who is in it, as far as anybody knows: acting stays possible when reading isn't.

    room: None when the cloud knows no such room. crowd: None when it could not be read; problem says why.
    """

    room: Room | None
    crowd: Crowd | None = None
    problem: SparkError | None = None

    @property
    def closed(self) -> bool:
        """Whether the room is known not to be open."""
        return self.room is None or not self.room.open

    @property
    def people(self) -> dict[str, list[Participant]]:
        """The sessions of each person in the room."""
        found: dict[str, list[Participant]] = {}
        for session in self.crowd.sessions if self.crowd else ():
            found.setdefault(session.user_id, []).append(session)
        return found

    def split(self, user_ids: Iterable[str]) -> tuple[list[str], list[str]]:
        """Part people into those who may be in the room, and those who are known to have left."""
        wanted = list(dict.fromkeys(user_ids))
        if self.crowd is None or not self.crowd.complete:
            return wanted, []
        there = self.people
        return [user for user in wanted if user in there], [user for user in wanted if user not in there]

    def named(self, user_ids: Sequence[str]) -> list[Participant]:
        """Return one session of each, for showing names; somebody who is not listed stands with the id alone."""
        there = self.people
        return [there[user][0] if user in there else _nameless(user) for user in user_ids]


def meet(connection: Connection, app_id: str, room_id: str) -> Audience:
    """Return who is in the room, at most 15 s old where the cloud answers. Up to two shared reads."""
    room = Room(app_id, room_id, open=True, opened_at=None, closed_at=None, duration_seconds=None)
    try:
        uses = get_room_uses(connection, app_id, room_id, lane=Lane.CLICK)
        if not uses.uses:
            return Audience(None)
        room = uses.uses[0]
        return Audience(room, _crowd(connection, room))
    except SparkError as problem:
        return Audience(room, problem=problem)


def _crowd(connection: Connection, room: Room) -> Crowd:
    try:
        return list_participants(
            connection, room, lane=Lane.CLICK, fresh_after=timezone.now() - _FRESH_ENOUGH
        )
    except SparkError:
        return list_participants(connection, room, lane=Lane.CLICK)


def _nameless(user_id: str) -> Participant:
    return Participant("", user_id, "", "", "", "", "", "", "", "", None, None)
