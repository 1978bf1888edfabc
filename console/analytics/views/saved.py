"""Saved views: keeping the present one under a name, and letting it go."""

from typing import cast
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs, require
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.forms import SavedViewForm
from console.analytics.models import SavedView
from console.analytics.services.saving import (
    NameTaken,
    UsedByReport,
    delete_view,
    get_view,
    may_share,
    save_view,
)
from console.connections.models import Connection
from console.core.pages import go
from console.core.sheets import render_sheet

__all__ = ["view_delete", "view_save"]

_METHODS = ["GET", "HEAD", "POST"]


@needs(Right.SEE_INSIGHTS)
@require_http_methods(_METHODS)
def view_save(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Ask for a name of the view in ?page= and ?query=; sent by POST, keep it."""
    user = cast(User, request.user)
    page, query = _asked(request)
    if query.get("app"):
        require(user, Right.SEE_INSIGHTS, connection, query["app"])
    data = request.POST if request.method == "POST" else None
    form = SavedViewForm(data, may_share=may_share(user, connection))
    back = f"{reverse(f'analytics:{page}', args=[connection.slug])}?{request.GET.get('query', '')}"
    status = 200
    if request.method == "POST":
        if form.is_valid():
            shared = form.cleaned_data.get("shared", False)
            try:
                save_view(connection, form.cleaned_data["name"], page, query, shared=shared, actor=user)
            except NameTaken:
                form.add_error("name", _("Another of your views has this name."))
            else:
                messages.success(request, _("The view was saved."))
                return go(request, back)
        status = 422
    context = {
        "connection": connection,
        "title": _("Save this view"),
        "crumbs": [(connection.name, ""), (_("Insights"), back)],
        "back_url": back,
        "here": request.get_full_path(),
        "form": form,
        "body": "analytics/_view_save_body.html",
        "submit": _("Save"),
    }
    return render_sheet(request, context, status=status)


@needs(Right.SEE_INSIGHTS)
@require_http_methods(_METHODS)
def view_delete(request: HttpRequest, connection: Connection, view_id: int) -> HttpResponse:
    """Ask whether to delete a view of one's own; sent by POST, delete it."""
    user = cast(User, request.user)
    back = reverse("analytics:insights", args=[connection.slug])
    try:
        row = get_view(connection, view_id, user)
    except SavedView.DoesNotExist:
        raise Http404(_("There is no such view.")) from None
    if row.owner_id != user.pk:
        raise Http404(_("There is no such view."))
    context = {
        "connection": connection,
        "title": _("Delete the view"),
        "subject": row.name,
        "crumbs": [(connection.name, ""), (_("Insights"), back)],
        "back_url": back,
        "body": "analytics/_view_delete_body.html",
        "view": row,
        "submit": _("Delete the view"),
        "danger": True,
        "in_use": False,
    }
    if request.method != "POST":
        return render_sheet(request, context)
    try:
        delete_view(connection, view_id, actor=user)
    except UsedByReport:
        return render_sheet(request, context | {"in_use": True, "submit": ""}, status=409)
    messages.success(request, _("The view was deleted."))
    return go(request, back)


def _asked(request: HttpRequest) -> tuple[str, dict[str, str]]:
    page = request.GET.get("page", "")
    if page not in SavedView.Page.values:
        page = SavedView.Page.FIGURES.value
    return page, dict(parse_qsl(request.GET.get("query", "")[:2000]))
