"""The timeline's part of a call's page."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.core.addresses import query_with
from console.core.paging import page_of, whole_number
from console.core.places import spellings
from console.investigate.bands import Bands
from console.investigate.exhibits import MOST_EVENTS
from console.investigate.factors import is_own
from console.investigate.on_paper import events_on_paper
from console.investigate.ranges import Shown, read_shown
from console.investigate.services.gathering import Gathered
from console.investigate.shapes import Call, Person
from console.investigate.timeline import draw
from console.investigate.verdict.evidence import AbnormalEvent, Complaint, SourceName, SourceState

__all__ = ["ORDERS", "lanes_context"]

LANES = 60
ORDERS = {"worst": _("Worst first"), "joined": _("First to come"), "name": _("By name")}
_RANGE_PROBLEMS = {
    "unreadable": _("The range in this address cannot be read; the whole call is shown."),
    "backwards": _("The range in this address ends before it starts; the whole call is shown."),
    "outside": _("The range in this address lies outside of the call; the whole call is shown."),
}
_UNREAD = (SourceState.FAILED, SourceState.NOT_ASKED)


def lanes_context(
    request: HttpRequest,
    call: Call,
    complaint: Complaint,
    gathered: Gathered,
    events: Sequence[AbnormalEvent],
    bands: Bands,
) -> dict[str, Any]:
    """Return what the timeline and the list of events are shown with."""
    shown = read_shown(request.GET, call)
    order = request.GET.get("sort", "")
    order = order if order in ORDERS else "worst"
    search = request.GET.get("q", "").strip()[:100]
    timeline = draw(
        call,
        shown.range,
        series=gathered.evidence.series,
        events=events,
        bands=bands,
        zone=timezone.get_current_timezone(),
        order=order,
        first=complaint.user_id,
        fits=lambda person: _fits(person, search.casefold()),
        skip=(whole_number(request.GET.get("page"), 1) - 1) * LANES,
        most=LANES,
    )
    return {
        "timeline": timeline,
        "shown": shown,
        "range_problem": _RANGE_PROBLEMS.get(shown.problem, ""),
        "page": page_of(request.GET, size=LANES, shown=len(timeline.lanes), total=timeline.total),
        "orders": ORDERS.items(),
        "order": order,
        "search": search,
        "lanes_kept": [(n, v) for n, v in request.GET.items() if n not in ("q", "sort", "page")],
        "links": _links(request, call, shown),
        "events": events,
        "event_rows": _event_rows(call, events, complaint),
        "events_listed": min(len(events), MOST_EVENTS),
        "events_unread": _state_of(gathered, SourceName.EVENTS) in _UNREAD,
        "events_partial": _state_of(gathered, SourceName.EVENTS) is SourceState.PARTIAL,
        "curves_read": _curves_read(gathered),
    }


def _fits(person: Person, wanted: str) -> bool:
    if not wanted:
        return True
    last = person.last
    texts = (person.user_id, person.name, last.device, last.platform, last.sdk, *spellings(last))
    return any(wanted in text.casefold() for text in texts)


def _links(request: HttpRequest, call: Call, shown: Shown) -> dict[str, str]:
    """Return the addresses of other ranges, and of everybody."""
    ranges = {
        "whole": {"from": "", "to": ""},
        "closer": shown.closer,
        "wider": shown.wider,
        "earlier": shown.earlier,
        "later": shown.later,
        "asked": shown.around(call.asked_at),
    }
    found = {name: query_with(request.GET, page=None, **asked) for name, asked in ranges.items()}
    return found | {"everybody": query_with(request.GET, page=None, q=None)}


def _event_rows(call: Call, events: Sequence[AbnormalEvent], complaint: Complaint) -> list[dict[str, Any]]:
    names = {person.user_id: person.name for person in call.people}
    printed = events_on_paper(events, complaint.user_id, complaint.at or call.asked_at)
    return [
        {
            "number": number,
            "event": event,
            "name": names.get(event.user_id, event.user_id),
            "peer": names.get(event.peer_id, event.peer_id),
            "own": is_own(event),
            "printed": number in printed,
            "listed": number < MOST_EVENTS,
        }
        for number, event in enumerate(events)
        if number < MOST_EVENTS or number in printed
    ]


def _state_of(gathered: Gathered, name: SourceName) -> SourceState | None:
    return next((one.state for one in gathered.evidence.sources if one.asked.name is name), None)


def _curves_read(gathered: Gathered) -> tuple[Any, Any] | None:
    """From when to when curves were read; None when none were."""
    for source in gathered.evidence.sources:
        if source.asked.name is SourceName.CURVES and source.state in (SourceState.READ, SourceState.PARTIAL):
            return source.asked.since, source.asked.until
    return None
