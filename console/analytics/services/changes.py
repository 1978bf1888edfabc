"""The past as it changed: figures that the cloud told otherwise when it was asked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from console.analytics.models import DayChange
from console.analytics.services.known import Remembered

__all__ = ["Change", "changes"]


@dataclass(frozen=True)
class Change:
    """A figure of a past day, as it was told first and later. figure: "usage.calls.audio_seconds" and the like."""

    application: Remembered
    day: date
    figure: str
    before: float | None
    after: float | None
    noticed_at: datetime


def changes(
    applications: Sequence[Remembered], first: date, last: date, *, start: int, size: int
) -> tuple[list[Change], int]:
    """Return changes of days between two, both part of it, the latest noticed first, and how many there are.

    start, size: which of them. Two queries.
    """
    by_key = {app.key: app for app in applications}
    rows = DayChange.objects.filter(application__in=by_key, day__gte=first, day__lte=last)
    found = rows.order_by("-noticed_at", "-day", "pk")[start : start + size]
    return [
        Change(by_key[row.application_id], row.day, row.figure, row.before, row.after, row.noticed_at)
        for row in found
    ], rows.count()
