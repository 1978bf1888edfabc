"""Keeping a quota to oneself for a while: nobody else of this console gets a permit of it until it is let go.

What is held is held by an instant in the store: if the process ends, it is let go by itself.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from console.connections import clocks
from console.connections.books import book_of, keep
from console.connections.buckets import LEASE_SECONDS
from console.connections.changeover import limit_in_force
from console.connections.models import Bucket
from console.connections.scopes import paid_from
from console.sparkrtc.book import Book, Outcome, Report, Rule, Taken
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import QUOTAS

__all__ = ["Hold", "hold", "let_go", "note_done", "note_sent", "seconds_until_free"]


@dataclass(frozen=True)
class Hold:
    """A quota that is held: until an instant of the store, for so many seconds. buckets: {budget: its row's key}."""

    owner: str
    cell: str
    until: float
    seconds: float
    buckets: Mapping[str, int]


@transaction.atomic
def hold(owner: str, cell: str, seconds: float, most: float) -> Hold:
    """Hold all budgets of a quota until their permits are free and for so many seconds more; `most` seconds in all."""
    buckets = _locked(owner, cell)
    now = clocks.store_moment().now
    until = now + min(max([_free_in(one, now) for one in buckets], default=0.0) + seconds, most)
    for one in buckets:
        _block(one, until)
    return Hold(owner, cell, until, until - now, {one.quota: one.pk for one in buckets})


def seconds_until_free(held: Hold) -> float:
    """Return the seconds until no permit of the quota is left, as if requests under way were answered now."""
    now = clocks.store_moment().now
    return max(
        [_free_in(one, now) for one in Bucket.objects.filter(pk__in=held.buckets.values())], default=0.0
    )


@transaction.atomic
def note_sent(held: Hold, operation: Operation, count: int) -> list[str]:
    """Book requests that are about to be sent; return their permits."""
    bucket = Bucket.objects.select_for_update().get(pk=held.buckets[paid_from(operation.name, held.buckets)])
    now, book = clocks.store_moment().now, book_of(bucket)
    names = [secrets.token_hex(8) for _ in range(count)]
    for name in names:
        book.taken[name] = Taken(name, Lane.BACKGROUND, now, now + LEASE_SECONDS, path="")
    _save(bucket, book)
    return names


@transaction.atomic
def note_done(held: Hold, permits: Sequence[str], sent: int, *, foreign: bool = False) -> None:
    """Book that all of them are over: the first `sent` were used, the others not.

    foreign: the last one used met a 429 that our own count doesn't explain; it is booked as such.
    """
    outcomes = dict.fromkeys(permits[:sent], Outcome.ANSWERED) | dict.fromkeys(permits[sent:], Outcome.UNUSED)
    if foreign and sent:
        outcomes[permits[sent - 1]] = Outcome.REFUSED
    for one in _locked(held.owner, held.cell):
        now, book = clocks.store_moment().now, book_of(one)
        here = {name: outcome for name, outcome in outcomes.items() if name in book.taken}
        book.settle(
            [Report(name, outcome, now) for name, outcome in here.items()],
            Rule.of(limit_in_force(one, QUOTAS[one.cell])),
            now,
        )
        _save(one, book)
        if Outcome.REFUSED in here.values():
            one.refused_at, one.refusals = timezone.now(), one.refusals + 1
            one.save(update_fields=["refused_at", "refusals"])


@transaction.atomic
def let_go(held: Hold) -> None:
    """Let others go on, as far as permits are free: what was sent under the hold is booked like everything else."""
    for one in _locked(held.owner, held.cell):
        book = book_of(one)
        if book.blocked_until == held.until:
            book.blocked_until = clocks.store_moment().now
            _save(one, book)


def _locked(owner: str, cell: str) -> list[Bucket]:
    found = Bucket.objects.select_for_update().filter(owner=owner, cell=cell, closed=False, merged_into=None)
    return list(found.order_by("pk"))


def _free_in(bucket: Bucket, now: float) -> float:
    seconds = limit_in_force(bucket, QUOTAS[bucket.cell]).seconds
    return max([0.0, *(one.soonest(seconds, 0.0, now) - now for one in book_of(bucket).taken.values())])


def _block(bucket: Bucket, until: float) -> None:
    book = book_of(bucket)
    book.block(until)
    _save(bucket, book)


def _save(bucket: Bucket, book: Book) -> None:
    keep(bucket, book)
    bucket.save(update_fields=["book"])
