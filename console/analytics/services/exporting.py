"""Taking figures away: on record, and exactly what the page shows."""

import csv
import io
from collections.abc import Sequence

from console import audit
from console.accounts.models import User
from console.analytics.actions import EXPORT
from console.analytics.periods import Period
from console.analytics.services.figures import View, figures
from console.analytics.services.known import Remembered
from console.analytics.steps import Step
from console.audit.exports import cell
from console.connections.models import Connection

__all__ = ["export_figures"]


def export_figures(
    connection: Connection,
    view: View,
    applications: Sequence[Remembered],
    period: Period,
    step: Step,
    *,
    app_id: str,
    actor: User,
) -> str:
    """Put on record that somebody takes figures away, and return them as CSV: a row a step, a gap being empty.

    known_days: application-days that have the first figure, of possible_days.
    """
    found = figures(view, applications, period.first, period.last, None, step)
    audit.record(
        EXPORT,
        actor=actor,
        connection=connection,
        target=audit.Target("figures", view.name),
        app_id=app_id,
        details={
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "step": step.value,
            "rows": len(found.parts),
        },
    )
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    names = [one.field.name for one in found.fields]
    writer.writerow(["first_day", "last_day", "known_days", "possible_days", *names])
    for place, part in enumerate(found.parts):
        cells = [one.steps[place] for one in found.fields]
        values = [cell(_plain(one.value)) for one in cells]
        writer.writerow(
            [part.first.isoformat(), part.last.isoformat(), cells[0].known, cells[0].possible, *values]
        )
    return buffer.getvalue()


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")
