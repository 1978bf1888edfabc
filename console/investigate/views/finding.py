"""The way in: one box that takes whatever somebody pastes."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from console.accounts.access import application_scope, can, needs, require
from console.accounts.models import User
from console.accounts.rights import Right
from console.applications.shapes import Applications
from console.connections.models import Connection
from console.core.addresses import query_with
from console.core.misread import misread
from console.core.pages import go, render_page, wants_piece
from console.core.places import network_name, network_of, region_name, region_of
from console.core.problems import trouble_of
from console.core.text import plain
from console.core.times import is_zone
from console.investigate.forms import WideSearchForm
from console.investigate.labels import RANGE_NAMES, STATE_NAMES, SYMPTOM_NAMES
from console.investigate.models import Investigation
from console.investigate.pasted import LONGEST_TEXT, Moment, Pasted, read_pasted
from console.investigate.services import recalling
from console.investigate.services.finding import RANGES, Found, Narrowing, Row, Search, find
from console.investigate.services.likely import where_to_look
from console.investigate.services.rooms_then import rooms_then
from console.investigate.services.searching import looked_into, price_of, running_search, start_search
from console.investigate.shapes import Session, call_key
from console.investigate.views.parts import call_url, customer_zone, find_url, names_of
from console.investigate.views.pasting import in_address, pasted_text, search_query
from console.investigate.wording import sentence

__all__ = ["find_call", "row_url", "search_of", "search_wide"]

_TEMPLATE = "investigate/find.html"
_REMEMBERED = "rooms.application"  # shared with the pages of rooms: the application looked at last
_LONGEST = 64
_KNOWN: dict[str, Collection[str]] = {"range": RANGES, "state": STATE_NAMES, "list": ("1",), "wide": ("1",)}
_FREE = ("q", "pasted", "app", "region", "isp")
_EVERYWHERE = {"range": "90d", "list": "1", "wide": "1"}


@needs(Right.SEE_ROOMS)
@require_http_methods(["GET", "HEAD", "POST"])
def find_call(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Find sessions by whatever was pasted. Costs at most two requests, five where nobody knows in which application.

    It asks nothing where nothing can be asked. A time alone, with an application chosen, finds the rooms open then.
    When what was pasted leaves no doubt, leads to the call at once; list=1 shows the list all the same. A POST leads to
    the address of its search; what is too long to be read stays in the box.
    """
    asked = request.POST if request.method == "POST" else request.GET
    if request.method == "POST" and len(text := asked.get("q", "").strip()) <= LONGEST_TEXT:
        return HttpResponseRedirect(f"{request.path}?{search_query(request, text)}")
    applications, search = search_of(request, connection, asked)
    pasted = search.pasted
    context = _context(request, connection, applications, search, asked)
    if pasted.cut:
        return render_page(request, _TEMPLATE, partial="found", context=context, status=422)
    if not pasted.text:
        context["recent"] = [(one, _headline(one)) for one in recalling.recent(request.user, connection)]
        return render_page(request, _TEMPLATE, partial="found", context=context)
    if pasted.place is not None and (place_url := _place_url(request, connection, pasted)):
        return go(request, place_url)
    moment = pasted.moment
    if (moment and moment.future) or (pasted.empty and not (moment and search.app_id)):
        return render_page(request, _TEMPLATE, partial="found", context=context)
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    when_alone = pasted.empty and moment is not None
    if when_alone and moment is not None:
        found = rooms_then(connection, search.app_id, moment, scope=scope)
    else:
        found = find(connection, search, scope=scope)
    context["when_alone"] = when_alone
    only = found.only
    if only is not None and request.GET.get("list") != "1" and _beyond_doubt(pasted):
        return go(
            request, row_url(connection, search, only, zone=request.GET.get("zone", ""), via=_via(request))
        )
    context |= _shown(request, connection, search, found)
    if found.problem is not None:
        context["trouble"] = trouble_of(found.problem)
    response = render_page(request, _TEMPLATE, partial="found", context=context)
    if wants_piece(request):
        response["HX-Push-Url"] = request.get_full_path()
    return response


@needs(Right.SEE_ROOMS, Right.RUN_WORK)
@require_POST
def search_wide(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Start a search over all applications and 90 days in the background, and lead back to where results appear.

    wide=1 in the address: an application that was chosen, or that the text names, hides nothing of other ones there.
    """
    form = WideSearchForm(request.POST)
    asked = {name: request.POST.get(name, "") for name in ("q", "zone")}
    back = find_url(connection, **in_address(request, asked["q"]), zone=asked["zone"], **_EVERYWHERE)
    if form.is_valid():
        applications, names = names_of(request, connection)
        pasted = read_pasted(form.cleaned_data["q"], zone=form.customer_zone, now=timezone.now(), apps=names)
        start_search(
            connection,
            pasted,
            applications.items,
            actor=request.user if isinstance(request.user, User) else None,
            run_id=form.cleaned_data["form_id"],
            query=back.partition("?")[2],
        )
    return HttpResponseRedirect(back)


def search_of(request: HttpRequest, connection: Connection, asked: Any = None) -> tuple[Applications, Search]:
    """Read a search from an address (by default the request's). Checks the right on the application that it names."""
    asked = request.GET if asked is None else asked
    applications, names = names_of(request, connection)
    _zone, zone = customer_zone(request)
    pasted = read_pasted(pasted_text(request, asked), zone=zone, now=timezone.now(), apps=names)
    app_id = asked.get("app", "")
    if app_id:
        require(request.user, Right.SEE_ROOMS, connection, app_id)
    search = Search(
        pasted,
        app_id,
        range=asked.get("range") if asked.get("range") in RANGES else "24h",
        narrowing=Narrowing(
            region_of(asked.get("region", "").strip()[:_LONGEST]),
            network_of(asked.get("isp", "").strip()[:_LONGEST]),
            asked.get("state", "") if asked.get("state", "") in STATE_NAMES else "",
        ),
    )
    if not app_id and not pasted.empty:
        scope = application_scope(request.user, Right.SEE_ROOMS, connection)
        last = request.session.get(_REMEMBERED, {}).get(connection.slug, "")
        likely = where_to_look(connection, search, applications.items, scope=scope, looked_at=last)
        if asked.get("wide") == "1":
            likely = tuple(dict.fromkeys([*likely, *names]))
        places = [one for one in likely if one in names]
        if places:
            search = replace(search, app_id=places[0], also=tuple(places[1:]))
    return applications, search


def _headline(one: Investigation) -> str:
    """What was found wrong in a call looked at before, in the language of whoever reads it now."""
    said = recalling.said_of(one)
    if said is None:
        return one.headline
    return sentence(said.clause, lambda user_id: said.names.get(user_id, plain(user_id)))


def _beyond_doubt(pasted: Pasted) -> bool:
    return (pasted.moment is not None and not pasted.moment.week) or bool(pasted.sessions)


def _place_url(request: HttpRequest, connection: Connection, pasted: Pasted) -> str:
    """Where a pasted link of this console leads; what it names is checked there."""
    place = pasted.place
    assert place is not None
    return (
        place.path if place.path.startswith(f"/c/{place.slug}/") and not place.path.startswith("//") else ""
    )


def _context(
    request: HttpRequest, connection: Connection, applications: Applications, search: Search, asked: QueryDict
) -> dict[str, Any]:
    zone, at = customer_zone(request, asked)
    text = pasted_text(request, asked)
    now = timezone.now()
    moment = search.pasted.moment
    return {
        "connection": connection,
        "applications": applications,
        "search": search,
        "pasted": search.pasted,
        "text": text,
        "length": len(text),
        "longest": LONGEST_TEXT,
        "gone": "pasted" in asked and not text,
        "place": applications.find(_named_app(request, search)),
        "chosen_app": asked.get("app", ""),
        "symptom": SYMPTOM_NAMES.get(search.pasted.symptom) if search.pasted.symptom else "",
        "ranges": [(name, RANGE_NAMES[name]) for name in RANGES],
        "states": STATE_NAMES.items(),
        "zone": zone,
        "customer_time": _customer_time(moment, zone, at) if moment else "",
        "narrowed": any((search.narrowing.region, search.narrowing.isp, search.narrowing.state)),
        "narrowed_region": region_name(search.narrowing.region),
        "narrowed_network": network_name(search.narrowing.isp),
        "wider_url": query_with(request.GET, region=None, isp=None, state=None),
        "piece": wants_piece(request),
        "misread": misread(request.GET, _KNOWN, _FREE),
        "again": request.get_full_path(),
        "now": now,
        "may_see_rules": can(request.user, Right.SEE_INSIGHTS, connection),
        "may_configure": can(request.user, Right.CONFIGURE, connection, whole=True),
    }


def _named_app(request: HttpRequest, search: Search) -> str:
    """Return the application that somebody chose or named; "" where it is a guess."""
    return request.GET.get("app", "") or next(iter(search.pasted.apps), "")


def _customer_time(moment: Moment, zone: str, at: tzinfo) -> str:
    """Return the moment on the customer's clock, the day where it is another one; "" where it is the viewer's clock."""
    at, name = (moment.clock, moment.zone) if moment.clock else (at, zone)
    ours = [timezone.localtime(one) for one in (moment.start, moment.end)]
    theirs = [one.astimezone(at) for one in ours]
    if all(one.utcoffset() == other.utcoffset() for one, other in zip(ours, theirs, strict=True)):
        return ""
    first, last = (
        f"{one:%Y-%m-%d %H:%M}" if one.date() != other.date() else f"{one:%H:%M}"
        for one, other in zip(theirs, ours, strict=True)
    )
    return f"{first} {name}" if moment.start == moment.end else f"{first} – {last} {name}"


def _shown(request: HttpRequest, connection: Connection, search: Search, found: Found) -> dict[str, Any]:
    applications, names = names_of(request, connection)
    pasted, zone, via = search.pasted, request.GET.get("zone", ""), _via(request)
    places = dict.fromkeys([*(row.session.app_id for row in found.rows), *(room[0] for room in found.rooms)])
    only = next(iter(places), "") if len(places) == 1 else ""
    wide = price_of(connection, pasted, applications.items)
    run = running_search(connection, request.user, pasted)
    searched = looked_into(run) if run and found.left else set()
    return {
        "found": found,
        "place": applications.find(only or _named_app(request, search)),
        "looked": [names.get(one, one) for one in found.looked],
        "left": [names.get(one, one) for one in found.left if one not in searched],
        "rows": [
            {
                "row": row,
                "session": row.session,
                "app_name": names.get(row.session.app_id, row.session.app_id),
                "url": row_url(connection, search, row, zone=zone, via=via),
            }
            for row in found.rows
        ],
        "rooms": [
            {
                "app_name": names.get(app_id, app_id),
                "room_id": room_id,
                "opened_at": opened,
                "closed_at": closed,
                "url": call_url(
                    connection,
                    app_id,
                    room_id,
                    _inside(search, opened, closed),
                    symptom=search.pasted.symptom or "",
                    zone=_named_zone(search) or zone,
                    via=via,
                ),
            }
            for app_id, room_id, opened, closed in found.rooms
        ],
        "near": sum(1 for row in found.rows if row.touches),
        "age": found.age,
        "wide": wide,
        "wide_form": WideSearchForm(initial={"q": search.pasted.text, "zone": request.GET.get("zone", "")}),
        "run": run,
        "index_only": not pasted.empty
        and not (pasted.users or pasted.rooms or pasted.names)
        and bool(pasted.addresses or pasted.sessions),
    }


def _inside(search: Search, opened: Any, closed: Any) -> Any:
    """The moment that is meant, where the room was open then; else when it opened."""
    moment = search.pasted.moment
    if moment is not None and moment.at >= opened and (closed is None or moment.at <= closed):
        return moment.at
    return opened


def row_url(connection: Connection, search: Search, row: Row, *, zone: str, via: str) -> str:
    """Return the address of the call that a row belongs to, at the moment named if it was going on then."""
    session = row.session
    moment = search.pasted.moment
    zone = _named_zone(search) or zone
    at = moment.at if moment is not None and row.touches else session.joined_at
    whole = ""
    if moment is not None and row.touches and moment.end > moment.start and not _covers(session, at):
        at, whole = (
            max(session.joined_at or moment.start, moment.start),
            "1",
        )  # which minute was meant is not known
    symptom = search.pasted.symptom
    more = {"user": session.user_id, "symptom": symptom.value if symptom else "", "zone": zone, "via": via}
    more["whole"] = whole
    if session.joined_at and at and session.joined_at < at:
        more["since"] = call_key(session.joined_at)
    return call_url(connection, session.app_id, session.room_id, at, **more)


def _covers(session: Session, at: datetime | None) -> bool:
    """Whether somebody was there at a moment."""
    joined, end = session.joined_at, session.until(timezone.now())
    return joined is not None and end is not None and at is not None and joined <= at <= end


def _named_zone(search: Search) -> str:
    """Return the zone that the text names, whose clock is the customer's; logs are in UTC, whoever wrote them."""
    moment = search.pasted.moment
    return moment.zone if moment and moment.zone != "UTC" and is_zone(moment.zone) else ""


def _via(request: HttpRequest) -> str:
    """The search as a call's address takes it along, so that the way back and the next call are known."""
    kept = request.GET.copy()
    for name in ("list", "page", "zone"):
        kept.pop(name, None)
    return kept.urlencode()
