"""What the search box of every page offers: looking into whatever was typed or pasted, and where it was seen.

It never asks the cloud.
"""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from console.accounts.access import application_scope, connections_of
from console.accounts.rights import Right
from console.applications.services.listing import stored_applications
from console.connections.models import Connection
from console.core import shell
from console.core.search import Result
from console.investigate.pasted.words import ID
from console.investigate.services.index import Wanted, seen_in
from console.investigate.views.parts import find_url, room_url, user_url
from console.work.models import Run

__all__ = ["provide", "results_url"]

_MOST_PLACES = 3


def provide(request: HttpRequest, query: str) -> Iterator[Result]:
    """Yield where the index has seen such an id, then the way into Investigate with what was typed."""
    connection = shell.ask("current_connection", request)
    if (
        connection is None
        or not connections_of(request.user, Right.SEE_ROOMS).filter(pk=connection.pk).exists()
    ):
        return
    if ID.fullmatch(query):
        yield from _seen(request, connection, query)
    detail = _("ids, names, times: a whole complaint can be pasted")
    yield Result(
        _("Look into"), find_url(connection, q=query), _("Investigate"), "report-search", query, detail
    )


def _seen(request: HttpRequest, connection: Connection, wanted: str) -> Iterator[Result]:
    """Yield the participant of that id, and rooms of it, where they were seen last. Two queries and the names'."""
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    names = {app.app_id: app.name for app in stored_applications(connection, scope)}
    for app_id in seen_in(connection, Wanted(user_id=wanted, scope=scope))[:_MOST_PLACES]:
        detail = _("known, in %(name)s") % {"name": names.get(app_id, app_id)}
        url = user_url(connection, app_id, wanted)
        yield Result(_("Participant"), url, _("Known here"), "user-search", wanted, detail)
    for app_id in seen_in(connection, Wanted(room_id=wanted, scope=scope))[:_MOST_PLACES]:
        detail = _("known, in %(name)s") % {"name": names.get(app_id, app_id)}
        yield Result(
            _("Room"), room_url(connection, app_id, wanted), _("Known here"), "door-exit", wanted, detail
        )
        url = find_url(connection, q=wanted, app=app_id, range="90d")
        yield Result(_("Calls of room"), url, _("Known here"), "report-search", wanted, detail)


def results_url(run: Run) -> str:
    """Return where the finds of a search appear."""
    return f"{reverse('investigate:find', args=[run.connection.slug])}?{run.parameters.get('query', '')}"
