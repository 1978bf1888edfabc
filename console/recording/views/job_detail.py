"""The page of a job."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.rights import Right
from console.applications.services.listing import stored_applications
from console.connections.models import Connection
from console.core.pages import render_page, wants_piece
from console.recording.forms.jobs import LAYOUT_LABELS
from console.recording.forms.panes import PaneRows
from console.recording.layouts.encodings import encoding_named
from console.recording.layouts.panes import rows_of
from console.recording.models import RecordingJob
from console.recording.services.finding import UNSETTLED, search
from console.recording.services.giving_up import can_be_given_up
from console.recording.services.jobs import actions_of, phase_of
from console.recording.services.looking import see
from console.recording.views.editing import drawing_of
from console.recording.views.parts import address, job_or_404, room_url

__all__ = ["job_detail", "job_search"]

_TEMPLATE = "recording/job_detail.html"


@needs(Right.SEE_ROOMS)
@require_safe
def job_detail(request: HttpRequest, connection: Connection, recording_id: uuid.UUID) -> HttpResponse:
    """Show a job as the cloud shows it now: one shared read while it runs, none once it has ended."""
    job = job_or_404(request, connection, recording_id)
    sight = see(job)
    job = sight.job
    phase = phase_of(job)
    may_act = can(request.user, Right.MODERATE, connection, job.app_id)
    context = {
        "connection": connection,
        "job": job,
        "phase": phase,
        "age": sight.age,
        "problem": sight.problem,
        "actions": _with_trail(job),
        "may_act": may_act and bool(job.job_id) and phase == "running",
        "may_search": may_act and phase in ("unknown", "given_up"),
        "may_give_up": may_act and can_be_given_up(job),
        "ledger_url": address("ledger", connection, app=job.app_id, room=job.room_id)
        if may_act and job.job_id
        else "",
        "trail_url": _trail_url(job.attempt_id),
        "room_url": room_url(connection, job.app_id, job.room_id),
        "application": _name_of(request, connection, job.app_id),
        "adopt_url": address("job_adopt", connection, app=job.app_id),
        "again": request.path,
        "live": phase in ("running", "unknown"),
        "piece": wants_piece(request),
        **_picture(job),
        **_times(job),
    }
    return render_page(request, _TEMPLATE, partial="live", context=context)


@needs(Right.MODERATE)
@require_POST
def job_search(request: HttpRequest, connection: Connection, recording_id: uuid.UUID) -> HttpResponse:
    """Search now for a job whose start is unknown. Up to two reads of the storage quota, one for each candidate."""
    job = job_or_404(request, connection, recording_id, Right.MODERATE)
    if job.outcome in UNSETTLED:
        search(job)
    return HttpResponseRedirect(address("job", connection, recording_id))


def _picture(job: RecordingJob) -> dict[str, Any]:
    """Return how the job's picture looks, and what is said about it."""
    if job.kind == RecordingJob.Kind.SINGLE:
        return {"drawing": None}
    encoding = encoding_named(str(job.settings.get("encode_template", "")))
    layout = str(job.settings.get("layout_template", "")) if encoding and encoding.width else ""
    rows = PaneRows(rows_of(job.settings.get("layout_panes") or []), layout)
    return {
        "drawing": drawing_of(rows, encoding.ratio) if encoding and layout else None,
        "encoding": encoding,
        "layout_label": LAYOUT_LABELS.get(layout, layout),
        "custom": layout == "custom",
        "panes": rows.rows if rows.mode else (),
    }


def _times(job: RecordingJob) -> dict[str, Any]:
    end: datetime | None = job.stopped_at
    if end is None and phase_of(job) == "running":
        end = timezone.now()
    seconds = (end - job.started_at).total_seconds() if end and job.started_at else None
    return {"seconds": max(0.0, seconds) if seconds is not None else None}


def _with_trail(job: RecordingJob) -> list[dict[str, Any]]:
    return [{"action": action, "trail_url": _trail_url(action.attempt_id)} for action in actions_of(job)]


def _trail_url(attempt_id: uuid.UUID | None) -> str:
    return reverse("audit:detail", args=[attempt_id]) if attempt_id else ""


def _name_of(request: HttpRequest, connection: Connection, app_id: str) -> str:
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    known = stored_applications(connection, scope)
    return next((app.name for app in known if app.app_id == app_id), app_id)
