"""The overview: the wall of all applications or one. Reads the store alone, so that looking costs no quota."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.rights import Right
from console.analytics.panels import panels
from console.analytics.services.known import Remembered, remembered, why_it_rests
from console.analytics.views.wall import wall_of
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page

__all__ = ["overview_page"]


@needs(Right.SEE_ROOMS)
@require_safe
@gzip_page
def overview_page(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show what goes on now and through the day. ?app= narrows it to one application; ?wall=1 leaves out the frame."""
    applications = remembered(connection, application_scope(request.user, Right.SEE_ROOMS, connection))
    app_id = request.GET.get("app", "")
    chosen = _chosen(applications, app_id)
    context: dict[str, Any] = {
        "connection": connection,
        "applications": applications,
        "app_id": app_id,
        "wall": request.GET.get("wall") == "1",
        "again": request.get_full_path(),
        "misread": misread(request.GET, {"wall": ("1",)}, ("app",)),
        "rests": why_it_rests(connection),
        "may_screens": can(request.user, Right.CONFIGURE, connection, whole=True),
    }
    if chosen:
        context |= wall_of(chosen)
        context["panels"] = panels(request, connection, [app.app_id for app in chosen])
    return render_page(request, "analytics/overview.html", partial="wall", context=context)


def _chosen(applications: list[Remembered], app_id: str) -> list[Remembered]:
    if not app_id:
        return [app for app in applications if not app.gone]
    found = [app for app in applications if app.app_id == app_id]
    if not found:
        raise Http404(_("Nothing is known of such an application, or you have no role on it."))
    return found
