"""What this console itself did to a call: from our own ledger, the one witness of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from console.applications.actions import DISABLE, ENABLE
from console.audit.models import AuditEntry, Kind
from console.audit.services import TrailRow, rows_of
from console.connections.models import Connection
from console.investigate.shapes import Call
from console.investigate.verdict.evidence import ActionKind, OurAction
from console.rooms.actions import DISMISS, REMOVE

__all__ = ["our_actions"]

_KINDS = {
    REMOVE: ActionKind.REMOVED,
    DISMISS: ActionKind.DISMISSED,
    DISABLE: ActionKind.DISABLED,
    ENABLE: ActionKind.ENABLED,
}
_BEFORE, _AFTER = timedelta(hours=24), timedelta(minutes=5)
_MOST = 200


def our_actions(connection: Connection, call: Call) -> tuple[OurAction, ...]:
    """Return removals, dismissals and switching that can have ended or prevented a call. Two queries.

    Whoever looks may not be the one who may read the trail: only what happened and when is told, nobody's name.
    """
    entries = AuditEntry.objects.filter(
        connection_id=connection.pk,
        app_id=call.app_id,
        action__in=list(_KINDS),
        kind__in=[Kind.ATTEMPT, Kind.RECORD],
        at__gte=call.start - _BEFORE,
        at__lte=call.until + _AFTER,
    ).order_by("at")
    rows = rows_of(entries[:_MOST])
    return tuple(action for row in rows for action in _actions(row, call) if row.outcome != "failed")


def _actions(row: TrailRow, call: Call) -> Iterable[OurAction]:
    entry = row.entry
    kind = _KINDS[entry.action]
    before: Any = entry.before or {}
    told: dict[str, Any] = {
        "at": entry.at,
        "kind": kind,
        "entry": str(entry.uuid),
        "sure": row.outcome == "succeeded",
    }
    if kind in (ActionKind.DISABLED, ActionKind.ENABLED):
        return [OurAction(**told)]
    if before.get("room_id") != call.room_id:
        return []
    if kind is ActionKind.DISMISSED or before.get("everyone"):
        return [OurAction(**told)]
    people = before.get("participants") or []
    return [OurAction(**told, user_id=str(one.get("user_id", ""))) for one in people]
