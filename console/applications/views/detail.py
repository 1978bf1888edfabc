"""One application."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.applications.panels import panels_of, shortcuts_of
from console.applications.services.facts import get_application
from console.applications.services.history import state_history, unsettled_changes
from console.connections.models import Connection
from console.core.pages import render_page, wants_piece
from console.core.trouble_pages import render_trouble
from console.sparkrtc.errors import NotFound, SparkError

__all__ = ["application_detail"]

_TEMPLATE = "applications/application_detail.html"


@needs(Right.SEE_ROOMS)
@require_safe
def application_detail(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Show an application with what other apps know of it. One shared call of ours, and those of the panels."""
    viewer: Any = request.user
    context: dict[str, Any] = {
        "connection": connection,
        "app_id": app_id,
        "changes": unsettled_changes(connection, app_id),
        "history": _history(viewer, connection, app_id),
        "again": request.get_full_path(),
        "piece": wants_piece(request),
    }
    try:
        app, age = get_application(connection, app_id)
    except NotFound as problem:
        context |= {"missing": True, "request_id": problem.request_id}
        return render_page(request, _TEMPLATE, partial="application", context=context, status=404)
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="application", context=context)
    context |= {
        "app": app,
        "age": age,
        "scope_label": _SCOPES.get(app.scope, lambda: app.scope)(),
        "may_configure": can(request.user, Right.CONFIGURE, connection, app_id),
        "shortcuts": shortcuts_of(request, connection, app_id),
        "panels": panels_of(request, connection, app_id),
    }
    return render_page(request, _TEMPLATE, partial="application", context=context)


_SCOPES = {
    "DOMESTIC": lambda: _("Chinese mainland"),
    "OVERSEA": lambda: _("outside of the Chinese mainland"),
    "GLOBAL": lambda: _("worldwide"),
}


def _history(viewer: User, connection: Connection, app_id: str) -> list[Any]:
    """Return what the viewer may read of the trail; nothing for whoever may read none of it."""
    return state_history(viewer, connection, app_id) if can(viewer, Right.READ_OWN_TRAIL, connection) else []
