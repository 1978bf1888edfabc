"""What became of a change whose reply was lost, or that is still being asked for."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.rights import Right
from console.applications.models import Change
from console.applications.outcomes import CHANGE_TEMPLATE, change_context
from console.applications.services.history import get_change
from console.connections.models import Connection
from console.core.pages import render_page, wants_piece

__all__ = ["change_progress"]


@needs(Right.SEE_ROOMS)
@require_safe
def change_progress(request: HttpRequest, connection: Connection, change_id: uuid.UUID) -> HttpResponse:
    """Show what is known about a change. Asks our own database only, however many people look."""
    change = get_change(connection, change_id)
    if change is None or not _may_see(request, change):
        raise Http404(_("There is no such change."))
    context = change_context(change) | {"piece": wants_piece(request)}
    response = render_page(request, CHANGE_TEMPLATE, partial="progress", context=context)
    if change.unsettled and not wants_piece(request):
        response["Refresh"] = "5"  # without scripts, too
    return response


def _may_see(request: HttpRequest, change: Change) -> bool:
    if not change.app_id:
        return can(request.user, Right.CONFIGURE, change.connection, whole=True)
    scope = application_scope(request.user, Right.SEE_ROOMS, change.connection)
    return scope is None or change.app_id in scope
