"""Asking a bucket's store by hand, one wish at a time, by a clock that a test holds; and what pages make of it."""

import re
from dataclasses import dataclass

from django.utils import timezone

from console.connections.books import book_of, keep
from console.connections.buckets import BucketStore
from console.connections.changeover import BudgetClosed
from console.connections.models import Bucket, Connection, MinuteUse
from console.connections.owners import owner_of
from console.sparkrtc.book import Book, Outcome, Report
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.throttle import Grant, Later, Want

__all__ = [
    "Denied",
    "Granted",
    "answered",
    "ask",
    "book",
    "gave_back",
    "pause",
    "refused",
    "seen",
    "text",
    "used",
    "write_book",
]

_taken: dict[str, tuple[str, Quota]] = {}
_number = 0


@dataclass(frozen=True)
class Granted:
    """Leave to send. start_in: seconds until the request may start."""

    permit: str
    start_in: float


@dataclass(frozen=True)
class Denied:
    """Nothing now. start_in: seconds until the earliest start. ask_in: until asking again makes sense; None: never."""

    start_in: float
    ask_in: float | None = None


def ask(
    owner: str, quota: Quota, lane: Lane, max_wait: float, *, front: str = "", waited: float = 0.0
) -> Granted | Denied:
    """Ask for one permit, as a process that has only this wish. front: its name, and the wish's, to ask again."""
    global _number
    _number += 1
    key = front or f"permit {_number}"
    _taken[key] = owner, quota
    told = _store(key).exchange(front or key, "path", [], [Want(key, lane, waited, max_wait)])
    if told.closed:
        raise BudgetClosed(quota.name)
    [verdict] = told.verdicts
    if isinstance(verdict, Grant):
        return Granted(key, verdict.start)
    return Denied(verdict.start, verdict.ask_at if isinstance(verdict, Later) else None)


def answered(permit: str, trip: float | None = None) -> None:
    _report(permit, Outcome.ANSWERED, trip=trip)


def refused(permit: str, retry_after: float | None = None) -> None:
    _report(permit, Outcome.REFUSED, retry_after=retry_after)


def gave_back(permit: str) -> None:
    _report(permit, Outcome.UNUSED)


def book(**which: str) -> Book:
    """Return the book of the bucket with these columns."""
    return book_of(Bucket.objects.get(**which))


def pause(quota: str, seconds: float) -> None:
    """Let nothing start for so long, as after a 429."""
    buckets = Bucket.objects.filter(quota=quota)  # more than one where the connection led elsewhere before
    assert buckets
    for bucket in buckets:
        found = book_of(bucket)
        found.block(bucket.seen_at + seconds)
        write_book(bucket, found)


def write_book(bucket: Bucket, changed: Book) -> None:
    """Put a book into a bucket's row."""
    keep(bucket, changed)
    bucket.save(update_fields=["book"])


def _report(
    permit: str, outcome: Outcome, trip: float | None = None, retry_after: float | None = None
) -> None:
    report = Report(permit, outcome, 0.0, trip, retry_after)
    _store(permit).exchange("reporter", "path", [report], None)


def _store(permit: str) -> BucketStore:
    """Return a store that knows of no time before, so that the clock may be moved: its own stands still."""
    return BucketStore(*_taken[permit], clock=lambda: 0.0)


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def seen(html: str) -> str:
    """Return what stands on the page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def used(connection: Connection, **changes: object) -> MinuteUse:
    """Note that something was spent a moment ago."""
    row = {
        "owner": owner_of(connection),
        "connection_id": connection.pk,
        "quota": "analytics",
        "minute": timezone.now().replace(second=0, microsecond=0),
        "lane": Lane.PAGE,
        "kind": "page",
        "consumer": "rooms:list",
        "person": "bob",
        "sent": 12,
    }
    return MinuteUse.objects.create(**{**row, **changes})  # type: ignore[arg-type]
