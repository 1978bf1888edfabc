"""What was done to a recording template from here, which may be gone by now."""

from dataclasses import dataclass

from console.accounts.models import User
from console.audit.services import TrailRow, rows_of, trail
from console.connections.models import Connection
from console.recording.actions.templates import DELETE, REPLACE, UPDATE

__all__ = ["TemplateHistory", "history_of_template"]

_MOST = 20


@dataclass(frozen=True)
class TemplateHistory:
    """The trail's rows about a template that somebody may read, latest first, at most 20."""

    rows: tuple[TrailRow, ...]

    @property
    def deletion(self) -> TrailRow | None:
        """The row by which it was deleted, as far as is known."""
        return next(
            (row for row in self.rows if row.entry.action == DELETE and row.outcome == "succeeded"), None
        )


def history_of_template(user: User, connection: Connection, app_id: str, template_id: str) -> TemplateHistory:
    """Return what the part of the trail that the person may read tells of a template. Two queries."""
    found = trail(user).filter(
        connection_id=connection.pk,
        app_id=app_id,
        target_id=template_id,
        action__in=[REPLACE, UPDATE, DELETE],
    )
    return TemplateHistory(tuple(rows_of(found[:_MOST])))
