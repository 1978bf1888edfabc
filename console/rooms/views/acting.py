"""The two dialogs that act on a room: a page of its own without scripts, a dialog over the room's page with them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.connections.models import Connection
from console.core.pages import wants_piece
from console.core.problems import trouble_of
from console.rooms.extras import count_recordings
from console.rooms.forms import DismissForm, RemoveForm
from console.rooms.services.audience import Audience, meet
from console.rooms.services.moderation import (
    AlreadyAsked,
    Asked,
    NobodyThere,
    dismiss_room,
    remove_participants,
    sent_before,
)
from console.rooms.services.progress import get_progress, list_under_way
from console.rooms.views.parts import address
from console.rooms.views.progress import progress_context, said_aloud
from console.sparkrtc.errors import NotFound, SparkError

__all__ = ["room_dismiss", "room_remove"]

_REMOVE, _DISMISS = "rooms/room_remove.html", "rooms/room_dismiss.html"
_METHODS = ["GET", "HEAD", "POST"]
_NAMES_SHOWN = 5
_SENT_BEFORE = gettext_lazy(
    "This form had been sent before: nothing was sent a second time. "
    "What you see, also the reason, is of the first time."
)


@needs(Right.MODERATE)
@require_http_methods(_METHODS)
def room_remove(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Ask whom to remove and why; with the form filled in, do it.

    A GET, or a POST without the form's own fields (a selection too long for an address), shows the form.
    """
    earlier = _earlier(request, connection, app_id, room_id)
    if earlier is not None:
        return earlier
    audience = meet(connection, app_id, room_id)
    asking = request.POST if request.method == "POST" else request.GET
    everyone = asking.get("all") == "1"
    hit, gone = _meant(audience, asking.getlist("user"), everyone=everyone)
    context = _context(request, connection, app_id, room_id, audience)
    context |= {"everyone": everyone, "hit": audience.named(hit), "gone": gone}
    context["under_way"] = list_under_way(connection, app_id, room_id, hit)
    if not hit or audience.closed:
        return _dialog(request, _REMOVE, context, status=404 if audience.room is None else 409)
    if "form_id" not in request.POST:
        context["form"] = RemoveForm(initial=_as_asked(hit, everyone=everyone))
        return _dialog(request, _REMOVE, context)
    form = context["form"] = RemoveForm(request.POST)
    if not form.is_valid():
        return _dialog(request, _REMOVE, context, status=422)
    if everyone and _changed_much(form.cleaned_data["seen"], len(hit)):
        return _kept(request, _REMOVE, context, _more_than_told(len(hit)), 409, seen=len(hit))
    try:
        asked = remove_participants(
            connection,
            app_id,
            room_id,
            hit,
            actor=_actor(request),
            reason=form.reason,
            everyone=everyone,
            action_id=form.cleaned_data["form_id"],
        )
    except NobodyThere:
        return _dialog(request, _REMOVE, context | {"hit": [], "gone": hit}, status=409)
    except SparkError as error:
        return _refused(request, _REMOVE, context, error)
    return _done(request, connection, asked, (*gone, *asked.gone))


@needs(Right.MODERATE)
@require_http_methods(_METHODS)
def room_dismiss(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Say who is hit and ask why; with the form filled in, dismiss the room.

    ?part=audience asks for who is hit alone: where that could not be read, the dialog asks again, and keeps its form.
    """
    earlier = _earlier(request, connection, app_id, room_id)
    if earlier is not None:
        return earlier
    audience = meet(connection, app_id, room_id)
    context = _context(request, connection, app_id, room_id, audience)
    people = list(audience.people)
    context |= {"hit": audience.named(people), "known": audience.crowd is not None}
    context["recordings"] = count_recordings(connection, [app_id], room_id)
    if audience.room is None:
        return _dialog(request, _DISMISS, context, status=404)
    if audience.closed:
        return _dialog(request, _DISMISS, context, status=409)
    if request.GET.get("part") == "audience" and context["piece"]:
        return render(request, f"{_DISMISS}#audience", context | {"part": True})
    context["under_way"] = list_under_way(connection, app_id, room_id)
    if request.method != "POST":
        context["form"] = DismissForm(request=request, initial={"seen": len(people)})
        return _dialog(request, _DISMISS, context)
    form = context["form"] = DismissForm(request.POST, request=request)
    if not form.is_valid():
        return _dialog(request, _DISMISS, context, status=422)
    if context["known"] and _changed_much(form.cleaned_data["seen"], len(people)):
        return _kept(request, _DISMISS, context, _more_than_told(len(people)), 409, seen=len(people))
    try:
        asked = dismiss_room(
            connection,
            app_id,
            room_id,
            actor=_actor(request),
            reason=form.reason,
            action_id=form.cleaned_data["form_id"],
        )
    except AlreadyAsked as other:
        return _dialog(request, _DISMISS, context | {"other": other.action}, status=409)
    except NotFound as error:
        return _dialog(request, _DISMISS, context | {"ended": trouble_of(error)}, status=409)
    except SparkError as error:
        return _refused(request, _DISMISS, context, error)
    return _done(request, connection, asked, ())


def _earlier(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse | None:
    """Lead to what this very form did when it was sent the first time."""
    form_id = request.POST.get("form_id", "")
    action = sent_before(connection, app_id, room_id, form_id) if form_id else None
    return _done(request, connection, Asked(action, repeated=True), ()) if action else None


def _meant(audience: Audience, user_ids: list[str], *, everyone: bool) -> tuple[list[str], list[str]]:
    return (list(audience.people), []) if everyone else audience.split(user_ids)


def _as_asked(hit: list[str], *, everyone: bool) -> dict[str, Any]:
    """What the form carries: everybody as such, with how many they are now, or the people one by one."""
    return {"all": "1", "seen": len(hit)} if everyone else {"user": hit}


def _context(
    request: HttpRequest, connection: Connection, app_id: str, room_id: str, audience: Audience
) -> dict[str, Any]:
    return {
        "connection": connection,
        "app_id": app_id,
        "application": known_application(applications_of(request, connection), app_id),
        "room_id": room_id,
        "room": audience.room,
        "age": audience.crowd.age if audience.crowd else None,
        "unread": trouble_of(audience.problem) if audience.problem else None,
        "names_shown": _NAMES_SHOWN,
        "room_url": address("detail", connection, app_id, room_id),
        "here": request.path,
        "piece": wants_piece(request),
    }


def _changed_much(told: int | None, now: int) -> bool:
    """Whether so many more (or fewer) are hit now that whoever agreed would want to know."""
    return abs(now - (told or 0)) > max(2, (told or 0) // 10)


def _more_than_told(now: int) -> str:
    return ngettext(
        "Now %(count)s person is in the room, not as many as you were told. Nothing was sent: decide again.",
        "Now %(count)s people are in the room, not as many as you were told. Nothing was sent: decide again.",
        now,
    ) % {"count": now}


def _refused(request: HttpRequest, template: str, context: dict[str, Any], error: SparkError) -> HttpResponse:
    """Show the form again, filled in, with what went wrong; nothing is tried again by itself."""
    trouble = trouble_of(error)
    response = _kept(request, template, context | {"trouble": trouble}, "", trouble.status)
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
    return response


def _kept(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    message: str,
    status: int,
    seen: int | None = None,
) -> HttpResponse:
    """Show the form again as it was, with an id of its own: what was sent before stays what it was."""
    data = request.POST.copy()
    data["form_id"] = str(uuid.uuid4())
    if seen is not None:
        data["seen"] = str(seen)
    form = DismissForm(data, request=request) if template == _DISMISS else RemoveForm(data)
    if form.is_valid() and message:
        form.add_error(None, message)
    return _dialog(request, template, context | {"form": form}, status=status)


def _done(request: HttpRequest, connection: Connection, asked: Asked, gone: tuple[str, ...]) -> HttpResponse:
    """Lead to the progress of the action: in place of the form in a dialog, by a redirect elsewhere."""
    progress = get_progress(connection, None, asked.action.pk)
    context = progress_context(request, connection, progress) | {"gone": gone}
    if not wants_piece(request):
        if asked.repeated:
            messages.warning(request, _SENT_BEFORE)
        if gone:
            messages.info(request, _had_left(len(gone)))
        return HttpResponseRedirect(context["progress_url"])
    context |= {
        "had_left": _had_left(len(gone)) if gone else "",
        "sent_before": _SENT_BEFORE if asked.repeated else "",
        "piece": True,
        "spoken": said_aloud(progress),
    }
    response = render(request, "rooms/action.html#progress", context)
    response["HX-Trigger-After-Swap"] = "room-changed, selection-over"
    return response


def _had_left(count: int) -> str:
    return ngettext(
        "%(count)s of them had left before and was not asked for.",
        "%(count)s of them had left before and were not asked for.",
        count,
    ) % {"count": count}


def _dialog(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    piece = wants_piece(request)
    response = render(request, f"{template}#dialog" if piece else template, context, status=status)
    if piece:  # whatever the status, what it says belongs into the dialog
        response["HX-Retarget"] = "#dialog-body"
        response["HX-Reswap"] = "innerHTML"
    patch_vary_headers(response, ("HX-Request",))
    return response


def _actor(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
