"""The evidence locker: what is to be kept, what is kept, and until when.

Curves are forgotten by the cloud after five days. A flagged call is read once more when its statistics are final, and
its answers stay here until the policy deletes them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.connections.models import Connection
from console.investigate.actions import FORGET, KEEP, POLICY
from console.investigate.models import KeptCall, LockerPolicy
from console.investigate.shapes import Call
from console.investigate.verdict.wanted import CURVES_KEPT

__all__ = [
    "FINAL_AFTER",
    "Keeping",
    "delete_expired",
    "find_kept",
    "flag_call",
    "forget_call",
    "forgotten_at",
    "has_forgotten",
    "keep_call",
    "keeping_of",
    "kept_calls",
    "policy_of",
    "set_policy",
    "size_of_locker",
]

FINAL_AFTER = timedelta(minutes=12)  # statistics come up to five minutes late, and are final after ten
_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Keeping:
    """How far the keeping of a call is. under_way: somebody chose it, and it is not done.

    final_at: when its statistics are final, None where they are; waits_for_end: the call goes on.
    """

    kept: KeptCall
    under_way: bool
    final_at: datetime | None
    waits_for_end: bool

    @classmethod
    def of(cls, kept: KeptCall) -> "Keeping":
        """Read it from the row of the locker."""
        chosen, ended = kept.why == KeptCall.Why.CHOSEN, kept.ended_at
        final_at = ended + FINAL_AFTER if ended else None
        return cls(
            kept,
            under_way=chosen and kept.state == KeptCall.State.WAITING,
            final_at=final_at if final_at and final_at > timezone.now() else None,
            waits_for_end=ended is None,
        )


def policy_of(connection: Connection) -> LockerPolicy:
    """Return what is kept on a connection; the defaults where nobody decided."""
    return LockerPolicy.objects.filter(pk=connection.pk).first() or LockerPolicy(connection=connection)


def set_policy(
    connection: Connection, *, keep_verdicts: bool, keep_complaints: bool, days: int, actor: User
) -> None:
    """Decide what is kept by itself, and for how long; kept calls get the new time. On record.

    days: 1-3,650, from the day that a call is kept.
    """
    before = policy_of(connection)
    told = {
        one: {"keep_verdicts": p.keep_verdicts, "keep_complaints": p.keep_complaints, "days": p.days}
        for one, p in (("before", before),)
    }
    with transaction.atomic():
        LockerPolicy.objects.update_or_create(
            connection=connection,
            defaults={"keep_verdicts": keep_verdicts, "keep_complaints": keep_complaints, "days": days},
        )
        for kept in KeptCall.objects.filter(connection=connection, kept_at__isnull=False).only(
            "pk", "kept_at"
        ):
            assert kept.kept_at is not None
            KeptCall.objects.filter(pk=kept.pk).update(expires_at=kept.kept_at + timedelta(days=days))
        audit.record(
            POLICY,
            actor=actor,
            connection=connection,
            target=audit.Target("locker", connection.slug),
            before=told["before"],
            after={"keep_verdicts": keep_verdicts, "keep_complaints": keep_complaints, "days": days},
        )


def keep_call(
    connection: Connection, call: Call, *, user_ids: Iterable[str], reason: str, actor: User
) -> KeptCall:
    """Keep a call because somebody chose it; on record. What is flagged already becomes their choice."""
    kept = _flag(connection, call, KeptCall.Why.CHOSEN, user_ids)
    with transaction.atomic():
        KeptCall.objects.filter(pk=kept.pk).update(
            why=KeptCall.Why.CHOSEN, reason=reason[:500], keeper=actor, keeper_name=str(actor)[:150]
        )
        audit.record(
            KEEP,
            actor=actor,
            connection=connection,
            target=audit.Target("call", call.room_id),
            app_id=call.app_id,
            reason=reason,
            details={"started_at": call.start.isoformat(), "people": len(call.people)},
        )
    kept.refresh_from_db()
    return kept


def flag_call(
    connection: Connection, call: Call, why: KeptCall.Why, user_ids: Iterable[str]
) -> KeptCall | None:
    """Flag a call to be kept by itself, if the policy says so; None when it doesn't, or when it is too late."""
    policy = policy_of(connection)
    wanted = {KeptCall.Why.VERDICT: policy.keep_verdicts, KeptCall.Why.COMPLAINT: policy.keep_complaints}
    if not wanted.get(why, True) or call.kept or forgotten_at(call) <= timezone.now():
        return None
    return _flag(connection, call, why, user_ids)


def find_kept(connection: Connection, app_id: str, room_id: str, at: datetime) -> KeptCall | None:
    """Return the kept call of a room that covers a moment; None when there is none. One query."""
    return (
        KeptCall.objects.filter(
            connection=connection,
            app_id=app_id,
            room_id=room_id,
            state__in=[KeptCall.State.KEPT, KeptCall.State.PARTIAL],
            started_at__lte=at + _SLACK,
            ended_at__gte=at - _SLACK,
        )
        .order_by("-started_at")
        .first()
    )


def keeping_of(connection: Connection, call: Call) -> Keeping | None:
    """Return how far the keeping of a call is, None where nobody and nothing wants it kept. One query."""
    place = {"connection": connection, "app_id": call.app_id, "room_id": call.room_id[:128]}
    kept = KeptCall.objects.filter(**place, started_at=call.start).first()
    return Keeping.of(kept) if kept else None


def kept_calls(connection: Connection, app_ids: Collection[str] | None) -> "QuerySet[KeptCall]":
    """Return the calls that are kept or to be kept, latest first. app_ids: of the viewer, None for all."""
    found = KeptCall.objects.filter(connection=connection)
    return found if app_ids is None else found.filter(app_id__in=list(app_ids))


def size_of_locker(connection: Connection) -> int:
    """Return how many bytes the kept answers of a connection take."""
    found: dict[str, Any] = KeptCall.objects.filter(connection=connection).aggregate(bytes=Sum("size_bytes"))
    return int(found["bytes"] or 0)


def forgotten_at(call: Call) -> datetime:
    """Return when the cloud forgets the last curve of a call."""
    return call.until + CURVES_KEPT


def has_forgotten(kept: KeptCall) -> bool:
    """Say whether the cloud has forgotten the curves of a kept call."""
    return kept.ended_at is None or kept.ended_at + CURVES_KEPT <= timezone.now()


def forget_call(kept: KeptCall, *, actor: User | None, reason: str) -> None:
    """Delete a kept call with its answers; on record, with what it was."""
    with transaction.atomic():
        details = {
            "started_at": kept.started_at.isoformat(),
            "why": kept.why,
            "kept_at": kept.kept_at.isoformat() if kept.kept_at else None,
            "digests": list(kept.answers.values_list("digest", flat=True)),
        }
        connection, app_id, room_id = kept.connection, kept.app_id, kept.room_id
        kept.delete()
        audit.record(
            FORGET,
            actor=actor,
            connection=connection,
            target=audit.Target("call", room_id),
            app_id=app_id,
            reason=reason,
            details=details,
        )


def delete_expired(now: datetime | None = None) -> int:
    """Delete what the policy keeps no longer; for a tick. Each deletion is on record."""
    expired = list(
        KeptCall.objects.filter(expires_at__lt=now or timezone.now()).select_related("connection")[:500]
    )
    for kept in expired:
        forget_call(kept, actor=None, reason="its time was over")
    return len(expired)


def _flag(connection: Connection, call: Call, why: KeptCall.Why, user_ids: Iterable[str]) -> KeptCall:
    wanted = [user_id for user_id in dict.fromkeys(user_ids) if user_id][:20]
    place = {
        "connection": connection,
        "app_id": call.app_id,
        "room_id": call.room_id[:128],
        "started_at": call.start,
    }
    due_at = max(call.until + FINAL_AFTER, timezone.now())
    try:
        with transaction.atomic():
            return KeptCall.objects.create(
                **place, ended_at=call.end, people=len(call.people), user_ids=wanted, why=why, due_at=due_at
            )
    except IntegrityError:
        kept = KeptCall.objects.get(**place)
    more = [*kept.user_ids, *(one for one in wanted if one not in kept.user_ids)][:20]
    failed = kept.state == KeptCall.State.FAILED and why == KeptCall.Why.CHOSEN
    # What the cloud has forgotten is not asked for again: it would replace what is kept.
    if (more != kept.user_ids or failed) and timezone.now() < forgotten_at(call):
        again = {"state": KeptCall.State.WAITING, "due_at": due_at, "problem": []}
        KeptCall.objects.filter(pk=kept.pk).update(user_ids=more, **again)
        kept.refresh_from_db()
    return kept
