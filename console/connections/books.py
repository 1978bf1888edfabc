"""The book of a bucket as it is kept in its row, and what others read in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any

from django.utils import timezone

from console.connections.clocks import Moment
from console.connections.models import Bucket
from console.sparkrtc.book import Book, Hunger, Taken, Waiter
from console.sparkrtc.floors import Trips
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.strangers import Cut

__all__ = ["Lowered", "book_of", "keep", "lowered"]


@dataclass(frozen=True)
class Lowered:
    """A limit that is believed to be lower than the rules say, because somebody else spends the quota too.

    limit: what is believed now; of: what the rules say. since: the last refusal that our own count did not explain.
    accepted: how many of our requests the cloud had accepted within the window before it. whole_at: when the limit will
    be whole again, if nothing more is refused; until then it rises step by step.
    """

    limit: int
    of: int
    since: datetime
    accepted: int
    whole_at: datetime


def lowered(bucket: Bucket, quota: Quota, moment: Moment) -> Lowered | None:
    """Return what is believed of a bucket's limit; None while it is whole. Costs no query.

    quota: with the limit in force. moment: the store's clock now.
    """
    cut = book_of(bucket).cut if bucket.stamp == moment.stamp else None
    if cut is None or (limit := cut.limit_at(moment.now, quota.limit, quota.seconds)) >= quota.limit:
        return None
    now = timezone.now()
    return Lowered(
        limit=limit,
        of=quota.limit,
        since=now + timedelta(seconds=cut.at - moment.now),
        accepted=cut.accepted,
        whole_at=now + timedelta(seconds=cut.full_at(quota.limit, quota.seconds) - moment.now),
    )


def book_of(bucket: Bucket) -> Book:
    """Return the bucket's book."""
    found: dict[str, Any] = bucket.book
    if not found:
        return Book()
    cut = found["cut"]
    return Book(
        taken={row[0]: _taken(row) for row in found["taken"]},
        waiting=[Waiter(row[0], row[1], Lane(row[2]), *row[3:]) for row in found["waiting"]],
        trips={path: _trips(row) for path, row in found["trips"].items()},
        hungry={Lane(int(lane)): Hunger(*row) for lane, row in found["hungry"].items()},
        last_start=found["last_start"],
        blocked_until=found["blocked_until"],
        cut=None if cut is None else Cut(*cut),
        stepped_at=found["stepped_at"],
        old_until=found["old_until"],
    )


def keep(bucket: Bucket, book: Book) -> None:
    """Write a book into its row; the row is not saved."""
    cut = book.cut
    bucket.book = {
        "taken": [_taken_row(one) for one in book.taken.values()],
        "waiting": [[one.front, one.key, int(one.lane), one.since, one.until] for one in book.waiting],
        "trips": {path: _trips_row(trips) for path, trips in book.trips.items()},
        "hungry": {str(int(lane)): [one.since, one.asked] for lane, one in book.hungry.items()},
        "last_start": book.last_start,
        "blocked_until": book.blocked_until,
        "cut": None if cut is None else [cut.at, cut.limit, cut.accepted, cut.row, cut.slow],
        "stepped_at": book.stepped_at,
        "old_until": book.old_until,
    }


def _taken_row(one: Taken) -> list[Any]:
    return [
        *(one.permit, int(one.lane), one.start, one.lease, one.path),
        *(one.done, one.refused, one.before, one.old),
    ]


def _taken(row: list[Any]) -> Taken:
    permit, lane, start, lease, path, done, refused, before, old = row
    return Taken(
        permit, Lane(lane), start, lease, path, done, refused, None if before is None else tuple(before), old
    )


def _trips_row(trips: Trips) -> list[Any]:
    """JSON knows no infinity: None stands for it."""
    least_before, total_before, count_before = trips.before
    return [
        *(trips.since, trips.least if trips.count else None, trips.total, trips.count),
        *(least_before if count_before else None, total_before, count_before),
    ]


def _trips(row: list[Any]) -> Trips:
    since, least, total, count, least_before, total_before, count_before = row
    before = (inf if least_before is None else least_before, total_before, count_before)
    return Trips(since, inf if least is None else least, total, count, before)
