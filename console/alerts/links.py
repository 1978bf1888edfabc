"""Where to look at an incident: on this page, and, absolute, in messages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.alerts.models import Incident
from console.core.times import zone_name

__all__ = ["Place", "absolute", "base_url", "incident_url", "places_of"]

_BEFORE, _LONGEST = timedelta(minutes=10), timedelta(hours=2)
_OPENED_BEFORE = timedelta(hours=4)  # the list of rooms goes by when they opened


@dataclass(frozen=True)
class Place:
    """A page that shows that moment. name: the same in every language. needs: what one must see to open it."""

    name: str
    icon: str
    label: str
    url: str
    needs: str = "rooms"


def base_url() -> str:
    """Return scheme and host by which people reach the console, without a slash at the end; "" when nobody said it."""
    return settings.CONSOLE_URL.rstrip("/")


def absolute(path: str) -> str:
    """Return a whole address; "" when nobody said by which the console is reached."""
    return f"{base_url()}{path}" if base_url() else ""


def incident_url(incident: Incident) -> str:
    """Return an incident's page."""
    return reverse("alerts:incident", args=[incident.connection.slug, incident.pk])


def places_of(incident: Incident, now: datetime) -> list[Place]:
    """Return the pages that show that moment, its time in the current zone."""
    slug = incident.connection.slug
    if not incident.app_id:
        url = reverse("connections:quota", args=[slug])
        return [Place("quota", "activity", _("Quotas of this connection"), url)]
    begin = incident.began_at - _BEFORE
    end = incident.over_at or min(now, incident.began_at + _LONGEST)
    found = []
    if timezone.localdate(incident.began_at) == timezone.localdate(now):
        zoom = f"{int(begin.timestamp())}-{int(end.timestamp())}"
        url = _linked("overview:wall", slug, {"app": incident.app_id, "zoom-day": zoom})
        found.append(Place("wall", "layout-dashboard", _("That moment on the wall"), url))
    rooms = {
        "app": incident.app_id,
        "state": "all",
        "from": timezone.localtime(incident.began_at - _OPENED_BEFORE).strftime("%Y-%m-%d %H:%M"),
        "to": timezone.localtime(end).strftime("%Y-%m-%d %H:%M"),
        "zone": zone_name(),
    }
    found.append(Place("rooms", "users-group", _("Rooms opened by then"), _linked("rooms:list", slug, rooms)))
    asked = {
        "app": incident.app_id,
        "q": timezone.localtime(incident.began_at).strftime("%Y-%m-%d %H:%M"),
        "zone": zone_name(),
    }
    found.append(
        Place(
            "investigate",
            "report-search",
            _("Rooms open at that time"),
            _linked("investigate:find", slug, asked),
        )
    )
    if incident.signal.startswith("recordings."):
        ledger = _linked("recording:ledger", slug, {"app": incident.app_id, "state": "missing"})
        found.append(Place("ledger", "list-check", _("Ledger of recordings"), ledger, "ledger"))
    return found


def _linked(name: str, slug: str, query: dict[str, str]) -> str:
    return f"{reverse(name, args=[slug])}?{urlencode(query)}"
