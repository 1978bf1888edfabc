"""The list of jobs known here."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.rights import Right
from console.applications.services.listing import stored_applications
from console.connections.models import Connection
from console.core.downloads import csv_download
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.core.sorting import Column, read_sorting, sort_values
from console.recording.services.job_export import export_jobs
from console.recording.services.jobs import Filters, list_jobs, phase_of
from console.recording.views.parts import actor_of, address

__all__ = ["job_list", "jobs_csv"]

_TEMPLATE = "recording/job_list.html"
_LONGEST = 64
_KINDS = ("mix", "single")


@needs(Right.SEE_ROOMS)
@require_safe
def job_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the jobs known here, latest first. Asks our own database only; the background keeps it up to date."""
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    applications = stored_applications(connection, scope)
    filters = _read_filters(request.GET)
    size = size_of(request.GET)
    found = list_jobs(connection, scope, filters, page=whole_number(request.GET.get("page"), 1), size=size)
    names = {app.app_id: app.name for app in applications}
    context = {
        "connection": connection,
        "rows": [
            {"job": job, "phase": phase_of(job), "application": names.get(job.app_id, job.app_id)}
            for job in found.jobs
        ],
        "page": page_of(request.GET, size=size, shown=len(found.jobs), total=found.total),
        "filters": filters,
        "sorting": read_sorting(request.GET, _columns(), usual="-asked"),
        "csv_url": _csv_url(request, connection),
        "applications": applications,
        "phases": _phases(),
        "kinds": [("", _("All")), ("mix", _("Whole rooms")), ("single", _("Single participants"))],
        "may_start": can(request.user, Right.MODERATE, connection),
        "start_url": address("job_start", connection, app=filters.app_id, room=filters.room_id),
        "clear_url": request.path,
        "again": request.get_full_path(),
        "piece": wants_piece(request),
        "misread": misread(request.GET, _known(), ("app", "room")),
    }
    return render_page(request, _TEMPLATE, partial="listed", context=context)


@needs(Right.SEE_INSIGHTS)
@require_safe
def jobs_csv(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Return all that the list's filters leave, in its order, as CSV; on record. Asks our own database only."""
    scope = application_scope(request.user, Right.SEE_INSIGHTS, connection)
    text = export_jobs(connection, scope, _read_filters(request.GET), actor=actor_of(request))
    return csv_download(text, f"recordings-{connection.slug}")


def _csv_url(request: HttpRequest, connection: Connection) -> str:
    """Return where the list is taken away, "" for whoever may not."""
    if application_scope(request.user, Right.SEE_INSIGHTS, connection) == frozenset():
        return ""
    wanted = {name: request.GET.get(name, "") for name in ("state", "app", "kind", "room", "sort")}
    return address("jobs_csv", connection, **wanted)


def _columns() -> list[Column]:
    return [
        Column("room", _("Room")),
        Column("state", _("State")),
        Column("records", _("Records")),
        Column("app", _("Application")),
        Column("asked", _("Asked for"), falls=True),
        Column("by", _("By")),
        Column("seen", _("Seen"), falls=True),
    ]


def _known() -> dict[str, Collection[str]]:
    """Return what the names in the address may stand for, of those that are chosen from a list."""
    return {
        "state": dict(_phases()),
        "kind": _KINDS,
        "sort": sort_values(column.name for column in _columns()),
    }


def _phases() -> list[tuple[str, str]]:
    return [
        ("", _("All")),
        ("running", _("Running")),
        ("stopped", _("Stopped")),
        ("unknown", _("Unknown")),
        ("given_up", _("Given up")),
        ("failed", _("Not started")),
    ]


def _read_filters(query: QueryDict) -> Filters:
    values: dict[str, Any] = {
        "phase": query.get("state", ""),
        "app_id": query.get("app", ""),
        "kind": query.get("kind", ""),
        "room_id": query.get("room", "").strip(),
        "sort": query.get("sort", ""),
    }
    if values["phase"] not in dict(_phases()):
        values["phase"] = ""
    if values["kind"] not in _KINDS:
        values["kind"] = ""
    return Filters(**{name: value[:_LONGEST] for name, value in values.items()})
