"""Ways from a room's page into Investigate."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.investigate.shapes import call_key
from console.rooms.extras import Link
from console.rooms.shapes import Room

__all__ = ["person_links", "room_links"]


def room_links(request: HttpRequest, connection: Connection, room: Room) -> Iterator[Link]:
    """Yield the way to the call that a use of a room is. Whoever sees rooms may look into calls."""
    url = _call(connection, room)
    if url:
        yield Link("investigate", _("Investigate"), url, "report-search", order=20)


def person_links(request: HttpRequest, connection: Connection, room: Room) -> Iterator[Link]:
    """Yield the way to the call with each participant."""
    url = _call(connection, room)
    if url:
        yield Link("investigate", _("Investigate"), f"{url}&user=", "report-search")


def _call(connection: Connection, room: Room) -> str:
    try:
        base = reverse("investigate:call", args=[connection.slug, room.app_id, room.room_id])
    except NoReverseMatch:
        return ""
    at = room.closed_at or timezone.now()
    since = {"since": call_key(room.opened_at)} if room.opened_at else {}
    return f"{base}?{urlencode({'at': call_key(at), **since, 'whole': '1'})}"
