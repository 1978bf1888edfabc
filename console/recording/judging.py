"""Whether a recording's file is expected, late, missing or there, and why it likely is not. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from console.recording.models.ledger import LedgerEntry, Reason, Sending

__all__ = ["GRACE", "LATE_FOR", "SHORT", "BucketSeen", "Facts", "due_at", "judge", "seen_by_refusal"]

GRACE = timedelta(minutes=10)  # the cloud says nothing of how long it takes to store a file
LATE_FOR = timedelta(hours=1)
_LONGEST_MERGE = timedelta(hours=1)
SHORT = timedelta(seconds=15)  # what lasted no longer may leave nothing

_State = LedgerEntry.State


class BucketSeen(StrEnum):
    """What was seen of the bucket that a recording writes to."""

    READ = "read"
    NOT_AUTHORISED = "not_authorised"
    MISSING = "missing"
    ENCRYPTED = "encrypted"
    OVERDUE = "overdue"  # in arrears
    REFUSED = "refused"  # the cloud will not list it and does not say why: it may be somebody else's
    UNKNOWN = "unknown"  # nobody could look


_UNSEEN = (BucketSeen.ENCRYPTED, BucketSeen.OVERDUE, BucketSeen.REFUSED, BucketSeen.UNKNOWN)


@dataclass(frozen=True)
class Facts:
    """All that is known of one recording.

    has_file: one was found in the bucket. notified: a verified notification told of a finished one.
    template_known: None when the templates could not be read. names_tell: its template's file names carry the stream.
    stop_reason: of a job, as the cloud writes it. automatic: it was not asked for by anybody. sending: of Sending.
    ours: notifications about it ought to come to this console. heard: others of its application have come since it
    began. unverified: one about it came, and nobody could tell whether it was the cloud's.
    """

    began_at: datetime
    ended_at: datetime | None = None
    due_at: datetime | None = None
    has_file: bool = False
    notified: bool = False
    bucket: BucketSeen = BucketSeen.READ
    template_known: bool | None = True
    names_tell: bool = True
    in_arrears: bool = False
    stop_reason: str = ""
    idle_seconds: int | None = None
    automatic: bool = False
    sending: str = Sending.NOT_ASKED
    ours: bool = False
    heard: bool = False
    unverified: bool = False


# The codes of object storage are passed on as they come, and documented nowhere: their words tell.
_TELLING = (
    (re.compile(r"encrypt|\bkms|加密", re.IGNORECASE), BucketSeen.ENCRYPTED),
    (re.compile(r"arrear|insufficient.?balance|overdue|欠费", re.IGNORECASE), BucketSeen.OVERDUE),
)


def seen_by_refusal(*said: str) -> BucketSeen | None:
    """Return what an answer's code and text tell of a bucket, None when they tell nothing."""
    text = " ".join(said)
    return next((seen for words, seen in _TELLING if words.search(text)), None)


def due_at(ended_at: datetime | None, merge_gap_seconds: int | None) -> datetime | None:
    """Return when a file should be there; None while the recording goes on.

    merge_gap_seconds: how long a stream that comes back goes on in the same file: it is finished only afterwards.
    """
    if ended_at is None:
        return None
    gap = timedelta(seconds=max(merge_gap_seconds or 0, 0))
    return ended_at + min(gap, _LONGEST_MERGE) + GRACE


def judge(facts: Facts, now: datetime) -> tuple[str, str]:
    """Return the state and the likely reason; Reason.NONE where there is none.

    Nothing is called missing without somebody having looked: as long as the bucket cannot be read, or its names do not
    tell, it is late.
    """
    if facts.ended_at is None:  # a slice or a first file says nothing of what is still to come
        return _State.EXPECTED, _foreseen(facts)
    if facts.has_file:
        return _State.ARRIVED, _untold(facts, now)
    if facts.notified and (facts.bucket in _UNSEEN or not facts.names_tell):
        return _State.ARRIVED, Reason.NONE
    foreseen = _foreseen(facts)
    if facts.due_at is None or now < facts.due_at:
        return _State.EXPECTED, foreseen
    reason = foreseen or _afterwards(facts)
    if facts.automatic and reason in (Reason.NOBODY_SENT, Reason.ABSENT):
        return _State.NOTHING, reason
    blind = facts.bucket in _UNSEEN or reason == Reason.NAMELESS
    if blind or now < facts.due_at + LATE_FOR:
        return _State.LATE, reason
    return _State.MISSING, reason


def _untold(facts: Facts, now: datetime) -> str:
    """Return why no notification told of a file that came; Reason.NONE where one did, or may still, or none ought to.

    One that did not come while others did got lost on the way: that says nothing about the address.
    """
    if facts.notified or not facts.ours or facts.due_at is None or now < facts.due_at:
        return Reason.NONE
    if facts.unverified:
        return Reason.UNVERIFIED
    return Reason.NONE if facts.heard else Reason.UNREACHED


def _foreseen(facts: Facts) -> str:
    """Return what will keep a file from coming, known before it is due."""
    if facts.in_arrears:
        return Reason.ARREARS
    if facts.template_known is False:
        return Reason.NO_TEMPLATE
    return {
        BucketSeen.MISSING: Reason.NO_BUCKET,
        BucketSeen.NOT_AUTHORISED: Reason.NOT_AUTHORISED,
        BucketSeen.ENCRYPTED: Reason.ENCRYPTED,
        BucketSeen.OVERDUE: Reason.OVERDUE,
        BucketSeen.REFUSED: Reason.UNREADABLE,
    }.get(facts.bucket, Reason.NONE)


def _afterwards(facts: Facts) -> str:
    """Return the likeliest of what explains that no file came."""
    assert facts.ended_at is not None
    lasted = facts.ended_at - facts.began_at
    if facts.notified:
        return Reason.NOT_LISTED
    if facts.stop_reason == "INTERNAL_ERROR":
        return Reason.FAILED
    if facts.stop_reason == "EXCEED_MAX_IDLE_TIME" and facts.idle_seconds is not None:
        waited = timedelta(seconds=facts.idle_seconds)
        if lasted <= waited + SHORT:
            return Reason.NOBODY_SENT
    if facts.sending == Sending.ABSENT:
        return Reason.ABSENT
    if facts.sending == Sending.SILENT:
        return Reason.NOBODY_SENT
    if lasted <= SHORT:
        return Reason.SHORT
    return Reason.NONE if facts.names_tell else Reason.NAMELESS
