"""Starting a recording: of a whole room, or of one participant."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.accounts.access import can, needs, require
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.connections.models import Connection
from console.core.misread import misread
from console.core.problems import trouble_of
from console.core.refusals import put_on_form
from console.core.trouble_pages import render_trouble
from console.recording.forms.jobs import MixForm, SingleForm
from console.recording.forms.panes import PaneRows
from console.recording.layouts.encodings import encoding_named
from console.recording.services.jobs import running_twin, sent_before
from console.recording.services.layouts import list_layouts
from console.recording.services.people import people_in
from console.recording.services.starting import Started, start_mix_job, start_single_job
from console.recording.services.template_choices import TemplateChoices, template_choices
from console.recording.views.editing import edited, editor_context
from console.recording.views.parts import actor_of, address, room_url
from console.recording.views.saving import save_from_start
from console.sparkrtc.errors import SparkError

__all__ = ["job_start"]

_TEMPLATE = "recording/job_start.html"
_JOB_RUNNING = "RTC.00001006"
# {error code or the cloud's name of a parameter: field of the form}; "" is the form as a whole.
_FIELDS = {
    _JOB_RUNNING: "room_id",
    "RTC.00001007": "",
    "RTC.00001010": "layout_template",
    "RTC.00001012": "record_rule_id",
    "RTC.00001016": "",
    "mix_param.encode_template": "encode_template",
    "encode_template": "encode_template",
    "mix_param.layout_template": "layout_template",
    "layout_template": "layout_template",
    "mix_param.max_idle_time": "max_idle_time",
    "max_idle_time": "max_idle_time",
    "mix_param.room_id": "room_id",
    "room_id": "room_id",
    "user_id": "user_id",
    "video_type": "video_type",
    "select_stream_type": "select_stream_type",
    "is_record_audio": "is_record_audio",
    "record_param.record_rule_id": "record_rule_id",
    "record_rule_id": "record_rule_id",
    "mix_param.background_image": "background_image",
    "mix_param.default_user_background_image": "default_user_background_image",
    "mix_param.screen_background_image": "screen_background_image",
    "user_background_images": "user_background_images",
    "layout_panes": "",
}


@needs(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def job_start(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Ask what to record and how; with the form filled in, start it.

    Buttons of the layout editor bring the page back with the layout changed; nothing is started by them.
    Up to four shared reads (applications, templates, the room and its people), none while their answers are fresh.
    """
    applications = applications_of(request, connection, Right.MODERATE)
    app_id = request.GET.get("app", "")
    context: dict[str, Any] = {"connection": connection, "applications": applications}
    if not app_id:
        if applications.items:
            first = next((app for app in applications.items if app.enabled), applications.items[0])
            return HttpResponseRedirect(_here(request, connection, first.app_id))
        if applications.problem is not None:
            return render_trouble(request, _TEMPLATE, applications.problem, partial="whole", context=context)
        return render(request, _TEMPLATE, context)
    require(request.user, Right.MODERATE, connection, app_id)
    earlier = sent_before(connection, app_id, request.POST.get("form_id", ""))
    if earlier is not None:
        return _done(request, connection, Started(earlier, repeated=True))
    context |= {
        "app_id": app_id,
        "application": known_application(applications, app_id),
        "misread": misread(request.GET, {"kind": ("mix", "single")}, ("app", "room", "user")),
    }
    single = request.GET.get("kind") == "single"
    start = _single if single else _mix
    return start(request, connection, app_id, template_choices(connection, app_id), context)


def _mix(
    request: HttpRequest,
    connection: Connection,
    app_id: str,
    templates: TemplateChoices,
    context: dict[str, Any],
) -> HttpResponse:
    if request.method != "POST":
        form = MixForm(initial={"room_id": request.GET.get("room", "")}, templates=templates.choices)
        rows = PaneRows.of(request.POST, form.layout, judged=False)
        return _shown(request, connection, context, form, rows, templates)
    form = MixForm(request.POST, templates=templates.choices)
    rows = PaneRows.of(request.POST, form.layout)
    if request.POST.get("do") == "save":
        rows = save_from_start(request, connection, app_id, rows, _ratio(form))
        return _shown(request, connection, context, _unjudged(form, templates), rows, templates)
    changed = edited(request.POST, rows, connection, [app_id])
    if changed is not None:
        return _shown(request, connection, context, _unjudged(form, templates), changed, templates)
    if not (form.is_valid() and rows.valid):
        return _shown(request, connection, context, form, rows, templates, status=422)
    try:
        started = start_mix_job(
            connection,
            app_id,
            form.cleaned_data["room_id"],
            form.settings(rows.wire),
            form.cleaned_data["record_rule_id"],
            actor=actor_of(request),
            reason=form.reason,
            form_id=form.cleaned_data["form_id"],
        )
    except SparkError as error:
        return _refused(
            request,
            connection,
            context,
            MixForm(_new_id(request), templates=templates.choices),
            rows,
            templates,
            error,
        )
    return _done(request, connection, started)


def _single(
    request: HttpRequest,
    connection: Connection,
    app_id: str,
    templates: TemplateChoices,
    context: dict[str, Any],
) -> HttpResponse:
    if request.method != "POST":
        initial = {"room_id": request.GET.get("room", ""), "user_id": request.GET.get("user", "")}
        return _shown(
            request,
            connection,
            context,
            SingleForm(initial=initial, templates=templates.choices),
            None,
            templates,
        )
    form = SingleForm(request.POST, templates=templates.choices)
    if not form.is_valid():
        return _shown(request, connection, context, form, None, templates, status=422)
    try:
        started = start_single_job(
            connection,
            app_id,
            form.cleaned_data["room_id"],
            form.cleaned_data["user_id"],
            form.settings(),
            form.cleaned_data["record_rule_id"],
            actor=actor_of(request),
            reason=form.reason,
            form_id=form.cleaned_data["form_id"],
        )
    except SparkError as error:
        form = SingleForm(_new_id(request), templates=templates.choices)
        return _refused(request, connection, context, form, None, templates, error)
    return _done(request, connection, started)


def _shown(
    request: HttpRequest,
    connection: Connection,
    context: dict[str, Any],
    form: MixForm | SingleForm,
    rows: PaneRows | None,
    templates: TemplateChoices,
    status: int = 200,
) -> HttpResponse:
    room_id = str(form["room_id"].value() or "")
    company = people_in(connection, context["app_id"], room_id)
    kind = "single" if rows is None else "mix"
    context |= {
        "form": form,
        "kind": kind,
        "templates": templates,
        "templates_trouble": trouble_of(templates.problem) if templates.problem else None,
        "template_url": _template_url(request, connection, context["app_id"]),
        "company": company,
        "here": _here(request, connection, context["app_id"]),
        "mix_url": _here(request, connection, context["app_id"], kind=""),
        "single_url": _here(request, connection, context["app_id"], kind="single"),
        "back_url": room_url(connection, context["app_id"], room_id) or address("jobs", connection),
    }
    if rows is not None:
        saved = list_layouts(connection, [context["app_id"]])
        context |= editor_context(rows, _ratio(form), people=company.people, saved=saved)
    return render(request, _TEMPLATE, context, status=status)


def _refused(
    request: HttpRequest,
    connection: Connection,
    context: dict[str, Any],
    form: MixForm | SingleForm,
    rows: PaneRows | None,
    templates: TemplateChoices,
    error: SparkError,
) -> HttpResponse:
    """Show the form again, filled in, with what went wrong at the field that it is about; nothing is tried again."""
    trouble = trouble_of(error)
    placed = form.is_valid() and put_on_form(form, error, _FIELDS)
    if error.error_code == _JOB_RUNNING:
        kind = "mix" if rows is not None else "single"
        user_id = "" if rows is not None else str(form["user_id"].value() or "")
        twin = running_twin(connection, context["app_id"], kind, str(form["room_id"].value() or ""), user_id)
        context["twin"] = twin
    if not placed:
        context["trouble"] = trouble
    status = 422 if placed else trouble.status
    response = _shown(request, connection, context, form, rows, templates, status=status)
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
    return response


def _done(request: HttpRequest, connection: Connection, started: Started) -> HttpResponse:
    if started.repeated:
        messages.info(request, _("This form had been sent before: nothing was started a second time."))
    return HttpResponseRedirect(address("job", connection, started.job.pk))


def _new_id(request: HttpRequest) -> Any:
    """What was sent, with an id of its own: what was sent before stays what it was."""
    data = request.POST.copy()
    data["form_id"] = str(uuid.uuid4())
    return data


def _unjudged(form: MixForm, templates: TemplateChoices) -> MixForm:
    """The same fields without a word on what is missing: a button of the editor sent them, not the person."""
    kept = {name: form[name].value() for name in form.fields}
    return MixForm(initial=kept, templates=templates.choices)


def _ratio(form: Any) -> str:
    encoding = encoding_named(str(form["encode_template"].value() or ""))
    return encoding.ratio if encoding else ""


def _template_url(request: HttpRequest, connection: Connection, app_id: str) -> str:
    """Return where whoever may makes the template that is missing."""
    may = can(request.user, Right.CONFIGURE, connection, app_id)
    return address("template_new", connection, app_id) if may else ""


def _here(request: HttpRequest, connection: Connection, app_id: str, **changed: str) -> str:
    query = {name: request.GET.get(name, "") for name in ("room", "user", "kind")}
    return address("job_start", connection, **{"app": app_id, **query, **changed})
