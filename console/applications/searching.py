"""What the search box finds here: applications by name or id, from what is stored; the cloud is never asked."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext as _

from console.accounts.access import application_scope, connections_of
from console.accounts.rights import Right
from console.applications.addresses import address
from console.applications.services.listing import stored_applications
from console.core import shell
from console.core.search import Result

__all__ = ["provide"]

_MOST = 4


def provide(request: HttpRequest, query: str) -> Iterator[Result]:
    """Yield the pages of applications whose name holds the query or whose id begins with it."""
    connection = shell.ask("current_connection", request)
    seeing = connections_of(request.user, Right.SEE_ROOMS)
    if connection is None or not seeing.filter(pk=connection.pk).exists():
        return
    wanted = query.casefold()
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    found = [
        app
        for app in stored_applications(connection, scope)
        if wanted in app.name.casefold() or app.app_id.startswith(wanted)
    ]
    for app in found[:_MOST]:
        if url := address("applications:detail", connection, app.app_id):
            yield Result(_("Application"), url, _("Applications"), "apps", app.name, connection.name)
