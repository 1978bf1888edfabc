"""A recording template that is not there (any more): who deleted it and when, and where the others are."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.pages import render_page, wants_piece
from console.core.sheets import render_sheet
from console.recording.addresses import templates_address
from console.recording.services.template_history import TemplateHistory, history_of_template

__all__ = ["gone_page", "gone_sheet"]

_TEMPLATE = "recording/template_gone.html"


def gone_page(request: HttpRequest, context: dict[str, Any], template_id: str) -> HttpResponse:
    """Show that it is gone. context: connection, app_id, application, crumbs; age and again where it has one."""
    context = context | _told(request, context, template_id)
    response = render_page(request, _TEMPLATE, partial="gone", context=context, status=404)
    if wants_piece(request):
        response["HX-Retarget"] = "#template-page"
        response["HX-Reswap"] = "outerHTML"
    return response


def gone_sheet(
    request: HttpRequest, context: dict[str, Any], template_id: str, *, status: int = 404
) -> HttpResponse:
    """Show the same in the place of a form. context: as for render_sheet; connection and app_id."""
    list_url = templates_address(context["connection"], context["app_id"])
    gone = {"body": "recording/_template_gone.html", "submit": "", "form": None, "back_url": list_url}
    return render_sheet(request, context | gone | _told(request, context, template_id), status=status)


def _told(request: HttpRequest, context: dict[str, Any], template_id: str) -> dict[str, Any]:
    connection, app_id = cast(Connection, context["connection"]), str(context["app_id"])
    history = TemplateHistory(())
    if can(request.user, Right.READ_OWN_TRAIL, connection):
        history = history_of_template(cast(User, request.user), connection, app_id, template_id)
    return {
        "template_id": template_id,
        "history": history,
        "list_url": templates_address(connection, app_id),
    }
