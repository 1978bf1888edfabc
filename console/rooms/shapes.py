"""What this app's services return: frozen, complete, and without a way to the cloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.connections.reads import Reading
from console.sparkrtc.catalogue.shared import ROOM_ID
from console.sparkrtc.errors import SparkError

__all__ = [
    "Age",
    "Application",
    "Applications",
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


@dataclass(frozen=True)
class Age:
    """How old data is. error: why it could not be had newer, None when it could."""

    taken_at: datetime
    stale: bool = False
    error: SparkError | None = None
    request_id: str = ""

    @classmethod
    def of(cls, *readings: Reading) -> "Age":
        """Return the age of what several answers say together: that of the oldest."""
        oldest = min(readings, key=lambda reading: reading.taken_at)
        errors = [reading.error for reading in readings if reading.error is not None]
        return cls(
            oldest.taken_at, any(r.stale for r in readings), errors[0] if errors else None, oldest.request_id
        )


@dataclass(frozen=True)
class Application:
    """An application as a list of choices shows it. state: ACTIVATION, DEACTIVATION, ARREARS, or "" when unknown."""

    app_id: str
    name: str
    state: str = ""

    @property
    def enabled(self) -> bool:
        """Whether rooms can open in it, as far as anybody knows."""
        return self.state in ("", "ACTIVATION")


@dataclass(frozen=True)
class Applications:
    """The applications that a person may reach. age: None when the cloud never answered and ids alone are known."""

    items: tuple[Application, ...]
    age: Age | None
    problem: SparkError | None = None

    def find(self, app_id: str) -> Application | None:
        """Return the application with that id, None when it is not among them."""
        return next((item for item in self.items if item.app_id == app_id), None)


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
