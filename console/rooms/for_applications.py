"""What rooms add to an application's page: the way to its rooms, and how many of them are open."""

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.applications.crowds import register_count
from console.applications.panels import Consequence, Shortcut, register_consequence, register_shortcut
from console.connections.models import Connection
from console.core.problems import trouble_of
from console.rooms.services.busiest import people_looked_at
from console.rooms.services.rooms import list_rooms
from console.rooms.windows import read_window
from console.sparkrtc.errors import SparkError

__all__ = ["open_rooms", "register"]


def register() -> None:
    """Put both on every application's page, and say how many people are in rooms that somebody looks at."""
    register_shortcut(Shortcut("rooms", gettext_lazy("Rooms"), "users-group", _rooms_address, order=10))
    register_consequence("rooms", open_rooms)
    register_count("looked_at", people_looked_at)


def open_rooms(connection: Connection, app_id: str) -> Consequence:
    """Say how many rooms of an application are open that opened within 90 days. One shared statistics call."""
    try:
        found = list_rooms(connection, app_id, read_window({"range": "90d"}, timezone.now()), state="open")
    except SparkError as problem:
        said = _("How many rooms are open cannot be read from the cloud at present.")
        return Consequence(said, trouble=trouble_of(problem))
    if found.total is None:
        return Consequence(_("How many rooms are open is not known."), age=found.age)
    said = ngettext("%(count)s room is open now.", "%(count)s rooms are open now.", found.total)
    return Consequence(said % {"count": found.total}, found.total, found.age)


def _rooms_address(connection: Connection, app_id: str) -> str:
    return f"{reverse('rooms:list', args=[connection.slug])}?{urlencode({'app': app_id})}"
