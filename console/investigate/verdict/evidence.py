"""What a verdict is made from: frozen, complete, and without a way to the cloud.

Whoever collects evidence hands over what the cloud said, as it said it: gaps, repeats and disorder are the
engine's business (tidying.py). Texts are hostile and stay as they are.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cached_property

import msgspec

from console.investigate.verdict.curves import Curve, in_order
from console.investigate.verdict.moments import seconds

__all__ = [
    "AbnormalEvent",
    "ActionKind",
    "ClientNote",
    "Complaint",
    "EventKind",
    "Evidence",
    "OurAction",
    "Point",
    "Question",
    "Series",
    "Session",
    "Source",
    "SourceName",
    "SourceState",
    "Symptom",
]


class Symptom(StrEnum):
    """What somebody says was wrong."""

    NO_SOUND = "no_sound"
    NO_PICTURE = "no_picture"
    FREEZE = "freeze"
    BLURRED = "blurred"
    BROKEN_SOUND = "broken_sound"
    ECHO = "echo"  # also: too low, too loud. No figure of the cloud tells
    CANNOT_JOIN = "cannot_join"
    SLOW_JOIN = "slow_join"


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """Who complains, and of what. user_id "": nobody in particular, everybody is looked at.

    at: about when it hurt, None when they did not say.
    """

    user_id: str = ""
    symptom: Symptom | None = None
    at: datetime | None = None


class Point(msgspec.Struct, frozen=True, gc=False):
    """One value of one minute, or whatever the cloud's step is. There are tens of thousands: no garbage to look for."""

    at: datetime
    value: float


class Series(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One indicator of one stream. receiver "": measured at the sender, on the way up.

    metric: as the cloud calls it (vloss, syscpu …). points: in any order, perhaps twice, with gaps.
    """

    sender: str
    receiver: str = ""
    metric: str
    points: tuple[Point, ...] = ()

    @cached_property
    def curve(self) -> Curve:
        """Return its points in order and once, see curves.in_order. Worked out once, however often it is judged."""
        times = tuple([seconds(point.at) for point in self.points])
        values = tuple([point.value for point in self.points])
        return in_order(self.sender, self.receiver, self.metric, times, values)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of one person to be in a room. left_at: None while they are in it, or unknown.

    joined: False when they never got in.
    """

    room_id: str
    user_id: str
    session_id: str = ""
    joined: bool = True
    joined_at: datetime | None = None
    left_at: datetime | None = None
    region: str = ""
    isp: str = ""
    device: str = ""
    platform: str = ""
    sdk: str = ""


class EventKind(StrEnum):
    """What an abnormal event is about."""

    JOIN = "join"
    PICTURE = "picture"
    SOUND = "sound"


class AbnormalEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What the cloud noticed about somebody. factor: its code for the reason; what it means depends on the kind.

    peer_id: with whom the reason lies, "" when it is with themselves or with nobody.
    """

    at: datetime
    room_id: str
    user_id: str
    kind: EventKind
    factor: int | None = None
    peer_id: str = ""


class ClientNote(msgspec.Struct, frozen=True, kw_only=True):
    """Something a client did, in the cloud's own words. at: None when its time could not be read."""

    at: datetime | None = None
    event_id: str = ""
    text: str = ""


class ActionKind(StrEnum):
    """What this console did, as far as it can end or prevent a call."""

    REMOVED = "removed"
    DISMISSED = "dismissed"
    DISABLED = "disabled"
    ENABLED = "enabled"


class OurAction(msgspec.Struct, frozen=True, kw_only=True):
    """Something our own ledger knows. entry: its number there. user_id "": everybody.

    sure: False when the outcome is unknown. Failed attempts are no evidence and are left out.
    """

    at: datetime
    kind: ActionKind
    user_id: str = ""
    entry: str = ""
    sure: bool = True


class SourceName(StrEnum):
    """Where evidence comes from."""

    SESSIONS = "sessions"
    CURVES = "curves"
    EVENTS = "events"
    NOTES = "notes"
    ACTIONS = "actions"
    ELSEWHERE = "elsewhere"  # events and sessions of other rooms in the same hour


class SourceState(StrEnum):
    """What became of a question."""

    READ = "read"
    PARTIAL = "partial"  # more rows than were read
    FAILED = "failed"
    FORGOTTEN = "forgotten"  # too long ago for the cloud
    NOT_ASKED = "not_asked"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to ask the cloud, and from when to when. It never covers more than the cloud allows.

    CURVES: sender, receiver: user ids, None for everybody; receiver "" means what senders measure on the way up;
    metrics: () for all. EVENTS: person, None for everybody. Everything else is about the room, ELSEWHERE about the
    whole application: its events and its sessions.
    """

    name: SourceName
    since: datetime
    until: datetime
    sender: str | None = None
    receiver: str | None = None
    metrics: tuple[str, ...] = ()
    person: str | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a question. taken_at: when it was answered."""

    asked: Question
    state: SourceState
    taken_at: datetime | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known about one call: one use of a room id.

    started_at, ended_at: of the room; ended_at is None while it is open. taken_at: when collecting began: nothing
    later counts as known. sessions, events: of this room, and of other rooms as far as somebody
    asked (SourceName.ELSEWHERE). enabled: whether the application lets people in, None when unknown.
    """

    app_id: str
    room_id: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    taken_at: datetime
    sessions: tuple[Session, ...] = ()
    series: tuple[Series, ...] = ()
    events: tuple[AbnormalEvent, ...] = ()
    notes: tuple[ClientNote, ...] = ()
    actions: tuple[OurAction, ...] = ()
    sources: tuple[Source, ...] = ()
    enabled: bool | None = None
