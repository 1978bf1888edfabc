"""Finding out what became of a change whose reply was lost: the cloud is read until it shows, or long enough."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from console import audit
from console.applications.models import Change
from console.applications.services.changes import Found, get_kind
from console.core.sayings import register_sayings
from console.core.told import LOST, keep
from console.sparkrtc.errors import SparkError
from console.work import looks

__all__ = ["GIVE_UP_SECONDS", "PLAN", "claim_due", "look"]

# Seconds after the reply was lost. What has not shown by the last of them did not take effect.
PLAN = (1, 3, 7, 15, 30, 60, 120, 180)
GIVE_UP_SECONDS = 1800  # while the cloud cannot be read
_LEASE = timedelta(seconds=60)
_WAIT_LOW, _WAIT_HIGH, _WAIT_USUAL = 2.0, 60.0, 15.0
_UNREAD = _("the cloud could not be asked for half an hour: look there what became of it")
register_sayings([_UNREAD])


def claim_due(now: datetime | None = None, *, most: int = 50) -> list[uuid.UUID]:
    """Return the changes that are due for a look, each to one caller only; one that dies loses nothing."""
    unsettled = Change.objects.filter(ended_at=None)
    return looks.claim_due(unsettled, now or timezone.now(), lease=_LEASE, most=most)


def look(change_id: uuid.UUID | str, now: datetime | None = None) -> None:
    """Look once what became of a change, and plan the next look or put the end on record. At most a few reads."""
    now = now or timezone.now()
    change = Change.objects.select_related("connection").get(pk=change_id)
    if change.ended_at is not None or not _was_sent(change, now):
        return
    kind = get_kind(change.action)
    try:
        found = kind.look(change)
    except SparkError as problem:
        _put_off(change, problem, now)
        return
    looks.update_fields(change, looked_at=timezone.now(), blocked=[])
    passed = (now - (change.answered_at or change.asked_at)).total_seconds()
    if found is None and passed >= PLAN[-1]:
        found = Found(False, kind.absent)
    if found is None:
        _plan(change, now)
    else:
        _end(change, found, now)
        kind.forget(change)


def _was_sent(change: Change, now: datetime) -> bool:
    """Settle a change whose process died while asking; False when nothing had been sent."""
    if change.outcome != Change.Outcome.ASKING:
        return True
    still = Change.objects.filter(pk=change.pk, outcome=Change.Outcome.ASKING)
    if change.attempt_id is None:
        still.update(outcome=Change.Outcome.FAILED, problem=LOST, ended_at=now, open=False, next_look_at=None)
        return False
    change.outcome, change.answered_at = Change.Outcome.UNKNOWN, now
    still.update(
        outcome=change.outcome, problem=LOST, answered_at=now, open=not get_kind(change.action).harmless
    )
    return True


def _plan(change: Change, now: datetime) -> None:
    moments = looks.moments_of(PLAN, change.answered_at or change.asked_at, now, apart=1)
    looks.update_fields(change, looks=moments.passed, next_look_at=moments.next)


def _put_off(change: Change, problem: SparkError, now: datetime) -> None:
    if (now - change.asked_at).total_seconds() >= GIVE_UP_SECONDS:
        _end(change, None, now)
        return
    wait = looks.wait_after(problem, low=_WAIT_LOW, usual=_WAIT_USUAL, high=_WAIT_HIGH)
    looks.update_fields(change, blocked=keep(problem), next_look_at=now + wait)


def _end(change: Change, found: Found | None, now: datetime) -> None:
    """Put on record what was found, and stop looking; whoever comes second finds it done.

    found: None when the cloud could not be asked; the change stays unknown.
    """
    with transaction.atomic():
        change = Change.objects.select_for_update().get(pk=change.pk)
        if change.ended_at is not None:
            return
        outcome = None
        if found is not None:
            outcome = "succeeded" if found.took_effect else "failed"
            change.outcome = Change.Outcome(outcome)
            change.app_id = found.app_id or change.app_id
        change.ended_at, change.next_look_at, change.open = now, None, False
        change.save()
        if found is not None:
            get_kind(change.action).settled(change)
        if change.attempt_id:
            details = {"app_id": change.app_id, "seen": found.seen} if found else {}
            audit.note(change.attempt_id, found.finding if found else _UNREAD, details, outcome=outcome)
