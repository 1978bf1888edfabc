"""The book of a bucket as it is kept in its row, and what others read in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.utils import timezone

from console.connections.clocks import Moment
from console.connections.models import Bucket
from console.sparkrtc.book import Book
from console.sparkrtc.operation import Quota

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
    return msgspec.convert(bucket.book, Book, str_keys=True)


def keep(bucket: Bucket, book: Book) -> None:
    """Write a book into its row; the row is not saved."""
    bucket.book = msgspec.to_builtins(book, str_keys=True)
