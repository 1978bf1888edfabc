"""Screens: making them and taking them back; and the page that such a screen shows, which is nobody's."""

import uuid
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from console.accounts.access import needs, open_to_all
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.forms import ScreenForm, TokenForm
from console.analytics.models import Screen
from console.analytics.panels import panels_for_screen
from console.analytics.services.known import remembered, why_it_rests
from console.analytics.services.screens import (
    list_screens,
    make_screen,
    may_look,
    may_try,
    open_screen,
    revoke_screen,
)
from console.analytics.views.wall import wall_of
from console.connections.models import Connection
from console.core.middleware import client_address
from console.core.once import first_time
from console.core.pages import go, render_page
from console.core.sheets import SHOWN_SECONDS, render_secret, render_sheet
from console.core.times import zone_name

__all__ = ["screen_list", "screen_new", "screen_revoke", "screen_wall"]

_METHODS = ["GET", "HEAD", "POST"]
_COOKIE = "console_screen"


@needs(Right.CONFIGURE, whole=True)
@require_safe
def screen_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the screens that may show, or could show, the wall."""
    names = {app.app_id: app.name for app in remembered(connection, None)}
    rows = [_row(screen, names) for screen in list_screens(connection)]
    return render(request, "analytics/screens.html", {"connection": connection, "rows": rows})


def _row(screen: Screen, names: dict[str, str]) -> dict[str, Any]:
    live = screen.revoked_at is None and screen.expires_at > timezone.now()
    if screen.revoked_at is not None:
        state, tone = _("taken back"), "unknown"
    elif not live:
        state, tone = _("over"), "unknown"
    else:
        state, tone = _("in use"), "good"
    app_name = names.get(screen.app_id, screen.app_id)
    return {"screen": screen, "app_name": app_name, "state": state, "tone": tone, "live": live}


@needs(Right.CONFIGURE, whole=True)
@never_cache
@require_http_methods(_METHODS)
def screen_new(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Make a screen; its token is shown once, for a minute."""
    applications = remembered(connection, None)
    initial = {"zone": zone_name(), "language": get_language(), "form_id": uuid.uuid4()}
    if request.method != "POST":
        form = ScreenForm(applications=applications, initial=initial)
        return _sheet(request, connection, form, 200)
    form = ScreenForm(request.POST, applications=applications)
    if not form.is_valid():
        return _sheet(request, connection, form, 422)
    if not first_time(form.cleaned_data["form_id"]):
        form.add_error(
            None, _("This form had been sent before, and shows nothing a second time. Send it anew.")
        )
        return _sheet(request, connection, form, 409)
    values = {name: form.cleaned_data[name] for name in ("name", "app_id", "days", "language", "zone")}
    _screen, token = make_screen(connection, actor=cast(User, request.user), **values)
    address = request.build_absolute_uri(reverse("screen", args=[connection.slug]))
    context = _frame(connection, _("The screen's token")) | {
        "body": "analytics/_screen_token_body.html",
        "url": f"{address}#{token}",
        "token": token,
        "wide": True,
    }
    return render_secret(request, context)


@needs(Right.CONFIGURE, whole=True)
@require_http_methods(_METHODS)
def screen_revoke(request: HttpRequest, connection: Connection, screen_id: int) -> HttpResponse:
    """Ask whether to take the wall from a screen; sent by POST, do so."""
    screen = Screen.objects.filter(connection=connection, pk=screen_id).first()
    if screen is None:
        raise Http404(_("There is no such screen."))
    if request.method == "POST":
        revoke_screen(connection, screen_id, actor=cast(User, request.user))
        messages.success(request, _("The screen shows the wall no more."))
        return go(request, reverse("overview:screens", args=[connection.slug]))
    context = _frame(connection, _("Take the wall from this screen")) | {
        "subject": screen.name,
        "body": "analytics/_screen_revoke_body.html",
        "submit": _("Take back"),
        "danger": True,
    }
    return render_sheet(request, context)


@open_to_all
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(_METHODS)
def screen_wall(request: HttpRequest, connection: str) -> HttpResponse:
    """Show the wall to a screen whose cookie holds a token of this connection; else ask for the token.

    Nobody is signed in by it: there is no session, and the cookie goes to this address alone.
    """
    if request.method == "POST":
        return _opened(request, connection)
    screen = open_screen(connection, request.COOKIES.get(_COOKIE, ""), client_address(request))
    if screen is None:
        if request.htmx:  # type: ignore[attr-defined]
            return go(request, request.path)  # taken back meanwhile: the whole page goes dark
        return _ask(request, TokenForm())
    now = timezone.now()
    if not may_look(screen, now):
        answer = HttpResponse(_("This screen looks too often."), status=429)
        answer["Retry-After"] = "60"
        return answer
    translation.activate(screen.language or "en")
    with timezone.override(screen.zone):
        return _wall(request, screen)


def _wall(request: HttpRequest, screen: Screen) -> HttpResponse:
    connection = screen.connection
    known = [app for app in remembered(connection, None) if not app.gone]
    chosen = [app for app in known if app.app_id == screen.app_id] if screen.app_id else known
    context: dict[str, Any] = {
        "connection": connection,
        "screen": True,
        "wall": True,
        "app_name": chosen[0].name if screen.app_id and chosen else "",
        "again": request.path,
        "rests": why_it_rests(connection),
    }
    if chosen:
        context |= wall_of(chosen)
        context["panels"] = panels_for_screen(connection, [app.app_id for app in chosen])
    return render_page(request, "analytics/screen.html", partial="wall", context=context)


def _opened(request: HttpRequest, slug: str) -> HttpResponse:
    address, form = client_address(request), TokenForm(request.POST)
    if not may_try(address):
        return _ask(request, TokenForm(), 429)
    screen = open_screen(slug, form.cleaned_data["token"].strip(), address) if form.is_valid() else None
    if screen is None:
        if form.is_valid():
            may_try(address, failed=True)
            form.add_error("token", _("This token opens nothing here: it is wrong, over, or was taken back."))
        return _ask(request, form, 422)
    answer = HttpResponseRedirect(request.path)
    answer.set_cookie(
        _COOKIE,
        form.cleaned_data["token"].strip(),
        expires=screen.expires_at,
        path=request.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


def _ask(request: HttpRequest, form: TokenForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "slow": status == 429}
    answer = render(request, "analytics/screen_open.html", context, status=status)
    if status == 429:
        answer["Retry-After"] = "600"
    return answer


def _frame(connection: Connection, title: str) -> dict[str, Any]:
    back = reverse("overview:screens", args=[connection.slug])
    return {
        "connection": connection,
        "title": title,
        "crumbs": [(connection.name, ""), (_("Screens"), back)],
        "back_url": back,
        "seconds": SHOWN_SECONDS,
    }


def _sheet(request: HttpRequest, connection: Connection, form: ScreenForm, status: int) -> HttpResponse:
    context = _frame(connection, _("New screen")) | {
        "form": form,
        "body": "analytics/_screen_body.html",
        "submit": _("Make the token"),
    }
    return render_sheet(request, context, status=status)
