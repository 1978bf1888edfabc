"""What several pages of Investigate have in common: addresses that restore what somebody saw, and reading them."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from console.applications.choice import applications_of
from console.applications.shapes import Applications
from console.connections.models import Connection
from console.core.times import is_zone, zone_name
from console.investigate.shapes import call_key

__all__ = ["address", "call_url", "customer_zone", "find_url", "names_of", "room_url", "user_url"]


def address(name: str, *ids: str) -> str:
    """Return the address of a page; empty for ids that no address can carry."""
    try:
        return reverse(f"investigate:{name}", args=ids)
    except NoReverseMatch:
        return ""


def call_url(connection: Connection, app_id: str, room_id: str, at: datetime | None, **more: str) -> str:
    """Return the address of the call that a room had at a moment; more: further parameters, empty ones left out."""
    base = address("call", connection.slug, app_id, room_id)
    if not base or at is None:
        return ""
    asked = {"at": call_key(at)} | {name: value for name, value in more.items() if value}
    return f"{base}?{urlencode(asked)}"


def user_url(connection: Connection, app_id: str, user_id: str) -> str:
    """Return the address of a participant's page."""
    return address("user", connection.slug, app_id, user_id)


def room_url(connection: Connection, app_id: str, room_id: str) -> str:
    """Return the address of a room's page; empty for an id that no address can carry."""
    try:
        return reverse("rooms:detail", args=[connection.slug, app_id, room_id])
    except NoReverseMatch:
        return ""


def find_url(connection: Connection, **asked: str) -> str:
    """Return the address of a search."""
    query = urlencode({name: value for name, value in asked.items() if value})
    return address("find", connection.slug) + (f"?{query}" if query else "")


def customer_zone(request: HttpRequest, asked: Mapping[str, str] | None = None) -> tuple[str, tzinfo]:
    """Return the zone in which the customer tells times: of what was asked (the address), else the viewer's own."""
    name = (request.GET if asked is None else asked).get("zone", "")
    if not is_zone(name):
        name = zone_name()
    return name, ZoneInfo(name) if is_zone(name) else timezone.get_current_timezone()


def names_of(request: HttpRequest, connection: Connection) -> tuple[Applications, dict[str, str]]:
    """Return the applications that the viewer may look at, and {id: name}."""
    applications = applications_of(request, connection)
    return applications, {item.app_id: item.name for item in applications.items}
