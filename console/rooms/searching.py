"""What the search box finds here: applications by name or id, rooms and participants by their exact id.

The cloud is never asked: applications come from what is stored, and an id is offered as a way to look, not as a find.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.accounts.access import application_scope, connections_of
from console.accounts.rights import Right
from console.applications.crowds import people_between
from console.applications.services.listing import stored_applications
from console.applications.shapes import Application
from console.connections.models import Connection
from console.core import shell
from console.core.search import Result
from console.rooms.views.parts import address

__all__ = ["provide"]

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_APPLICATIONS = 4
_MOST_PLACES = 3
_EVERYTHING = "90d"
_LATELY = timedelta(days=1)


def provide(request: HttpRequest, query: str) -> Iterator[Result]:
    """Yield applications that fit, then ways to look for the query as a room id and as a participant's id."""
    connection = shell.ask("current_connection", request)
    if (
        connection is None
        or not connections_of(request.user, Right.SEE_ROOMS).filter(pk=connection.pk).exists()
    ):
        return
    applications = stored_applications(
        connection, application_scope(request.user, Right.SEE_ROOMS, connection)
    )
    yield from _applications(connection, applications, query.casefold())
    if _ID.fullmatch(query):
        yield from _places(request, connection, applications, query)


def _applications(connection: Connection, applications: list[Application], wanted: str) -> Iterator[Result]:
    fitting = [app for app in applications if wanted in app.name.casefold() or app.app_id.startswith(wanted)]
    for app in fitting[:_MOST_APPLICATIONS]:
        url = f"{reverse('rooms:list', args=[connection.slug])}?{urlencode({'app': app.app_id})}"
        yield Result(_("Rooms of"), url, _("Applications"), "apps", subject=app.name, detail=connection.name)


def _places(
    request: HttpRequest, connection: Connection, applications: list[Application], wanted: str
) -> Iterator[Result]:
    """In the application looked at last, then where most people are: which one it was, only a call could tell."""
    last = request.session.get("rooms.application", {}).get(connection.slug, "")
    enabled = [app for app in applications if app.enabled]
    now = timezone.now()
    people = people_between(connection, [app.app_id for app in enabled], now - _LATELY, now)
    likely = sorted(enabled, key=lambda app: (app.app_id != last, -people.get(app.app_id, 0)))
    places = likely[:_MOST_PLACES]
    for app in places:
        url = address("detail", connection, app.app_id, wanted)
        if not url:
            continue
        yield Result(
            _("Open room"), url, _("Rooms"), "door-exit", wanted, _("in %(name)s") % {"name": app.name}
        )
    for app in places:
        asked = urlencode({"app": app.app_id, "user": wanted, "range": _EVERYTHING})
        url = f"{reverse('rooms:find', args=[connection.slug])}?{asked}"
        detail = _("in %(name)s · one statistics request") % {"name": app.name}
        yield Result(_("Rooms of participant"), url, _("Participants"), "user-search", wanted, detail)
