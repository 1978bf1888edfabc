"""The applications that a viewer may choose from, for pages of every app."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from console.accounts.access import application_scope
from console.accounts.rights import Right
from console.applications.services.listing import list_applications
from console.applications.shapes import Application, Applications
from console.connections.models import Connection

__all__ = ["applications_of", "known_application"]


def applications_of(
    request: HttpRequest, connection: Connection, right: Right = Right.SEE_ROOMS
) -> Applications:
    """Return the applications on which the viewer has the right."""
    return list_applications(connection, application_scope(request.user, right, connection))


def known_application(applications: Applications, app_id: str) -> Application:
    """Return the application, or 404 when the cloud says that there is none; unknown stays possible otherwise."""
    found = applications.find(app_id)
    if found is None and applications.age is not None:
        raise Http404(_("There is no such application, or you have no role on it."))
    return found or Application(app_id, app_id)
