"""Taking the list of applications away: on record, and exactly what the page shows."""

from collections.abc import Sequence

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.applications.actions import EXPORT
from console.applications.shapes import ApplicationFacts
from console.audit.tables import as_table
from console.connections.models import Connection

__all__ = ["COLUMNS", "export_applications"]

COLUMNS = (
    "app_id",
    "name",
    "state",
    "state_changed_at",
    "created_at",
    "automatic_recording",
    "recording_template",
    "callback",
    "callback_signed",
)


def export_applications(
    connection: Connection, found: Sequence[ApplicationFacts], *, filters: dict[str, str], actor: User | None
) -> str:
    """Put on record that somebody takes the list away, and return it as CSV. Keys are not in it; times are UTC.

    A callback's address is for those who may configure the application: whoever knows it can post to it.
    """
    audit.record(
        EXPORT,
        actor=actor,
        connection=connection,
        target=audit.Target("list", "applications"),
        details={"rows": len(found), **filters},
    )
    return as_table(COLUMNS, (_row(app, _callback(connection, app, actor)) for app in found))


def _callback(connection: Connection, app: ApplicationFacts, actor: User | None) -> str:
    if not app.callback.url or (actor is not None and can(actor, Right.CONFIGURE, connection, app.app_id)):
        return app.callback.url
    return "set"


def _row(app: ApplicationFacts, callback: str) -> tuple[object, ...]:
    return (
        app.app_id,
        app.name,
        app.state,
        app.state_changed_at and app.state_changed_at.isoformat(),
        app.created_at and app.created_at.isoformat(),
        "on" if app.automatic.on else "off",
        app.automatic.template_id,
        callback,
        "yes" if app.callback.signed else "no",
    )
