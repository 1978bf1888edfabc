"""The two dialogs that let recordings be written to a bucket, or no longer."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.rights import Right
from console.applications.outcomes import actor_of, asked_already, done, earlier, fresh_form_id
from console.applications.services.changes import AlreadyAsked, Made
from console.connections.models import Connection
from console.core.problems import trouble_of
from console.core.refusals import put_on_form
from console.core.sheets import render_refusal, render_sheet
from console.sparkrtc.catalogue.shared import RECORDING_REGION
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane
from console.storage.forms import AuthorizeForm, WithdrawForm
from console.storage.services.authority import NothingToDo, authorize_bucket, withdraw_bucket
from console.storage.services.buckets import list_buckets
from console.storage.services.objects import can_be_listed
from console.storage.shapes import Bucket
from console.storage.uses import uses_of
from console.storage.views.parts import crumbs, known_bucket

__all__ = ["bucket_authorize", "bucket_withdraw"]

_form_view = require_http_methods(["GET", "HEAD", "POST"])
# What the cloud calls the parameters, and the fields that they come from; "" is the form as a whole.
_FIELDS = {"project_id": "project_id", "bucket_project_id": "project_id", "bucket": "", "location": ""}


@needs(Right.CONFIGURE, whole=True)
@_form_view
def bucket_authorize(
    request: HttpRequest, connection: Connection, location: str, bucket: str
) -> HttpResponse:
    """Say what authorising a bucket does; then do it."""
    return _change(
        request,
        connection,
        location,
        bucket,
        form=AuthorizeForm,
        act=authorize_bucket,
        said=_("The bucket is authorised."),
        context={
            "title": _("Authorise bucket"),
            "submit": _("Authorise"),
            "body": "storage/_authorize.html",
        },
    )


@sensitive_post_parameters("password")
@needs(Right.CONFIGURE, whole=True)
@_form_view
def bucket_withdraw(request: HttpRequest, connection: Connection, location: str, bucket: str) -> HttpResponse:
    """Say whose recordings are lost without it, and ask why; then withdraw a bucket's authorisation."""
    return _change(
        request,
        connection,
        location,
        bucket,
        form=partial(WithdrawForm, request=request),
        act=withdraw_bucket,
        said=_("The bucket's authorisation is withdrawn."),
        context={
            "title": _("Withdraw authorisation"),
            "submit": _("Withdraw"),
            "danger": True,
            "body": "storage/_withdraw.html",
        },
        hits=True,
    )


def _change(
    request: HttpRequest,
    connection: Connection,
    location: str,
    name: str,
    *,
    form: Callable[..., forms.Form],
    act: Callable[..., Made],
    said: str,
    context: dict[str, Any],
    hits: bool = False,
) -> HttpResponse:
    """Show the form, or do what it asks."""
    if (before := earlier(request, connection)) is not None:
        return before
    url = reverse("storage:list", args=[connection.slug])
    bucket, unread = _read(connection, location, name)
    context |= {
        "connection": connection,
        "crumbs": crumbs(connection),
        "back_url": url,
        "subject": name,
        "bucket": bucket,
        "unread": unread,
        "region": RECORDING_REGION,
    }
    if not can_be_listed(location):
        return _nothing(request, context, "storage/_no_such_region.html")
    if hits:
        uses = uses_of(connection, ask=True)
        context |= {"uses": uses.of(name, location), "uses_unread": uses.unread}
    hit = len(context.get("uses", ()))
    if request.method != "POST":
        return render_sheet(request, context | {"form": form(initial={"seen": hit})})
    filled: Any = form(request.POST)
    if not filled.is_valid():
        return render_sheet(request, context | {"form": filled}, status=422)
    if hits and hit > (filled.cleaned_data["seen"] or 0):
        return _more_than_told(request, context, form, hit)
    try:
        made = act(
            connection,
            bucket,
            project_id=filled.cleaned_data["project_id"],
            actor=actor_of(request),
            reason=filled.reason,
            change_id=filled.cleaned_data["form_id"],
        )
    except NothingToDo:
        return _nothing(request, context, "storage/_nothing_to_do.html")
    except AlreadyAsked as other:
        return asked_already(request, context, other)
    except SparkError as error:
        again: Any = form(fresh_form_id(request))
        again.is_valid()
        if put_on_form(again, error, _FIELDS):
            return render_sheet(request, context | {"form": again}, status=422)
        return render_refusal(request, context | {"form": again}, error)
    return done(request, made, url, said)


def _read(connection: Connection, location: str, name: str) -> tuple[Bucket, Any]:
    """Return the bucket, and why its state is not known where it could not be read: acting stays possible."""
    try:
        found = list_buckets(connection, lane=Lane.CLICK)
    except SparkError as problem:
        return Bucket(name, location), trouble_of(problem)
    return known_bucket(found, location, name), None


def _more_than_told(
    request: HttpRequest, context: dict[str, Any], form: Callable[..., forms.Form], hit: int
) -> HttpResponse:
    data = fresh_form_id(request)
    data["seen"] = str(hit)
    again = form(data)
    again.is_valid()
    again.add_error(
        None,
        ngettext(
            "Now %(count)s recording template is hit, more than you were told. Nothing was sent: decide again.",
            "Now %(count)s recording templates are hit, more than you were told. Nothing was sent: decide again.",
            hit,
        )
        % {"count": hit},
    )
    return render_sheet(request, context | {"form": again}, status=409)


def _nothing(request: HttpRequest, context: dict[str, Any], body: str) -> HttpResponse:
    return render_sheet(request, {**context, "body": body, "submit": "", "form": None}, status=409)
