"""Reports by e-mail: setting them up, on record, and who may get them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import RIGHTS, Right
from console.analytics.actions import REPORT_AGAIN, REPORT_CHANGE, REPORT_DELETE, REPORT_MAKE
from console.analytics.models import Report, ReportLetter, SavedView
from console.analytics.schedule import Due, next_due
from console.connections.models import Connection

__all__ = [
    "ReportChanged",
    "WantedReport",
    "change_report",
    "delete_report",
    "get_report",
    "goes_out_next",
    "letters_of",
    "list_reports",
    "make_report",
    "possible_recipients",
    "send_again",
]


class ReportChanged(Exception):
    """Somebody changed the report since it was opened."""


@dataclass(frozen=True)
class WantedReport:
    """What a report is to be. view_id: a saved view of figures; recipients: keys of people; see models.Report."""

    view_id: int
    every: str
    day: int
    hour: int
    zone: str
    recipients: tuple[int, ...]
    active: bool = True


def possible_recipients(connection: Connection) -> list[User]:
    """Return people with an e-mail address who see insights of the connection, or of one of its applications."""
    roles = [role for role, rights in RIGHTS.items() if Right.SEE_INSIGHTS in rights]
    here = Q(grants__connection=connection) | Q(grants__connection=None)
    found = User.objects.filter(here, grants__role__in=roles, is_active=True).exclude(email="").distinct()
    return sorted(found, key=lambda user: str(user).casefold())


def list_reports(connection: Connection) -> list[Report]:
    """Return the reports of a connection. Three queries."""
    rows = Report.objects.filter(connection=connection).select_related("view", "view__owner")
    return sorted(rows.prefetch_related("recipients"), key=lambda row: (row.view.name.casefold(), row.pk))


def get_report(connection: Connection, report_id: int) -> Report:
    """Return a report of the connection. Raises Report.DoesNotExist."""
    return Report.objects.select_related("view").get(connection=connection, pk=report_id)


def goes_out_next(report: Report, now: datetime | None = None) -> Due:
    """Return when the report goes out next, and of which period."""
    monthly = report.every == Report.Every.MONTH
    return next_due(monthly, report.day, report.hour, report.zone, now or timezone.now())


def letters_of(connection: Connection, *, size: int = 50) -> list[ReportLetter]:
    """Return the latest letters of all reports of a connection. One query."""
    rows = ReportLetter.objects.filter(report__connection=connection)
    rows = rows.select_related("report__view", "recipient")
    return list(rows.order_by("-last", "-pk")[:size])


def make_report(connection: Connection, wanted: WantedReport, *, actor: User) -> Report:
    """Set up a report; its first letters are of the period that ends next.

    Raises PermissionDenied, SavedView.DoesNotExist.
    """
    _require(actor, connection)
    row = Report(connection=connection, made_by=actor, made_by_name=str(actor)[:150], since=timezone.now())
    with transaction.atomic():
        _fill(row, wanted, actor)
        audit.record(REPORT_MAKE, after=_told(row), **_on_record(row, actor))
    return row


def change_report(
    connection: Connection, report_id: int, version: int, wanted: WantedReport, *, actor: User
) -> None:
    """Change a report. version: that was opened. What has gone out stays; nothing goes out twice for it.

    Raises ReportChanged, PermissionDenied, SavedView.DoesNotExist.
    """
    _require(actor, connection)
    with transaction.atomic():
        row = _locked(connection, report_id)
        if row.version != version:
            raise ReportChanged
        before = _told(row)
        if wanted.active and not row.active:
            row.since = timezone.now()  # what ended while it rested is nobody's
        row.version += 1
        _fill(row, wanted, actor)
        audit.record(REPORT_CHANGE, before=before, after=_told(row), **_on_record(row, actor))


def delete_report(connection: Connection, report_id: int, *, actor: User) -> None:
    """Delete a report and what is waiting of it. Raises ReportChanged, PermissionDenied."""
    _require(actor, connection)
    with transaction.atomic():
        row = _locked(connection, report_id)
        audit.record(REPORT_DELETE, before=_told(row), **_on_record(row, actor))
        row.delete()


def send_again(connection: Connection, letter_id: int, *, actor: User) -> bool:
    """Let a letter go out that failed, or of which nobody knows whether it did; on record. Raises PermissionDenied."""
    _require(actor, connection)
    mine = ReportLetter.objects.filter(
        report__connection=connection,
        pk=letter_id,
        state__in=[ReportLetter.State.FAILED, ReportLetter.State.UNKNOWN, ReportLetter.State.SKIPPED],
    )
    with transaction.atomic():
        letter = mine.select_related("report__view__connection", "recipient").first()
        waiting = {"state": ReportLetter.State.WAITING, "due_at": timezone.now(), "tries": 0, "problem": ""}
        if letter is None or not mine.update(**waiting):
            return False
        details = {"to": str(letter.recipient), "first": letter.first.isoformat(), "was": letter.state}
        audit.record(REPORT_AGAIN, details=details, **_on_record(letter.report, actor))
    return True


def _locked(connection: Connection, report_id: int) -> Report:
    row = Report.objects.select_for_update().filter(connection=connection, pk=report_id).first()
    if row is None:
        raise ReportChanged
    return row


def _require(actor: User, connection: Connection) -> None:
    if not can(actor, Right.SEE_INSIGHTS, connection, whole=True):
        raise PermissionDenied(_("Your role does not include this."))


def _fill(row: Report, wanted: WantedReport, actor: User) -> None:
    usable = Q(owner=actor) | Q(shared=True) | Q(pk=row.view_id or 0)
    row.view = SavedView.objects.filter(usable).get(
        connection=row.connection, pk=wanted.view_id, page=SavedView.Page.FIGURES
    )
    row.every, row.day, row.hour, row.zone = wanted.every, wanted.day, wanted.hour, wanted.zone
    row.active = wanted.active
    row.save()
    allowed = {user.pk for user in possible_recipients(row.connection)}
    row.recipients.set([key for key in wanted.recipients if key in allowed])


def _told(row: Report) -> dict[str, Any]:
    people: Collection[str] = [str(user) for user in row.recipients.order_by("pk")]
    kept = {name: getattr(row, name) for name in ("every", "day", "hour", "zone", "active")}
    return {"view": row.view.name, "query": row.view.query, "recipients": list(people), **kept}


def _on_record(row: Report, actor: User) -> dict[str, Any]:
    target = audit.Target("report", str(row.pk), row.view.name)
    return {"actor": actor, "connection": row.connection, "target": target, "app_id": row.view.app_id}
