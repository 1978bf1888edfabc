"""The inbox: everything that arrived at this console's receivers, verified or not."""

import json
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, can, needs, require
from console.accounts.rights import Right
from console.applications.choice import applications_of
from console.applications.services.listing import stored_applications
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.core.times import PRESETS, TimeRange, is_zone, parse_range, zone_name
from console.recording.models import CallbackDelivery
from console.recording.services.deliveries import (
    Wanted,
    get_delivery,
    job_row,
    list_deliveries,
    stored_deliveries,
)
from console.recording.words import why_refused
from console.sparkrtc.catalogue.shared import RECORDING_REGION
from console.sparkrtc.notifications import EVENTS
from console.storage.addresses import object_address

__all__ = ["delivery_detail", "inbox"]

_INBOX = "recording/inbox.html"
_LONGEST = 200
_CUSTOM, _DEFAULT = "custom", "7d"
_LARGEST_SHOWN = 16 * 1024
_KNOWN = {"range": (*PRESETS, _CUSTOM), "verdict": CallbackDelivery.Verdict.values}
_FREE = ("app", "event", "q", "from", "to")


@needs(Right.CONFIGURE)
@require_safe
def inbox(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List what arrived, latest first. Asks our own database; the applications' names by the shared answer."""
    applications = applications_of(request, connection, Right.CONFIGURE)
    app_id = request.GET.get("app", "")
    scope = application_scope(request.user, Right.CONFIGURE, connection)
    if app_id:
        require(request.user, Right.CONFIGURE, connection, app_id)
        scope = frozenset([app_id])
    now = timezone.now()
    span = _span(request.GET, now)
    wanted = _wanted(request.GET, scope, span)
    context: dict[str, Any] = {
        "connection": connection,
        "applications": applications,
        "app_id": app_id,
        "wanted": wanted,
        "span": span,
        "ranges": [*((name, preset.label) for name, preset in PRESETS.items()), (_CUSTOM, _("From – to"))],
        "range": span.preset or _CUSTOM,
        "zone": zone_name(),
        "verdicts": CallbackDelivery.Verdict.choices,
        "events": EVENTS,
        "filtered": bool(app_id or wanted.verdict or wanted.event_type or wanted.text)
        or span.preset != _DEFAULT,
        "again": request.get_full_path(),
        "piece": wants_piece(request),
        "misread": misread(request.GET, _KNOWN, _FREE),
    }
    found = list_deliveries(connection, wanted)
    size, number = size_of(request.GET), whole_number(request.GET.get("page"), 1)
    total = found.count()
    rows = list(found[(number - 1) * size : number * size])
    names = {app.app_id: app.name for app in applications.items}
    context |= {
        "rows": [{"delivery": row, "app_name": names.get(row.app_id, row.app_id)} for row in rows],
        "page": page_of(request.GET, size=size, shown=len(rows), total=total),
        "taken_at": now,
        "anything": total > 0 or stored_deliveries(connection),
    }
    return render_page(request, _INBOX, partial="listed", context=context)


@needs(Right.CONFIGURE)
@require_safe
def delivery_detail(request: HttpRequest, connection: Connection, delivery_id: int) -> HttpResponse:
    """Show one delivery: what was made of it, and its body as it came."""
    scope = application_scope(request.user, Right.CONFIGURE, connection)
    delivery = get_delivery(connection, scope, delivery_id)
    if delivery is None:
        raise Http404(_("There is no such delivery."))
    known = stored_applications(connection, {delivery.app_id})
    body = bytes(delivery.body)
    context = {
        "connection": connection,
        "delivery": delivery,
        "app_name": next((app.name for app in known if app.name != app.app_id), ""),
        "why": why_refused(delivery.why),
        "body": _readable(body[:_LARGEST_SHOWN]),
        "cut": len(body) > _LARGEST_SHOWN,
        "app_url": _url("applications:detail", connection, delivery.app_id),
        "room_url": _url("rooms:detail", connection, delivery.app_id, delivery.room_id),
        "job_url": _job_url(connection, delivery),
        "object_url": _object_url(request, connection, delivery),
        "headers": list(delivery.headers.items()),
        "callback_url": _url("recording:callback", connection, delivery.app_id),
    }
    return render_page(request, "recording/delivery.html", partial="delivery", context=context)


def _span(query: QueryDict, now: datetime) -> TimeRange:
    """Read the range of time: a preset, or from–to in the zone that stands in the address."""
    zone = query.get("zone", "")
    with timezone.override(zone if is_zone(zone) else zone_name()):
        return parse_range(
            preset=query.get("range", ""),
            start=query.get("from", ""),
            end=query.get("to", ""),
            default=_DEFAULT,
            now=now,
        )


def _wanted(query: QueryDict, scope: frozenset[str] | None, span: TimeRange) -> Wanted:
    verdict, event = query.get("verdict", ""), query.get("event", "")
    return Wanted(
        app_ids=scope,
        verdict=verdict if verdict in CallbackDelivery.Verdict.values else "",
        event_type=event.strip()[:64],
        text=query.get("q", "").strip()[:_LONGEST],
        start=span.start,
        end=None if span.preset else span.end,
    )


def _readable(body: bytes) -> str:
    """Return a body for people: JSON on lines of its own, anything else as it is."""
    text = body.decode("utf-8", "replace")
    try:
        lines = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
    return lines.encode(
        "utf-8", "backslashreplace"
    ).decode()  # half a surrogate pair stays spelled, as it came


def _job_url(connection: Connection, delivery: CallbackDelivery) -> str:
    known = job_row(connection, delivery.app_id, delivery.job_id)
    return reverse("recording:job", args=[connection.slug, known]) if known else ""


def _object_url(request: HttpRequest, connection: Connection, delivery: CallbackDelivery) -> str:
    """Return the file's page, for those who may open it; recordings are kept in one region only."""
    if not delivery.obs_object or not can(request.user, Right.CONFIGURE, connection, whole=True):
        return ""
    return object_address(connection, RECORDING_REGION, delivery.obs_bucket, delivery.obs_object)


def _url(name: str, connection: Connection, *ids: str) -> str:
    try:
        return reverse(name, args=[connection.slug, *ids])
    except NoReverseMatch:
        return ""
