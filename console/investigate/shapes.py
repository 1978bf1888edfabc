"""What this app's services return: frozen, complete, without a way to the cloud. All text is hostile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.connections.ages import Age

__all__ = ["Call", "Life", "Person", "Session", "call_key", "read_key"]

_KEY = "%Y%m%dT%H%M%SZ"


def call_key(moment: datetime) -> str:
    """Write a moment as addresses carry it: in UTC, to the second."""
    return moment.strftime(_KEY)


def read_key(text: str) -> datetime | None:
    """Read a moment that call_key() wrote; None for anything else."""
    try:
        return datetime.strptime(f"{text}+0000", f"{_KEY}%z")
    except ValueError:
        return None


@dataclass(frozen=True)
class Session:
    """One attempt of one person to be in a room.

    state: FAIL, ONLINE, OFFLINE or whatever the cloud says. left_at: None while they are there, or unknown.
    ip: known to the index and the cloud, shown to nobody who did not type it.
    """

    app_id: str
    room_id: str
    user_id: str
    session_id: str
    state: str
    nickname: str = ""
    device: str = ""
    platform: str = ""
    sdk: str = ""
    region: str = ""
    isp: str = ""
    joined_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def name(self) -> str:
        """What people call them: the nickname, or the id when there is none."""
        return self.nickname.strip() or self.user_id

    @property
    def failed(self) -> bool:
        """Whether they never got in."""
        return self.state == "FAIL"

    @property
    def online(self) -> bool:
        """Whether they were in the room when the list was read."""
        return self.state == "ONLINE"

    @property
    def backwards(self) -> bool:
        """Whether they left before they joined, which only a wrong clock can tell."""
        return self.joined_at is not None and self.left_at is not None and self.left_at < self.joined_at

    def until(self, now: datetime) -> datetime | None:
        """Return when it ended, now while it goes on; None when nobody knows."""
        if self.joined_at is None:
            return None
        if self.online:
            return max(now, self.joined_at)
        return max(self.left_at, self.joined_at) if self.left_at else self.joined_at

    def covers(self, moment: datetime, now: datetime, slack: timedelta = timedelta()) -> bool:
        """Say whether they were there, or trying to get in, at a moment."""
        end = self.until(now)
        if self.joined_at is None or end is None:
            return False
        return self.joined_at - slack <= moment <= end + slack


@dataclass(frozen=True)
class Person:
    """A participant of a call with all their sessions in it, the first one first."""

    user_id: str
    sessions: Sequence[Session]

    @property
    def last(self) -> Session:
        return self.sessions[-1]

    @property
    def name(self) -> str:
        return next((one.name for one in reversed(self.sessions) if one.nickname.strip()), self.user_id)

    @property
    def failed(self) -> bool:
        """Whether they never got in."""
        return all(one.failed for one in self.sessions)


@dataclass(frozen=True)
class Life:
    """A room's life between first join and last leave. end: None while somebody is in it."""

    start: datetime
    end: datetime | None
    sessions: Sequence[Session]

    def covers(self, moment: datetime, slack: timedelta = timedelta()) -> bool:
        """Say whether a moment lies in it."""
        return self.start - slack <= moment and (self.end is None or moment <= self.end + slack)


@dataclass(frozen=True)
class Call:
    """One life of a room.

    people: who was in it or tried to, those who came first first. now: as of when everything is told.
    complete: whether every session is here. earlier: it may have begun before anything that was read.
    asked_at: the moment that was meant; away: it lies outside of this life. lives: others near it.
    """

    app_id: str
    room_id: str
    life: Life
    people: Sequence[Person]
    asked_at: datetime
    away: bool
    lives: Sequence[Life]
    age: Age
    now: datetime
    complete: bool = True
    earlier: bool = False
    kept: bool = False

    @property
    def start(self) -> datetime:
        return self.life.start

    @property
    def end(self) -> datetime | None:
        return self.life.end

    @property
    def until(self) -> datetime:
        """The end, or now while it goes on."""
        return self.life.end or max(self.now, self.life.start)

    @property
    def open(self) -> bool:
        return self.life.end is None

    @property
    def backwards(self) -> int:
        """How many sessions end before they begin, which only wrong clocks can tell."""
        return sum(one.backwards for one in self.life.sessions)

    @property
    def seconds(self) -> float:
        return (self.until - self.start).total_seconds()

    def find(self, user_id: str) -> Person | None:
        """Return somebody of the call; None when they are not in it."""
        return next((one for one in self.people if one.user_id == user_id), None)
