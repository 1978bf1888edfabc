"""What this console did to an application, and what of it is not settled."""

import uuid
from dataclasses import dataclass

from console.accounts.models import User
from console.applications.actions import LIFE
from console.applications.models import Change
from console.audit.services import TrailRow, rows_of, trail
from console.connections.models import Connection

__all__ = ["StateChange", "get_change", "state_history", "unsettled_changes"]

_MOST = 20


@dataclass(frozen=True)
class StateChange:
    """A change of an application's state, and the trail's row about it."""

    change: Change
    row: TrailRow


def state_history(user: User, connection: Connection, app_id: str) -> list[StateChange]:
    """Return the changes of an application's state that stand in the part of the trail that the person may read.

    At most 20, latest first. Three queries.
    """
    changes = {
        change.attempt_id: change
        for change in Change.objects.filter(
            connection=connection, app_id=app_id, action__in=LIFE, attempt_id__isnull=False
        )[:_MOST]
        if change.attempt_id is not None
    }
    rows = rows_of(trail(user).filter(uuid__in=changes)) if changes else []
    return [StateChange(changes[row.entry.uuid], row) for row in rows]


def unsettled_changes(connection: Connection, app_id: str = "") -> list[Change]:
    """Return the changes of an application whose outcome nobody knows yet; without an id, the creations. One query."""
    return list(Change.objects.filter(connection=connection, app_id=app_id, ended_at=None))


def get_change(connection: Connection, change_id: uuid.UUID) -> Change | None:
    """Return a change of the connection; asks our own database alone, however many people look."""
    return Change.objects.filter(connection=connection, pk=change_id).select_related("connection").first()
