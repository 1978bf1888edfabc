"""What the search box finds here: applications by name or id, rooms and participants by their exact id.

The cloud is never asked: applications come from what is stored, and an id is offered as a try, not as a find.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from console.accounts.access import application_scope, connections_of
from console.accounts.rights import Right
from console.applications.services.listing import stored_applications
from console.applications.shapes import Application
from console.connections.models import Connection
from console.core import shell
from console.core.search import Result

__all__ = ["guess", "provide"]

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_APPLICATIONS = 4
_EVERYTHING = "90d"


def provide(request: HttpRequest, query: str) -> Iterator[Result]:
    """Yield the rooms of applications that fit."""
    connection = shell.ask("current_connection", request)
    if connection is None or not _may_see(request, connection):
        return
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    yield from _applications(connection, stored_applications(connection, scope), query.casefold())


def _applications(connection: Connection, applications: list[Application], wanted: str) -> Iterator[Result]:
    fitting = [app for app in applications if wanted in app.name.casefold() or app.app_id.startswith(wanted)]
    for app in fitting[:_MOST_APPLICATIONS]:
        url = f"{reverse('rooms:list', args=[connection.slug])}?{urlencode({'app': app.app_id})}"
        yield Result(_("Rooms of"), url, _("Applications"), "apps", subject=app.name, detail=connection.name)


def guess(request: HttpRequest, query: str) -> Iterator[Result]:
    """Yield ways to try the query as an id that nobody here has seen: a line for each kind, the choice comes after."""
    connection = shell.ask("current_connection", request)
    if connection is None or not _ID.fullmatch(query) or not _may_see(request, connection):
        return
    for label, name, key, icon in (
        (_("Try as a room id:"), "rooms:open", "room", "door-exit"),
        (_("Try as a participant's id:"), "rooms:find", "user", "user-search"),
    ):
        asked = {key: query} | ({"range": _EVERYTHING} if key == "user" else {})
        url = f"{reverse(name, args=[connection.slug])}?{urlencode(asked)}"
        yield Result(label, url, _("Try as an id"), icon, query, _("you choose the application"))


def _may_see(request: HttpRequest, connection: Connection) -> bool:
    return connections_of(request.user, Right.SEE_ROOMS).filter(pk=connection.pk).exists()
