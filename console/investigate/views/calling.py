"""The page of a call: what happened first, then the timeline and the curves that it rests on."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from msgspec.structs import replace

from console.accounts.access import can, needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.addresses import query_with
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.problems import trouble_of
from console.core.trouble_pages import render_trouble
from console.investigate.bands import bands_of
from console.investigate.labels import SYMPTOM_NAMES
from console.investigate.naming import Names
from console.investigate.on_paper import MOST_ON_PAPER, notes_on_paper
from console.investigate.services import noting, recalling
from console.investigate.services.gathering import Gathered
from console.investigate.services.judging import verdict_on
from console.investigate.services.locker import forgotten_at, keeping_of
from console.investigate.shapes import Call, read_key
from console.investigate.verdict.evidence import Complaint
from console.investigate.verdict.result import Clause
from console.investigate.views.asking import Asked, ask
from console.investigate.views.carrying import Carried, carried
from console.investigate.views.lanes import ORDERS, lanes_context
from console.investigate.views.neighbours import neighbours_of
from console.investigate.views.opening import NoCall, Opened, open_call
from console.investigate.views.pairing import pair_context
from console.investigate.views.parts import address, call_url, customer_zone, find_url, names_of, room_url
from console.investigate.views.verdicts import verdict_context
from console.sparkrtc.errors import BadRequest, SparkError

__all__ = ["call_detail"]

_TEMPLATE = "investigate/call.html"
_CLIENT_NOTES = 100
_ONCE = ("1",)
_KNOWN: dict[str, Collection[str]] = {
    "symptom": SYMPTOM_NAMES,
    "sort": ORDERS,
    "fresh": _ONCE,
    "whole": _ONCE,
    "deep": _ONCE,
}
_FREE = ("at", "user", "sender", "receiver", "good", "from", "to", "q", "via")
_PARTIALS = {"timeline": "timeline", "verdict": "verdict"}


@needs(Right.SEE_ROOMS)
@require_safe
def call_detail(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Show a call. Up to four shared requests at first, none once they are stored, none for a kept call."""
    applications, names = names_of(request, connection)
    application = applications.find(app_id)
    context: dict[str, Any] = {
        "connection": connection,
        "app_id": app_id,
        "app_name": names.get(app_id, app_id),
        "room_id": room_id,
        "back_url": _back_url(request, connection),
        "again": request.get_full_path(),
        "piece": wants_piece(request),
    }
    try:
        opened = open_call(request, connection, app_id, room_id)
    except NoCall as problem:
        return _nothing(request, context, problem)
    except SparkError as error:
        if isinstance(error, BadRequest) and not application and applications.age:
            unknown = _("There is no such application, or you have no role on it.")
            return _nothing(request, context, NoCall(timezone.now(), unknown))
        return render_trouble(request, _TEMPLATE, error, partial="call", context=context)
    asked = ask(request, connection, opened, enabled=application.enabled if application else None)
    partial = _PARTIALS.get(request.headers.get("HX-Target", ""), "call")
    context |= _page(request, connection, opened, asked)
    context["verdict_alone"] = partial == "verdict"  # then what its footnotes lead to comes along
    if partial != "timeline":
        verdict = verdict_on(asked.gathered, asked.complaint, asked.limits)
        context |= verdict_context(
            request, connection, opened.call, asked.gathered, verdict, context["events"]
        )
        said = None if context["told"].waits else _said(verdict.headline, context["names"])
        context["investigation"] = _note_visit(request, connection, opened.call, asked.complaint, said)
    return render_page(request, _TEMPLATE, partial=partial, context=context)


def _page(request: HttpRequest, connection: Connection, opened: Opened, asked: Asked) -> dict[str, Any]:
    call, complaint, gathered = opened.call, asked.complaint, asked.gathered
    bands = bands_of(asked.limits)
    zone_name, zone = customer_zone(request)
    events = gathered.events_of(call.room_id)
    return {
        "call": call,
        "complaint": complaint,
        "symptom": SYMPTOM_NAMES.get(complaint.symptom) if complaint.symptom else "",
        "person": call.find(complaint.user_id) if complaint.user_id else None,
        "gathered": gathered,
        "trouble": trouble_of(gathered.problem) if gathered.problem else None,
        **lanes_context(request, call, complaint, gathered, events, bands),
        **pair_context(request, call, complaint, gathered, events, opened.reader, bands),
        "unsent": Carried()
        if wants_piece(request)
        else carried(request, connection, call.app_id, call.room_id),
        **_client_notes(call, complaint, gathered),
        "most_on_paper": MOST_ON_PAPER,
        "paper_moment": complaint.at or call.asked_at,
        "paper_url": request.build_absolute_uri(),
        "notes": noting.notes_of(connection, call.app_id, call.room_id, call.start),
        "neighbours": neighbours_of(request, connection, call),
        "kept": opened.kept,
        "keeping": None if opened.kept else keeping_of(connection, call),
        "call_keep_url": f"{address('keep', connection.slug, call.app_id, call.room_id)}?{request.GET.urlencode()}",
        "fresh_url": query_with(request.GET, fresh="1"),
        "forgotten_at": forgotten_at(call),
        "forgotten": forgotten_at(call) <= timezone.now(),
        "whole_url": query_with(request.GET, whole="1", page=None),
        "whole": request.GET.get("whole") == "1",
        "query": request.GET.urlencode(),
        "zone": zone_name,
        "misread": _misread(request.GET),
        "customer": zone,
        "may_forget": can(request.user, Right.CONFIGURE, connection, call.app_id),
        "room_url": room_url(connection, call.app_id, call.room_id),
        "lives": [
            (
                life,
                call_url(connection, call.app_id, call.room_id, life.start, zone=request.GET.get("zone", "")),
            )
            for life in call.lives
            if life.start != call.start
        ],
    }


def _misread(query: QueryDict) -> list[str]:
    since = ("since",) if read_key(query.get("since", "")) else ()
    return misread(query, _KNOWN, (*_FREE, *since))


def _client_notes(call: Call, complaint: Complaint, gathered: Gathered) -> dict[str, Any]:
    """What clients themselves reported of this call, the earliest first; and which of it goes onto paper."""
    told = [note for note in gathered.evidence.notes if note.at is not None]
    notes = sorted(told, key=lambda note: note.at or call.start)[:_CLIENT_NOTES]
    return {"client_notes": notes, "notes_printed": notes_on_paper(notes, complaint.at or call.asked_at)}


def _said(clause: Clause, names: Names) -> recalling.Said:
    people = {str(clause.params[name]) for name in ("person", "peer") if clause.params.get(name)}
    return recalling.Said(replace(clause, exhibits=()), {one: names.text(one) for one in people})


def _note_visit(
    request: HttpRequest,
    connection: Connection,
    call: Call,
    complaint: Complaint,
    said: recalling.Said | None,
) -> Any:
    return recalling.note_visit(
        request.user,
        connection,
        app_id=call.app_id,
        room_id=call.room_id,
        started_at=call.start,
        user_id=complaint.user_id,
        query=request.GET.urlencode(),
        said=said,
    )


def _back_url(request: HttpRequest, connection: Connection) -> str:
    via = request.GET.get("via", "")
    base = address("find", connection.slug)
    return f"{base}?{via}&list=1" if via else base


def _nothing(request: HttpRequest, context: dict[str, Any], problem: NoCall) -> HttpResponse:
    """Say that no call was found, and what to try."""
    context |= {
        "asked_at": problem.asked_at,
        "problem": problem.problem,
        "find_url": find_url(context["connection"], q=context["room_id"], range="90d", list="1"),
    }
    name = "investigate/call_missing.html"
    return render_page(request, name, partial="missing", context=context, status=404)
