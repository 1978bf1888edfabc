"""The pages that change a job that runs: another layout, another template, the end."""

import hashlib
import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.pages import go
from console.core.problems import trouble_of
from console.core.refusals import put_on_form
from console.core.sheets import render_refusal, render_sheet
from console.recording.forms.jobs import PICTURES, LayoutChangeForm, StopForm, TemplateChangeForm
from console.recording.forms.panes import PaneRows
from console.recording.layouts.encodings import encoding_named
from console.recording.layouts.panes import rows_of
from console.recording.models import JobAction, RecordingJob
from console.recording.services.changing import (
    AlreadyAsked,
    Changed,
    acted_before,
    change_layout,
    change_template,
    stop_job,
)
from console.recording.services.jobs import phase_of
from console.recording.services.layouts import list_layouts
from console.recording.services.looking import see
from console.recording.services.people import people_in
from console.recording.services.template_choices import template_choices
from console.recording.views.editing import edited, editor_context
from console.recording.views.parts import actor_of, address, job_crumbs, job_or_404
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane

__all__ = ["job_layout", "job_stop", "job_template"]

_METHODS = ["GET", "HEAD", "POST"]
_JOB_DONE = "RTC.00001009"
_FIELDS = {
    "RTC.00001010": "",
    "layout_panes": "",
    "max_idle_time": "max_idle_time",
    "mix_param.max_idle_time": "max_idle_time",
    **{f"mix_param.{name}": name for name in PICTURES},
    "user_background_images": "user_background_images",
    "record_param.record_rule_id": "record_rule_id",
    "record_rule_id": "record_rule_id",
}


@needs(Right.MODERATE)
@require_http_methods(_METHODS)
def job_stop(request: HttpRequest, connection: Connection, recording_id: uuid.UUID) -> HttpResponse:
    """Say what stops and ask why; with the form filled in, stop it."""
    job = job_or_404(request, connection, recording_id, Right.MODERATE)
    if (earlier := acted_before(job, request.POST.get("form_id", ""))) is not None:
        return _done(request, connection, job, Changed(earlier, repeated=True))
    context = _sheet(connection, job, _("Stop the recording"), "recording/_stop_body.html")
    if _is_over(job):
        return render_sheet(request, context | {"over": True}, status=409)
    context |= {"submit": _("Stop recording"), "danger": True}
    if request.method != "POST":
        return render_sheet(request, context | {"form": StopForm()})
    form = StopForm(request.POST)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    try:
        changed = stop_job(
            job, actor=actor_of(request), reason=form.reason, form_id=form.cleaned_data["form_id"]
        )
    except AlreadyAsked as other:
        return render_sheet(request, context | {"submit": "", "other": other.action}, status=409)
    except SparkError as error:
        if error.error_code == _JOB_DONE:
            return _ended_before(request, context, job)
        return render_refusal(request, context | {"form": StopForm(_new_id(request))}, error)
    return _done(request, connection, job, changed)


@needs(Right.MODERATE)
@require_http_methods(_METHODS)
def job_template(request: HttpRequest, connection: Connection, recording_id: uuid.UUID) -> HttpResponse:
    """Ask by which template to go on recording a participant; with the form filled in, change it."""
    job = job_or_404(request, connection, recording_id, Right.MODERATE)
    if (earlier := acted_before(job, request.POST.get("form_id", ""))) is not None:
        return _done(request, connection, job, Changed(earlier, repeated=True))
    context = _sheet(connection, job, _("Change the template"), "recording/_template_body.html")
    if job.kind != RecordingJob.Kind.SINGLE or _is_over(job):
        return render_sheet(request, context | {"over": True}, status=409)
    templates = template_choices(connection, job.app_id)
    context |= {"submit": _("Change the template"), "templates": templates}
    if request.method != "POST":
        form = TemplateChangeForm(initial={"record_rule_id": job.record_rule_id}, templates=templates.choices)
        return render_sheet(request, context | {"form": form})
    form = TemplateChangeForm(request.POST, templates=templates.choices)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    try:
        changed = change_template(
            job,
            form.cleaned_data["record_rule_id"],
            actor=actor_of(request),
            reason=form.reason,
            form_id=form.cleaned_data["form_id"],
        )
    except SparkError as error:
        if error.error_code == _JOB_DONE:
            return _ended_before(request, context, job)
        form = TemplateChangeForm(_new_id(request), templates=templates.choices)
        if form.is_valid() and put_on_form(form, error, _FIELDS):
            return render_sheet(request, context | {"form": form}, status=422)
        return render_refusal(request, context | {"form": form}, error)
    return _done(request, connection, job, changed)


@needs(Right.MODERATE)
@require_http_methods(_METHODS)
def job_layout(request: HttpRequest, connection: Connection, recording_id: uuid.UUID) -> HttpResponse:
    """Show the picture of a mix in the editor; with the form filled in, change it while it runs."""
    job = job_or_404(request, connection, recording_id, Right.MODERATE)
    if (earlier := acted_before(job, request.POST.get("form_id", ""))) is not None:
        return _done(request, connection, job, Changed(earlier, repeated=True))
    if job.kind != RecordingJob.Kind.MIX or _is_over(job):
        messages.info(request, _("This recording cannot be changed any more."))
        return HttpResponseRedirect(address("job", connection, recording_id))
    before = job.settings
    layout = str(before.get("layout_template", ""))
    layout = layout if layout == "custom" else ""
    if request.method != "POST":
        job = see(job, lane=Lane.CLICK).job
        rows = PaneRows(rows_of(job.settings.get("layout_panes") or []), layout)
        return _layout_page(request, connection, job, _as_it_is(job), rows)
    form = LayoutChangeForm(request.POST, before=before)
    rows = PaneRows.of(request.POST, layout)
    changed_rows = edited(request.POST, rows, connection, [job.app_id])
    if changed_rows is not None:
        kept = {name: form[name].value() for name in form.fields}
        return _layout_page(
            request, connection, job, LayoutChangeForm(initial=kept, before=before), changed_rows
        )
    if not (form.is_valid() and rows.valid):
        return _layout_page(request, connection, job, form, rows, status=422)
    if form.cleaned_data["seen"] != _mark(job):
        form = LayoutChangeForm(_new_id(request, seen=_mark(job)), before=before)
        form.is_valid()
        form.add_error(
            None,
            _("Somebody changed the recording since you opened this page. Send it again to replace theirs."),
        )
        return _layout_page(request, connection, job, form, rows, status=409)
    try:
        changed = change_layout(
            job,
            form.settings(rows.wire),
            actor=actor_of(request),
            reason=form.reason,
            form_id=form.cleaned_data["form_id"],
        )
    except SparkError as error:
        return _layout_refused(request, connection, job, rows, error)
    return _done(request, connection, job, changed)


def _layout_refused(
    request: HttpRequest, connection: Connection, job: RecordingJob, rows: PaneRows, error: SparkError
) -> HttpResponse:
    if error.error_code == _JOB_DONE:
        see(job, lane=Lane.CLICK)
        messages.warning(request, _("The recording had ended already: nothing was changed."))
        return HttpResponseRedirect(address("job", connection, job.pk))
    form = LayoutChangeForm(_new_id(request), before=job.settings)
    trouble = trouble_of(error)
    placed = form.is_valid() and put_on_form(form, error, _FIELDS)
    status, more = (422, {}) if placed else (trouble.status, {"trouble": trouble})
    response = _layout_page(request, connection, job, form, rows, status=status, **more)
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
    return response


def _layout_page(
    request: HttpRequest,
    connection: Connection,
    job: RecordingJob,
    form: LayoutChangeForm,
    rows: PaneRows,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    encoding = encoding_named(str(job.settings.get("encode_template", "")))
    company = people_in(connection, job.app_id, job.room_id)
    saved = list_layouts(connection, [job.app_id]) if rows.mode else []
    context = {
        "connection": connection,
        "job": job,
        "form": form,
        "encoding": encoding,
        "company": company,
        "here": request.path,
        "back_url": address("job", connection, job.pk),
        "crumbs": job_crumbs(connection, job),
        **editor_context(rows, encoding.ratio if encoding else "", people=company.people, saved=saved),
        **more,
    }
    return render(request, "recording/job_layout.html", context, status=status)


def _as_it_is(job: RecordingJob) -> LayoutChangeForm:
    """The form filled in with what the job does now."""
    people = job.settings.get("user_background_images") or []
    initial = {
        "max_idle_time": job.settings.get("max_idle_time") or None,
        "seen": _mark(job),
        "user_background_images": "\n".join(f"{one['user_id']} {one['image_uri']}" for one in people),
        **{name: job.settings.get(name, "") for name in PICTURES},
    }
    return LayoutChangeForm(initial=initial, before=job.settings)


def _mark(job: RecordingJob) -> str:
    """Return a mark of what the job does, so that a change by somebody else is noticed."""
    return hashlib.sha256(json.dumps(job.settings, sort_keys=True).encode()).hexdigest()[:32]


def _is_over(job: RecordingJob) -> bool:
    return not job.job_id or phase_of(job) != "running"


def _sheet(connection: Connection, job: RecordingJob, title: str, body: str) -> dict[str, Any]:
    return {
        "connection": connection,
        "job": job,
        "title": title,
        "subject": job.user_id or job.room_id,
        "crumbs": job_crumbs(connection, job),
        "body": body,
        "back_url": address("job", connection, job.pk),
    }


def _ended_before(request: HttpRequest, context: dict[str, Any], job: RecordingJob) -> HttpResponse:
    """The cloud says that the job had ended: look at it anew, so that the page says how."""
    see(job, lane=Lane.CLICK)
    return render_sheet(request, context | {"over": True, "submit": "", "ended": True}, status=409)


def _done(request: HttpRequest, connection: Connection, job: RecordingJob, changed: Changed) -> HttpResponse:
    action = changed.action
    if changed.repeated:
        messages.info(request, _("This form had been sent before: nothing was sent a second time."))
    elif action.outcome == RecordingJob.Outcome.UNKNOWN:
        messages.warning(
            request, _("The cloud's answer got lost. Whether it took effect shows when the job is looked at.")
        )
    elif action.kind == JobAction.Kind.STOP:
        messages.success(request, _("The stop was accepted. The page shows when the recording has ended."))
    else:
        messages.success(request, _("The change was accepted."))
    return go(request, address("job", connection, job.pk))


def _new_id(request: HttpRequest, **more: str) -> Any:
    """What was sent, with an id of its own: what was sent before stays what it was."""
    data = request.POST.copy()
    data["form_id"] = str(uuid.uuid4())
    for name, value in more.items():
        data[name] = value
    return data
