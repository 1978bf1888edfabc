"""Incidents: the list, and the page of one with what was measured and what people did."""

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.alerts.forms import CommentForm
from console.alerts.links import Place, places_of
from console.alerts.models import Incident, Message, Rule
from console.alerts.services import incidents
from console.alerts.services.messaging import count_given_up
from console.alerts.signals import get_signal
from console.alerts.telling_words import DROPPED, MESSAGE_TONES
from console.alerts.views.parts import address, chart_of_minutes
from console.alerts.words import SEVERITY_TONES, STATE_TONES, condition_said, signal_name, write
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page
from console.core.paging import page_of, size_of, whole_number

__all__ = ["SNOOZES", "incident_act", "incident_detail", "incident_list"]

_BEFORE, _AFTER, _LONGEST = timedelta(minutes=60), timedelta(minutes=30), timedelta(hours=24)
SNOOZES = (60, 4 * 60, 24 * 60)


@needs(Right.SEE_INSIGHTS)
@require_safe
def incident_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List incidents, latest first. Asks our own database only."""
    scope = application_scope(request.user, Right.SEE_INSIGHTS, connection)
    whole = can(request.user, Right.SEE_INSIGHTS, connection, whole=True)
    state = request.GET.get("state", "")
    state = state if state in Incident.State.values else ""
    size, number = size_of(request.GET), whole_number(request.GET.get("page"), 1)
    found = incidents.list_incidents(connection, scope, state=state, page=number, size=size)
    context = {
        "connection": connection,
        "rows": [_row(connection, incident) for incident in found.incidents],
        "page": page_of(request.GET, size=size, shown=len(found.incidents), total=found.total),
        "state": state,
        "states": [("", _("All")), *Incident.State.choices],
        "counts": [
            (label, STATE_TONES[Incident.State(name)], found.counts[name])
            for name, label in Incident.State.choices
        ],
        "has_rules": Rule.objects.filter(connection=connection).exists(),
        "may_change": whole,
        "given_up": count_given_up(connection) if whole else 0,
        "clear_url": request.path,
        "again": request.get_full_path(),
        "misread": misread(request.GET, {"state": Incident.State.values}),
    }
    return render_page(request, "alerts/incident_list.html", partial="listed", context=context)


@needs(Right.SEE_INSIGHTS)
@require_safe
def incident_detail(request: HttpRequest, connection: Connection, incident_id: int) -> HttpResponse:
    """Show an incident: what was measured, what happened, and where to look."""
    incident = _incident_or_404(request, connection, incident_id)
    whole = can(request.user, Right.SEE_INSIGHTS, connection, whole=True)
    context = {
        "connection": connection,
        "row": _row(connection, incident),
        "chart_shown": _chart(connection, incident),
        "notes": incident.notes.all(),
        "told": _told(connection, incident) if whole else [],
        "reminded_at": incident.remind_at if incident.state == Incident.State.OPEN else None,
        "places": _places(request, connection, incident),
        "comment_form": CommentForm(),
        "snoozes": SNOOZES,
        "snoozed": incident.snoozed_until is not None and incident.snoozed_until > timezone.now(),
        "may_change": whole,
    }
    return render_page(request, "alerts/incident_detail.html", partial="whole", context=context)


@needs(Right.SEE_INSIGHTS)
@require_POST
def incident_act(request: HttpRequest, connection: Connection, incident_id: int) -> HttpResponse:
    """Acknowledge, snooze or comment; then show the incident again."""
    incident, actor = _incident_or_404(request, connection, incident_id), cast(User, request.user)
    do = request.POST.get("do", "")
    try:
        if do == "acknowledge":
            if not incidents.acknowledge(incident, actor=actor):
                messages.info(request, _("Somebody acknowledged it before."))
        elif do == "snooze":
            incidents.snooze(incident, whole_number(request.POST.get("minutes"), 0), actor=actor)
        elif do == "comment":
            incidents.comment(incident, request.POST.get("text", ""), actor=actor)
        else:
            raise ValueError(do)
    except incidents.AlreadyOver:
        messages.info(request, _("It is over: there is nothing to do any more."))
    except ValueError:
        messages.error(request, _("Nothing was done: write a comment, or choose a time of up to a week."))
    return HttpResponseRedirect(address("incident", connection, incident_id))


def _incident_or_404(request: HttpRequest, connection: Connection, incident_id: int) -> Incident:
    scope = application_scope(request.user, Right.SEE_INSIGHTS, connection)
    try:
        return incidents.get_incident(connection, scope, incident_id)
    except Incident.DoesNotExist:
        raise Http404(_("There is no such alert, or you have no role on its application.")) from None


def _row(connection: Connection, incident: Incident) -> dict[str, Any]:
    return {
        "incident": incident,
        "url": address("incident", connection, incident.pk),
        "watches": signal_name(incident.signal),
        "when": condition_said(incident),
        "worst": write(incident.signal, incident.worst),
        "tone": SEVERITY_TONES[Rule.Severity(incident.severity)],
        "state_tone": STATE_TONES[Incident.State(incident.state)],
        "going_on": incident.state != Incident.State.RESOLVED,
    }


def _chart(connection: Connection, incident: Incident) -> Any:
    signal = get_signal(incident.signal)
    if signal is None:
        return None
    now = timezone.now().replace(second=0, microsecond=0)
    start = incident.began_at - _BEFORE
    end = min((incident.over_at or now) + _AFTER, now, start + _LONGEST)
    series = signal.read(connection, incident.app_id, start, max(end, incident.fired_at))
    if not any(minute.value is not None for minute in series.minutes):
        return None
    return chart_of_minutes(
        signal,
        incident.limit,
        series.start,
        series.minutes,
        incident.began_at,
        incident.over_at,
        goes_on=incident.state != Incident.State.RESOLVED,
    )


def _places(request: HttpRequest, connection: Connection, incident: Incident) -> list[Place]:
    """Return where to look at that moment, as far as the viewer may."""
    rights = {"rooms": Right.SEE_ROOMS, "ledger": Right.MODERATE}
    return [
        place
        for place in places_of(incident, timezone.now())
        if not incident.app_id or can(request.user, rights[place.needs], connection, incident.app_id)
    ]


def _told(connection: Connection, incident: Incident) -> list[dict[str, Any]]:
    """Return who was, or is to be, told of an incident. One query."""
    notices = incident.notices.select_related("message", "channel", "person")
    return [
        {
            "notice": notice,
            "to": notice.message.to
            if notice.message
            else str(notice.person or notice.address or notice.channel),
            "state": notice.message.get_state_display() if notice.message else "",
            "tone": MESSAGE_TONES[Message.State(notice.message.state)] if notice.message else "",
            "dropped": DROPPED.get(notice.dropped, ""),
            "url": address("message", connection, notice.message.pk) if notice.message else "",
        }
        for notice in notices
    ]
