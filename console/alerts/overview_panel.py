"""The overview's panel of open alerts."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console.accounts.access import application_scope, can
from console.accounts.rights import Right
from console.alerts.models import Incident, Rule
from console.alerts.services.incidents import list_incidents
from console.alerts.words import SEVERITY_TONES
from console.analytics.panels import Panel, register_panel
from console.connections.models import Connection

__all__ = ["register"]

_SHOWN = 5


def register() -> None:
    """Put the panel on the overview."""
    register_panel(Panel("alerts", _("Open alerts"), _draw, 10, _draw_for_screen))


def _draw(request: HttpRequest, connection: Connection, app_ids: Sequence[str]) -> SafeString | None:
    """Draw the open alerts of the applications shown. Two queries; nothing for those who may not see alerts."""
    if not can(request.user, Right.SEE_INSIGHTS, connection):
        return None
    scope = application_scope(request.user, Right.SEE_INSIGHTS, connection)
    if scope is not None or len(app_ids) == 1:
        scope = frozenset(app_ids) if scope is None else scope & set(app_ids)
    found = list_incidents(connection, scope, state=Incident.State.OPEN, size=_SHOWN)
    context = {
        "rows": [
            {
                "incident": incident,
                "url": reverse("alerts:incident", args=[connection.slug, incident.pk]),
                "tone": SEVERITY_TONES[Rule.Severity(incident.severity)],
            }
            for incident in found.incidents
        ],
        "more": max(found.total - _SHOWN, 0),
        "taken": found.counts[Incident.State.ACKNOWLEDGED],
        "list_url": reverse("alerts:incidents", args=[connection.slug]),
    }
    return SafeString(render_to_string("alerts/_panel.html", context, request))


def _draw_for_screen(connection: Connection, app_ids: Sequence[str]) -> SafeString | None:
    """Draw the open alerts for a screen on a wall: what is wrong, and nobody's name. Two queries."""
    scope = frozenset(app_ids) if len(app_ids) == 1 else None
    found = list_incidents(connection, scope, state=Incident.State.OPEN, size=_SHOWN)
    rows = [
        {"incident": incident, "url": "", "tone": SEVERITY_TONES[Rule.Severity(incident.severity)]}
        for incident in found.incidents
    ]
    taken = found.counts[Incident.State.ACKNOWLEDGED]
    context = {"rows": rows, "more": max(found.total - _SHOWN, 0), "taken": taken, "list_url": ""}
    return SafeString(render_to_string("alerts/_panel.html", context))
