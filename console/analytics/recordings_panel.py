"""The overview's panel of running recordings, as rooms count them for whoever records; see rooms/extras.py."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console.analytics.panels import Panel, register_panel
from console.connections.models import Connection
from console.rooms.extras import count_recordings, recordings_url

__all__ = ["register"]


def register() -> None:
    """Put the panel on the overview."""
    register_panel(Panel("recordings", _("Recordings"), _draw, 20, _draw_for_screen))


def _draw(request: HttpRequest, connection: Connection, app_ids: Sequence[str]) -> SafeString | None:
    """Draw how many recordings of the applications shown are known to run. One query; nothing where none can."""
    url = recordings_url(connection, app_ids[0] if len(app_ids) == 1 else "", "")
    if not url:
        return None
    context = {"count": count_recordings(connection, app_ids), "url": url}
    return SafeString(render_to_string("analytics/_recordings.html", context, request))


def _draw_for_screen(connection: Connection, app_ids: Sequence[str]) -> SafeString | None:
    if not recordings_url(connection, "", ""):
        return None
    context = {"count": count_recordings(connection, app_ids), "url": ""}
    return SafeString(render_to_string("analytics/_recordings.html", context))
