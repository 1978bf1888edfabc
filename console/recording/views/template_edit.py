"""Making, replacing and changing a recording template: one form, with a picture of what comes of it beside it."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.accounts.access import can, needs
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.applications.outcomes import actor_of, done, earlier, fresh_form_id, show_change
from console.applications.services.changes import AlreadyAsked, Made
from console.connections.models import Connection
from console.core.pages import wants_piece
from console.core.problems import trouble_of
from console.core.refusals import put_on_form
from console.core.trouble_pages import render_trouble
from console.recording.addresses import template_address, templates_address
from console.recording.forms.templates import TemplateForm, initial_of
from console.recording.naming import examples
from console.recording.services.template_changes import replace_template, update_template
from console.recording.services.templates import list_templates
from console.recording.shapes.templates import Template
from console.recording.views.template_gone import gone_page
from console.recording.views.template_parts import (
    BucketsSeen,
    differences,
    mark_of,
    see_buckets,
    template_crumbs,
)
from console.sparkrtc.catalogue.shared import RECORDING_REGION
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane
from console.storage.services.authority import NothingToDo, authorize_bucket

__all__ = ["template_edit", "template_new"]

_TEMPLATE, _BESIDE = "recording/template_form.html", "recording/_template_beside.html"
_form_view = require_http_methods(["GET", "HEAD", "POST"])
# {error code or the cloud's name of a parameter: field of the form}; "" is the form as a whole.
_FIELDS = {
    "RTC.00001012": "bucket",
    "RTC.00001019": "",
    "obs_addr.bucket": "bucket",
    "obs_addr.location": "bucket",
    "obs_addr.project_id": "project_id",
    "obs_addr.object": "folder",
    "hls_config.record_cycle": "hls_cycle",
    "hls_config.record_slice_duration": "hls_slice",
    "hls_config.record_max_duration_to_merge_file": "hls_gap",
    "hls_config.record_prefix": "hls_prefix",
    "mp4_config.record_cycle": "mp4_cycle",
    "mp4_config.record_max_duration_to_merge_file": "mp4_gap",
    "mp4_config.record_prefix": "mp4_prefix",
    "record_formats": "formats",
    "hls_config": "hls_cycle",
    "mp4_config": "mp4_cycle",
    "obs_addr": "bucket",
}
Act = Callable[..., Made]


@needs(Right.CONFIGURE)
@_form_view
def template_new(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Make a template; where the application has one already, say what is replaced and have that agreed to."""
    return _template_form(request, connection, app_id, "")


@needs(Right.CONFIGURE)
@_form_view
def template_edit(
    request: HttpRequest, connection: Connection, app_id: str, template_id: str
) -> HttpResponse:
    """Change a template."""
    return _template_form(request, connection, app_id, template_id)


def _template_form(
    request: HttpRequest, connection: Connection, app_id: str, template_id: str
) -> HttpResponse:
    if (before := earlier(request, connection)) is not None:
        return before
    application = known_application(applications_of(request, connection, Right.CONFIGURE), app_id)
    context: dict[str, Any] = {
        "connection": connection,
        "app_id": app_id,
        "application": application,
        "editing": bool(template_id),
        "crumbs": template_crumbs(connection, app_id, application.name),
        "here": request.path,
        "may_authorize": can(request.user, Right.CONFIGURE, connection, whole=True),
        "location": RECORDING_REGION,
    }
    try:
        templates = list_templates(connection, app_id, lane=Lane.CLICK)
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="whole", context=context)
    known = templates.find(template_id) if template_id else templates.at(RECORDING_REGION)
    if template_id and known is None:
        return gone_page(request, context, template_id)
    buckets = see_buckets(connection)
    page = _Page(request, connection, context, known, buckets, template_id)
    if request.method != "POST":
        return page.fresh()
    return _posted(page, request.POST.get("do", ""))


class _Page:
    """The form's page on its way: what is known, and how it is shown."""

    def __init__(
        self,
        request: HttpRequest,
        connection: Connection,
        context: dict[str, Any],
        known: Template | None,
        buckets: BucketsSeen,
        template_id: str,
    ) -> None:
        self.request, self.connection, self.context = request, connection, context
        self.known, self.buckets, self.template_id = known, buckets, template_id
        self.app_id: str = context["app_id"]

    def form(self, *args: Any, **kwargs: Any) -> TemplateForm:
        """Build the form with the buckets there are."""
        keep = self.known.bucket if self.known else ""
        return TemplateForm(*args, buckets=self.buckets.items, keep=keep, **kwargs)

    def fresh(self) -> HttpResponse:
        """Show the form as it begins: with what the template says, or with what is usual."""
        initial: dict[str, Any] = {"project_id": self.connection.project_id, "seen": mark_of(self.known)}
        if self.known is not None:
            initial |= initial_of(self.known)
        elif (only := [one for one in self.buckets.items or () if one.authorized]) and len(only) == 1:
            initial["bucket"] = only[0].name
        return self.shown(self.form(initial=initial))

    def unjudged(self) -> TemplateForm:
        """Return the same fields without a word on what is wrong: a button sent them, not the person."""
        sent = self.form(self.request.POST)
        kept = {name: sent[name].value() for name in sent.fields}
        return self.form(initial={**kept, "form_id": uuid.uuid4()})

    def shown(self, form: TemplateForm, status: int = 200, **more: Any) -> HttpResponse:
        """Render the page, or only what stands beside the form when htmx asked for it."""
        piece = wants_piece(self.request)
        self.context |= self._beside(form) | more | {"form": form, "piece": piece}
        template = _BESIDE if piece else _TEMPLATE
        response = render(self.request, template, self.context, status=status)
        patch_vary_headers(response, ("HX-Request",))
        return response

    def _beside(self, form: TemplateForm) -> dict[str, Any]:
        draft = form.draft(self.app_id, self.template_id)
        prefixes = {kind: settings.prefix for kind, settings in draft.files()}
        return {
            "draft": draft,
            "examples": list(examples(draft.folder, prefixes, self.app_id)),
            "lacks_stream": [kind for kind, prefix in prefixes.items() if "{stream}" not in prefix],
            "bucket": self.buckets.find(draft.bucket),
            "buckets_trouble": self.buckets.trouble,
            "known": self.known,
            "mark": mark_of(self.known),
            "replaces": self.known is not None and not self.template_id,
            "differences": differences(self.known, draft) if self.known is not None else [],
            "back_url": template_address(self.connection, self.app_id, self.template_id)
            if self.template_id
            else templates_address(self.connection, self.app_id),
        }


def _posted(page: _Page, do: str) -> HttpResponse:
    if do == "preview":
        return page.shown(page.unjudged())
    if do == "authorize":
        return _authorize(page)
    form = page.form(page.request.POST)
    if not form.is_valid():
        return page.shown(form, status=422)
    wanted = form.template(page.app_id, page.template_id)
    if (refusal := _not_agreed(page, form)) is not None:
        return refusal
    try:
        made = _act(page)(
            page.connection,
            wanted,
            before=page.known,
            actor=actor_of(page.request),
            reason=form.reason,
            change_id=form.cleaned_data["form_id"],
        )
    except AlreadyAsked as other:
        return show_change(page.request, other.change)
    except SparkError as error:
        return _refused(page, error)
    return done(page.request, made, _where(page, made), _said(page))


def _act(page: _Page) -> Act:
    return update_template if page.template_id else replace_template


def _not_agreed(page: _Page, form: TemplateForm) -> HttpResponse | None:
    """Ask again when what is replaced was not agreed to, or is not any more what was shown."""
    mark = mark_of(page.known)
    if page.template_id:
        if form.cleaned_data["seen"] in ("", mark):
            return None
        problem = _("Somebody has changed this template since. Look at the differences, then save again.")
    elif page.known is None or form.cleaned_data["confirm"] == mark:
        return None
    else:
        problem = _("This application has a template already. Look at what is replaced, and agree to it.")
    data = fresh_form_id(page.request)
    data["seen"] = mark
    again = page.form(data)
    again.is_valid()
    again.add_error(None, problem)
    return page.shown(again, status=409, confirming=True)


def _authorize(page: _Page) -> HttpResponse:
    """Let recordings be written to the chosen bucket, and show the form as it was."""
    form = page.unjudged()
    name = str(form["bucket"].value() or "")
    bucket = page.buckets.find(name)
    if bucket is None or not page.context["may_authorize"]:
        return page.shown(form, status=409)
    try:
        made = authorize_bucket(page.connection, bucket, actor=actor_of(page.request), change_id=uuid.uuid4())
    except NothingToDo:
        pass
    except AlreadyAsked as other:
        return show_change(page.request, other.change)
    except SparkError as error:
        return page.shown(form, status=trouble_of(error).status, trouble=trouble_of(error))
    else:
        if made.unknown:
            return show_change(page.request, made.change)
        messages.success(page.request, _("The bucket is authorised."))
    # What was stored of the buckets is dropped by the change, so that this shows what the cloud says now.
    page.buckets = see_buckets(page.connection)
    if (seen := page.buckets.find(name)) is not None and not seen.authorized and page.buckets.items:
        changed = [replace(one, authorized=True) if one is seen else one for one in page.buckets.items]
        page.buckets = BucketsSeen(tuple(changed), page.buckets.trouble)
    return page.shown(page.unjudged())


def _refused(page: _Page, error: SparkError) -> HttpResponse:
    """Show the form again, filled in, with what went wrong at the field that it is about; nothing is tried again."""
    trouble = trouble_of(error)
    data = fresh_form_id(page.request)
    form = page.form(data)
    if form.is_valid() and put_on_form(form, error, _FIELDS):
        return page.shown(form, status=422)
    response = page.shown(form, status=trouble.status, trouble=trouble)
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
    return response


def _where(page: _Page, made: Made) -> str:
    known = made.change.wanted.get("template_id") or page.template_id
    return template_address(page.connection, page.app_id, known or "")


def _said(page: _Page) -> str:
    if page.known is None:
        return _("The template is stored.")
    return _("The template is stored. Recordings that begin in five minutes or later go by it.")
