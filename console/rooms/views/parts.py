"""What several pages of rooms have in common."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from console.accounts.access import application_scope
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.pages import render_page, wants_piece
from console.core.problems import trouble_of
from console.rooms.services.applications import list_applications
from console.rooms.shapes import Application, Applications
from console.sparkrtc.errors import SparkError

__all__ = ["address", "applications_of", "known_application", "render_trouble"]


def applications_of(request: HttpRequest, connection: Connection) -> Applications:
    """Return the applications whose rooms the viewer may see."""
    return list_applications(connection, application_scope(request.user, Right.SEE_ROOMS, connection))


def known_application(applications: Applications, app_id: str) -> Application:
    """Return the application, or 404 when the cloud says that there is none; unknown stays possible otherwise."""
    found = applications.find(app_id)
    if found is None and applications.age is not None:
        raise Http404(_("There is no such application, or you have no role on it."))
    return found or Application(app_id, app_id)


def address(name: str, connection: Connection, app_id: str, room_id: str) -> str:
    """Return the address of a room's page; empty for an id that no address can carry."""
    try:
        return reverse(f"rooms:{name}", args=[connection.slug, app_id, room_id])
    except NoReverseMatch:
        return ""


def render_trouble(
    request: HttpRequest, template: str, error: SparkError, *, partial: str, context: dict[str, Any]
) -> HttpResponse:
    """Render the page, or its partial, with an error of the cloud in the place of its list.

    The status is real, and the piece goes where htmx wanted it all the same. Asks again by itself where waiting helps.
    """
    trouble = trouble_of(error)
    piece = wants_piece(request)
    context |= {"trouble": trouble, "again": request.get_full_path(), "piece": piece}
    response = render_page(request, template, partial=partial, context=context, status=trouble.status)
    if piece and (target := request.headers.get("HX-Target")):
        response["HX-Retarget"] = f"#{target}"
        response["HX-Reswap"] = "outerHTML"
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
        if not piece:
            response["Refresh"] = str(trouble.retry_after)  # without scripts, too
    return response
