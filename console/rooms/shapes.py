"""What this app's services return: frozen, complete, and without a way to the cloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.connections.ages import Age
from console.sparkrtc.catalogue.shared import ROOM_ID

__all__ = [
    "Crowd",
    "Participant",
    "Presence",
    "Room",
    "RoomPage",
    "RoomUses",
    "can_be_id",
]


class Presence(StrEnum):
    """Where a participant is, as the cloud writes it."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"
    FAIL = "FAIL"


def can_be_id(text: str) -> bool:
    """Say whether a room or participant can have this id, so that no request is spent on one that can't."""
    return ROOM_ID.expression.fullmatch(text) is not None


@dataclass(frozen=True)
class Room:
    """One use of a room id. duration_seconds: None when unknown."""

    app_id: str
    room_id: str
    open: bool
    opened_at: datetime | None
    closed_at: datetime | None
    duration_seconds: int | None

    @property
    def key(self) -> str:
        """Which use of the room id this is, for an address: its start in UTC."""
        return self.opened_at.strftime("%Y%m%dT%H%M%SZ") if self.opened_at else ""


@dataclass(frozen=True)
class RoomPage:
    """One page of a list of rooms, in the cloud's order. total: on all pages, None when the cloud didn't say."""

    rooms: tuple[Room, ...]
    total: int | None
    age: Age


@dataclass(frozen=True)
class RoomUses:
    """The uses of one room id, latest first; empty when the cloud knows none."""

    uses: tuple[Room, ...]
    age: Age

    def pick(self, key: str) -> Room | None:
        """Return the use with that key, or the latest when the key is empty; None when there is none."""
        return next((use for use in self.uses if key in ("", use.key)), None)


@dataclass(frozen=True)
class Participant:
    """One session of a participant. All text is the cloud's and hostile."""

    room_id: str
    user_id: str
    session: str
    presence: str
    nickname: str
    device: str
    platform: str
    sdk: str
    region: str
    isp: str
    joined_at: datetime | None
    left_at: datetime | None

    @property
    def name(self) -> str:
        """What people call them: the nickname, or the id when there is none."""
        return self.nickname.strip() or self.user_id


@dataclass(frozen=True)
class Crowd:
    """Sessions in a room. total: that the cloud knows of; more than are here when there were too many to fetch."""

    sessions: Sequence[Participant]
    total: int
    age: Age

    @property
    def complete(self) -> bool:
        """Whether every session is here."""
        return len(self.sessions) >= self.total
