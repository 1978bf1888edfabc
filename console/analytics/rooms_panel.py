"""The overview's panel of the fullest rooms, of those that somebody has just looked at: it costs the quota nothing."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console.analytics.panels import Panel, register_panel
from console.connections.models import Connection
from console.rooms.services.busiest import LOOKED_AT, busiest_rooms

__all__ = ["register"]


def register() -> None:
    """Put the panel on the overview."""
    register_panel(Panel("rooms", _("Fullest rooms"), _draw, 15, _draw_for_screen))


def _draw(request: HttpRequest, connection: Connection, app_ids: Sequence[str]) -> SafeString | None:
    return _drawn(connection, app_ids, linked=True)


def _draw_for_screen(connection: Connection, app_ids: Sequence[str]) -> SafeString | None:
    return _drawn(connection, app_ids, linked=False)


def _drawn(connection: Connection, app_ids: Sequence[str], *, linked: bool) -> SafeString:
    """Draw rooms with the moment at which somebody looked. One query."""
    rooms = busiest_rooms(connection, set(app_ids), timezone.now())
    rows = [
        {
            "room": room,
            "url": reverse("rooms:detail", args=[connection.slug, room.app_id, room.room_id])
            if linked
            else "",
        }
        for room in rooms
    ]
    context = {"rows": rows, "minutes": round(LOOKED_AT.total_seconds() / 60)}
    return SafeString(render_to_string("analytics/_rooms.html", context))
