"""Rows that are looked at again until something is known of them: asked of the cloud once, and its reply may be lost.

Each such row is written down before the cloud is asked, by the id of the form that wanted it (insert_once), some of
them only while no other is open (insert_alone); has a `next_look_at`, which is also the lease of whoever is looking
(claim_due); follows a plan of moments (moments_of); and waits a little where the cloud cannot be read (wait_after).
What a look shows, and what that settles, is each app's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from console.sparkrtc.errors import SparkError

__all__ = ["Moments", "claim_due", "insert_alone", "insert_once", "moments_of", "update_fields", "wait_after"]


_TRIES = 5


@dataclass(frozen=True)
class Moments:
    """Where a row is in its plan. passed: looks that are behind it. next: None when the plan is through."""

    passed: int
    next: datetime | None


def insert_once(row: Model, then: Callable[[], object] = lambda: None) -> bool:
    """Write a row down; False when one of its id is there already: the same form was sent before.

    then: done in the same transaction. Raises IntegrityError where another of its constraints stands in the way.
    """
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            then()
    except IntegrityError:
        if type(row)._default_manager.filter(pk=row.pk).exists():
            return False
        raise
    return True


def insert_alone(
    row: Model,
    rivals: "QuerySet[Any]",
    refusal: Callable[[Any], Exception],
    then: Callable[[], object] = lambda: None,
) -> bool:
    """Write a row down as insert_once does, of which the database allows one open at a time.

    rivals: the open ones. refusal: makes the error to raise of the one that stands in the way. One that was closed
    since stands in nobody's way. Raises IntegrityError where no rival is the reason.
    """
    tries = 0
    while True:
        try:
            return insert_once(row, then)
        except IntegrityError:
            tries += 1
            rival = rivals.first()
            if rival is not None:
                raise refusal(rival) from None
            if tries == _TRIES:
                raise


def claim_due(rows: "QuerySet[Any]", now: datetime, *, lease: timedelta, most: int) -> list[Any]:
    """Return the keys of rows that are due for a look, each to one caller only.

    A caller that dies loses nothing: after the lease somebody else gets the row.
    """
    claimed = []
    due = rows.filter(next_look_at__lte=now).order_by("next_look_at")
    for pk, due_at in due.values_list("pk", "next_look_at")[:most]:
        if rows.filter(pk=pk, next_look_at=due_at).update(next_look_at=now + lease):
            claimed.append(pk)
    return claimed


def moments_of(plan: Sequence[float], began_at: datetime, now: datetime, *, apart: float) -> Moments:
    """Return how far a row is in its plan. plan: seconds from began_at, rising. apart: least seconds to the next."""
    gone = (now - began_at).total_seconds()
    passed = sum(1 for moment in plan if moment <= gone)
    if passed == len(plan):
        return Moments(passed, None)
    ahead = began_at + timedelta(seconds=plan[passed])
    return Moments(passed, max(ahead, now + timedelta(seconds=apart)))


def wait_after(problem: SparkError, *, low: float, usual: float, high: float) -> timedelta:
    """Return how long to wait after a look that the cloud gave nothing for: as long as it says, within bounds."""
    return timedelta(seconds=min(max(problem.retry_after or usual, low), high))


def update_fields(row: Model, **fields: object) -> None:
    """Write fields of a row, and only those."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
