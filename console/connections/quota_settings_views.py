"""The pages under Settings on which owners say for what a quota's limit holds. They ask the cloud nothing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts.access import needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections.forms import ReasonForm
from console.connections.measurements import apply_measurement, ask_to_measure, measured, price_of
from console.connections.models import Connection
from console.connections.quota_forms import QuotaForm
from console.connections.quota_settings import (
    QuotaSetting,
    change_quota,
    publish_quota,
    quota_setting,
    quota_settings,
)
from console.connections.services import Guarded
from console.core.misread import misread
from console.core.pages import go, render_page, wants_piece

__all__ = ["quota_apply", "quota_change", "quota_measure", "quota_publish", "quota_rules"]


@needs(Right.MANAGE)
@require_safe
def quota_rules(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show each quota's rule, who has a say in it, and what was measured; ?part=measured asks for that alone."""
    part = "measured" if request.GET.get("part") == "measured" else "rules"
    found = measured(connection)
    context: dict[str, Any] = {
        "connection": connection,
        "measured": found,
        "running": any(one.running for one in found),
        "misread": misread(request.GET, {"part": ("measured",)}),
    }
    if part == "rules" or not wants_piece(request):
        settings = quota_settings(connection, _viewer(request))
        context["rows"] = [(one, price_of(one.name, one.rule)) for one in settings]
    return render_page(request, "connections/quota_rules.html", partial=part, context=context)


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def quota_change(request: HttpRequest, connection: Connection, quota: str) -> HttpResponse:
    """Say for what a quota's limit holds, and the limit."""
    setting = _setting(request, connection, quota)
    form = QuotaForm(request.POST if request.method == "POST" else None, request=request, setting=setting)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        change_quota(
            connection,
            quota,
            data["scope"],
            data["limit"],
            data["seconds"],
            actor=_viewer(request),
            reason=data["reason"],
        )
        return _saved(request, connection)
    context = {"connection": connection, "setting": setting, "form": form}
    status = 422 if form.errors else 200
    return render_page(
        request, "connections/quota_change.html", partial="sheet", context=context, status=status
    )


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def quota_publish(request: HttpRequest, connection: Connection, quota: str) -> HttpResponse:
    """Take back what was said of a quota on this connection."""
    setting = _setting(request, connection, quota)
    form = ReasonForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_bound and form.is_valid():
        publish_quota(connection, quota, actor=_viewer(request), reason=form.cleaned_data["reason"])
        return _saved(request, connection)
    context = {
        "connection": connection,
        "form": form,
        "title": _("As published: %(quota)s") % {"quota": setting.label},
        "text": _("The published limit holds for the whole row again, unless another connection says else."),
        "submit": _("As published"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "connections/sheet.html", partial="sheet", context=context, status=status)


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def quota_measure(request: HttpRequest, connection: Connection, quota: str) -> HttpResponse:
    """Say what measuring a quota costs; with the form filled in, let the background do it."""
    setting = _setting(request, connection, quota)
    price = price_of(quota, setting.rule)
    if price is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_bound and form.is_valid():
        try:
            ask_to_measure(connection, quota, actor=_viewer(request), reason=form.cleaned_data["reason"])
        except Guarded as problem:
            form.add_error(None, str(problem))
        else:
            return go(request, reverse("connections:quota_rules", args=[connection.slug]))
    context = {
        "connection": connection,
        "form": form,
        "title": _("Measure: %(quota)s") % {"quota": setting.label},
        "text": _(
            "Finds out for what the limit holds: reads of one operation use it up, then it shows whether another "
            "operation is refused. Only reads that change nothing, about things that don't exist; it stops at the "
            "first refusal, and ends with a recommendation."
        ),
        "hit": _(
            "At most %(requests)s requests. For up to %(seconds)s s everybody else waits who needs this quota: "
            "%(quota)s. Do it when it is quiet."
        )
        % {"requests": price.requests, "seconds": price.seconds, "quota": setting.label},
        "submit": _("Measure"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "connections/sheet.html", partial="sheet", context=context, status=status)


@needs(Right.MANAGE)
@require_POST
def quota_apply(request: HttpRequest, connection: Connection, quota: str) -> HttpResponse:
    """Make the rule of a quota what was measured last."""
    _setting(request, connection, quota)
    try:
        apply_measurement(connection, quota, actor=_viewer(request))
    except Guarded as problem:
        messages.error(request, str(problem))
        return go(request, reverse("connections:quota_rules", args=[connection.slug]))
    return _saved(request, connection)


def _setting(request: HttpRequest, connection: Connection, quota: str) -> QuotaSetting:
    try:
        return quota_setting(connection, quota, _viewer(request))
    except KeyError:
        raise Http404 from None


def _saved(request: HttpRequest, connection: Connection) -> HttpResponse:
    messages.success(request, _("Saved. It is in force now, in every process."))
    return go(request, reverse("connections:quota_rules", args=[connection.slug]))


def _viewer(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
