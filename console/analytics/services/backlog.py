"""How much of a period is still being fetched, for pages: the past of a new console, or what an outage left behind."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from console.analytics.collecting.backlog import (
    Owed,
    days_offered,
    days_owed,
    lasting,
    owed_of,
    requests_until,
    up_to,
)
from console.analytics.collecting.kinds import requests_a_day
from console.analytics.collecting.pace import pace_for
from console.analytics.models import CloudProject, DayScale, Errand
from console.analytics.services.figures import View
from console.analytics.services.known import Remembered
from console.connections.models import Connection

__all__ = ["Backlog", "backlog", "kinds_of"]

_ROUNDS = 8  # what becomes due while what became due is fetched: enough where it is two thirds of the pace
_FIELDS = ("pk", "kind", "application_id", "reached", "answered_at", "due_at", "shorter")


@dataclass(frozen=True)
class Backlog:
    """Days of some applications that nobody has asked the cloud for yet, though it offers them.

    first, last: between which they lie. fetched: of `offered`, each application's days counted. lasts: about how long
    it takes at the collector's pace, from now on.
    """

    first: date
    last: date
    fetched: int
    offered: int
    lasts: timedelta


def kinds_of(view: View) -> tuple[str, ...]:
    """Return the errands that bring the figures of a view."""
    if view.kind:
        return (f"usage:{view.kind}",)
    # Rates are weighed by figures of the scale.
    return ("scale",) if view.model is DayScale else ("quality", "scale")


def backlog(
    connection: Connection,
    kinds: Collection[str],
    applications: Sequence[Remembered],
    *spans: tuple[date, date] | None,
) -> Backlog | None:
    """Return what is still to be fetched of some kinds of errands within some spans of days; None for nothing.

    spans: first and last day of each, both part of it; None for none. One query while there is nothing.
    """
    now = timezone.now()
    keys = [app.key for app in applications if not app.gone]
    rows = Errand.objects.filter(application__in=keys, kind__in=list(kinds)).values_list(*_FIELDS)
    mine = [one for row in rows if (one := owed_of(*row, now=now)) is not None]
    asked = {day for span in spans if span is not None for day in _between(*span)}
    waiting = [one for one in mine if days_owed(one) & asked]
    if not waiting:
        return None
    missing = {(one.application, day) for one in waiting for day in days_owed(one) & asked}
    offered = {(one.application, day) for one in mine for day in days_offered(one, now) & asked}
    days = [day for _application, day in missing]
    return Backlog(
        min(days),
        max(days),
        len(offered - missing),
        len(offered | missing),
        _lasts(connection, [up_to(one, max(asked)) for one in waiting]),
    )


def _lasts(connection: Connection, waiting: Sequence[Owed]) -> timedelta:
    """Return about how long it takes until the last of them is there. Five queries."""
    now = timezone.now()
    project = CloudProject.of(connection)
    due = Errand.objects.filter(application__project=project, application__gone_at=None, due_at__lte=now)
    line = [one for row in due.values_list(*_FIELDS) if (one := owed_of(*row, now=now)) is not None]
    paid_until = project.paid_until if project else None
    rests = project.resting_until - now if project and project.resting_until else timedelta()
    not_before = max(one.due_at for one in waiting) - now
    pace, needed = pace_for(connection), requests_until(waiting, line)
    in_line = lasting(needed, paid_until, pace, now)
    if any(one.requests > 1 for one in waiting):  # between two requests of one errand others become due
        a_day = requests_a_day(len({one.application for one in line}))
        for _round in range(_ROUNDS):
            more = int(a_day * (in_line / timedelta(days=1)))
            in_line = lasting(needed + more, paid_until, pace, now)
    return max(in_line, not_before) + max(rests, timedelta())


def _between(first: date, last: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
