"""Pages of the evidence locker: keeping, deleting, what is kept by itself, and whose calls are."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import go, render_page
from console.core.paging import page_of, size_of, whole_number
from console.core.problems import trouble_of
from console.core.sheets import render_sheet
from console.investigate.forms import ForgetForm, PolicyForm, WatchForm
from console.investigate.models import KeptCall
from console.investigate.services import locker, watchers
from console.investigate.views.carrying import carry
from console.investigate.views.opening import NoCall, open_call
from console.investigate.views.parts import address, call_url, names_of, user_url
from console.sparkrtc.errors import SparkError

__all__ = ["call_keep", "kept_forget", "kept_list", "locker_policy", "user_unwatch", "user_watch"]

_form_view = require_http_methods(["GET", "HEAD", "POST"])


@needs(Right.SEE_ROOMS)
@require_safe
def kept_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List kept calls, latest first. Asks our own database only."""
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    found = locker.kept_calls(connection, scope)
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()[:128]
    if state in KeptCall.State.values:
        found = found.filter(state=state)
    if search:
        found = found.filter(room_id__contains=search)
    size, number = size_of(request.GET), whole_number(request.GET.get("page"), 1)
    rows = list(found[(number - 1) * size : number * size])
    _applications, names = names_of(request, connection)
    context = {
        "connection": connection,
        "rows": [
            {
                "kept": one,
                "app_name": names.get(one.app_id, one.app_id),
                "url": call_url(
                    connection,
                    one.app_id,
                    one.room_id,
                    one.started_at,
                    user=one.user_ids[0] if one.user_ids else "",
                ),
            }
            for one in rows
        ],
        "state": state,
        "states": KeptCall.State.choices,
        "search": search,
        "misread": misread(request.GET, {"state": KeptCall.State.values}, ("q",)),
        "page": page_of(request.GET, size=size, shown=len(rows), total=found.count()),
        "policy": locker.policy_of(connection),
        "bytes": locker.size_of_locker(connection),
        "watched": [
            (one, user_url(connection, one.app_id, one.user_id))
            for one in watchers.watched(connection, scope)
        ],
        "may_configure": can(request.user, Right.CONFIGURE, connection, whole=True),
        "may_forget": can(request.user, Right.CONFIGURE, connection),
        "may_watch": can(request.user, Right.SEE_INSIGHTS, connection),
    }
    return render_page(request, "investigate/kept_list.html", partial="kept", context=context)


@needs(Right.SEE_ROOMS)
@require_POST
def call_keep(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Keep the call that the address names, and lead back to it, with what is half written about it."""
    back = f"{address('call', connection.slug, app_id, room_id)}?{request.GET.urlencode()}"
    try:
        opened = open_call(request, connection, app_id, room_id)
    except NoCall:
        raise Http404(_("There is no such call.")) from None
    except SparkError as error:
        carry(request, connection, app_id, room_id)
        messages.error(request, trouble_of(error).title)
        return HttpResponseRedirect(back)
    carry(request, connection, app_id, room_id)
    if opened.kept is None:
        user_ids = [request.GET.get("user", ""), request.GET.get("sender", "")]
        reason = request.POST.get("reason", "").strip()
        locker.keep_call(connection, opened.call, user_ids=user_ids, reason=reason, actor=_actor(request))
        messages.success(request, _("This call will be kept, as soon as its statistics are final."))
    return HttpResponseRedirect(back)


@needs(Right.CONFIGURE)
@_form_view
def kept_forget(request: HttpRequest, connection: Connection, kept_id: int) -> HttpResponse:
    """Ask why a kept call is to be deleted; with a reason, delete it."""
    scope = application_scope(request.user, Right.CONFIGURE, connection)
    kept = locker.kept_calls(connection, scope).filter(pk=kept_id).first()
    if kept is None:
        raise Http404(_("There is no such kept call, or it is not for you to delete."))
    back = address("kept", connection.slug)
    context = {
        "title": _("Delete the kept call"),
        "subject": kept.room_id,
        "crumbs": [
            (connection.name, ""),
            (_("Investigate"), address("find", connection.slug)),
            (_("Kept calls"), back),
        ],
        "body": "investigate/_forget.html",
        "back_url": back,
        "submit": _("Delete"),
        "danger": True,
        "kept": kept,
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": ForgetForm(request=request)})
    form = ForgetForm(request.POST, request=request)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    locker.forget_call(kept, actor=_actor(request), reason=form.reason)
    messages.success(request, _("The kept call is deleted."))
    return go(request, back)


@needs(Right.CONFIGURE, whole=True)
@_form_view
def locker_policy(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Say what is kept by itself, and change it."""
    policy, back = locker.policy_of(connection), address("kept", connection.slug)
    context = {
        "title": _("What is kept by itself"),
        "crumbs": [
            (connection.name, ""),
            (_("Investigate"), address("find", connection.slug)),
            (_("Kept calls"), back),
        ],
        "body": "investigate/_policy.html",
        "back_url": back,
        "submit": _("Save"),
    }
    initial = {
        "keep_verdicts": policy.keep_verdicts,
        "keep_complaints": policy.keep_complaints,
        "days": policy.days,
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": PolicyForm(initial=initial)})
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    locker.set_policy(connection, **form.cleaned_data, actor=_actor(request))
    messages.success(request, _("Saved."))
    return go(request, back)


@needs(Right.SEE_INSIGHTS)
@_form_view
def user_watch(request: HttpRequest, connection: Connection, app_id: str, user_id: str) -> HttpResponse:
    """Ask for how long and why somebody's calls are to be kept; with both, watch them."""
    back = user_url(connection, app_id, user_id)
    context: dict[str, Any] = {
        "title": _("Keep the calls of"),
        "subject": user_id,
        "crumbs": [
            (connection.name, ""),
            (_("Investigate"), address("find", connection.slug)),
            (user_id, back),
        ],
        "body": "investigate/_watch.html",
        "back_url": back,
        "submit": _("Keep their calls"),
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": WatchForm()})
    form = WatchForm(request.POST)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    until = timezone.now() + timedelta(days=form.cleaned_data["days"])
    watchers.watch(connection, app_id, user_id, until=until, reason=form.reason, actor=_actor(request))
    messages.success(request, _("Their calls are kept from now on."))
    return go(request, back)


@needs(Right.SEE_INSIGHTS)
@require_POST
def user_unwatch(request: HttpRequest, connection: Connection, watched_id: int) -> HttpResponse:
    """End watching somebody."""
    scope = application_scope(request.user, Right.SEE_INSIGHTS, connection)
    if not watchers.watched(connection, scope).filter(pk=watched_id).exists():
        raise Http404(_("Nobody watches them."))
    watchers.unwatch(connection, watched_id, actor=_actor(request))
    return HttpResponseRedirect(address("kept", connection.slug))


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
