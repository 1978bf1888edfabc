"""Callbacks and what arrived by them, as the services return them."""

from dataclasses import dataclass
from datetime import datetime

from console.applications.shapes import CallbackFacts
from console.connections.ages import Age

__all__ = ["Delivered", "ReceiverFacts", "Sample", "Setting"]


@dataclass(frozen=True)
class ReceiverFacts:
    """This console's own receiver of an application. public_id: of its address in use, "" when it has none.

    key_known: a key to verify with is stored here; key_origin, key_since: who brought it, and when.
    last_verified_at, last_refused_at: None when there was none.
    """

    public_id: str = ""
    key_known: bool = False
    key_origin: str = ""
    key_since: datetime | None = None
    last_verified_at: datetime | None = None
    last_refused_at: datetime | None = None
    dropped: int = 0


@dataclass(frozen=True)
class Setting:
    """An application's callback: what the cloud says, and what that means for this console.

    ours: the cloud sends to this console's receiver. outdated: to an address of it that was replaced.
    """

    facts: CallbackFacts
    age: Age
    receiver: ReceiverFacts
    ours: bool
    outdated: bool


@dataclass(frozen=True)
class Sample:
    """What came of a signed sample that was sent to a callback address.

    status: None when no answer came; problem says why. milliseconds: until the answer was read. first: its first bytes,
    as text that nobody need trust. good: answered 200, which is what the cloud wants.
    """

    url: str
    signed: bool
    status: int | None
    milliseconds: int
    first: str = ""
    problem: str = ""

    @property
    def good(self) -> bool:
        return self.status == 200


@dataclass(frozen=True)
class Delivered:
    """A notification that arrived, for whoever looks for the traces of a recording. Text is the sender's and hostile.

    verified: it was signed with the application's key. file_bytes: presumably bytes. repeats: how often it came again.
    """

    id: int
    app_id: str
    received_at: datetime
    verified: bool
    event_type: str
    job_id: str
    room_id: str
    stream_name: str
    record_format: str
    obs_bucket: str
    obs_object: str
    file_bytes: int | None
    duration_seconds: int | None
    started_at: datetime | None
    ended_at: datetime | None
    detail: str
    repeats: int
