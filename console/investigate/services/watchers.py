"""Watched participants: their calls are kept, whatever becomes of them."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.connections.models import Connection
from console.investigate.actions import UNWATCH, WATCH
from console.investigate.models import KeptCall, WatchedUser
from console.investigate.services.calls import SharedReader, get_call, session_of
from console.investigate.services.locker import flag_call
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane

__all__ = ["LONGEST_WATCH", "look_after", "unwatch", "watch", "watched"]

log = structlog.get_logger(__name__)

LONGEST_WATCH = timedelta(days=90)
_EVERY = timedelta(hours=12)  # curves live five days
_AT_ONCE = 5
_BACK = timedelta(days=2)


def watch(
    connection: Connection, app_id: str, user_id: str, *, until: datetime, reason: str, actor: User
) -> WatchedUser:
    """Keep a participant's calls from now on; on record. until: at most 90 days ahead."""
    until = min(until, timezone.now() + LONGEST_WATCH)
    with transaction.atomic():
        found, _new = WatchedUser.objects.update_or_create(
            connection=connection,
            app_id=app_id,
            user_id=user_id[:128],
            defaults={
                "until": until,
                "reason": reason[:500],
                "author_name": str(actor)[:150],
                "looked_at": None,
            },
        )
        audit.record(
            WATCH,
            actor=actor,
            connection=connection,
            target=audit.Target("participant", user_id),
            app_id=app_id,
            reason=reason,
            details={"until": until.isoformat()},
        )
    return found


def unwatch(connection: Connection, watched_id: int, *, actor: User) -> bool:
    """End watching somebody; on record. What is kept stays. False when nobody watches them."""
    with transaction.atomic():
        found = WatchedUser.objects.filter(connection=connection, pk=watched_id).first()
        if found is None:
            return False
        target, app_id = audit.Target("participant", found.user_id), found.app_id
        found.delete()
        audit.record(UNWATCH, actor=actor, connection=connection, target=target, app_id=app_id)
    return True


def watched(connection: Connection, app_ids: Collection[str] | None) -> "QuerySet[WatchedUser]":
    """Return who is watched now. app_ids: of the viewer, None for all."""
    found = WatchedUser.objects.filter(connection=connection, until__gt=timezone.now())
    return found if app_ids is None else found.filter(app_id__in=list(app_ids))


def look_after(now: datetime | None = None) -> int:
    """Flag the calls of a few watched participants, those longest not looked at first; for a tick.

    Each is looked at twice a day: one request for their sessions, one for each new call. Returns how many were.
    """
    now = now or timezone.now()
    WatchedUser.objects.filter(until__lte=now - LONGEST_WATCH).delete()
    due = WatchedUser.objects.filter(Q(looked_at=None) | Q(looked_at__lte=now - _EVERY), until__gt=now)
    count = 0
    for one in due.order_by(F("looked_at").asc(nulls_first=True)).select_related("connection")[:_AT_ONCE]:
        same = WatchedUser.objects.filter(pk=one.pk, looked_at=one.looked_at)
        if same.update(looked_at=now):
            count += 1
            try:
                _flag_calls(one, now)
            except SparkError as problem:
                log.warning("watched participant not looked at", problem=str(problem))
                WatchedUser.objects.filter(pk=one.pk).update(looked_at=one.looked_at)
    return count


def _flag_calls(one: WatchedUser, now: datetime) -> None:
    reader = SharedReader(one.connection, Lane.BACKGROUND, 20.0)
    start = max(one.since, (one.looked_at or one.since) - _BACK).astimezone(UTC)
    asked = {"app_id": one.app_id, "user_id": one.user_id, "type": "detail", "limit": 200, "offset": 0}
    reading = reader.read(
        LIST_PARTICIPANTS, start_time=start.replace(minute=0, second=0, microsecond=0), **asked
    )
    for session in (session_of(row, one.app_id) for row in reading.value.participants):
        if session.joined_at is None or _flagged(one, session.room_id, session.joined_at):
            continue
        call = get_call(reader, one.app_id, session.room_id, session.joined_at)
        if call is not None and not call.away:
            flag_call(one.connection, call, KeptCall.Why.WATCHED, [one.user_id])


def _flagged(one: WatchedUser, room_id: str, at: datetime) -> bool:
    near = KeptCall.objects.filter(
        connection=one.connection, app_id=one.app_id, room_id=room_id, started_at__lte=at
    )
    return near.filter(Q(ended_at=None) | Q(ended_at__gte=at)).exists()
