"""One kept call: how far its keeping is, its answers, each hashed again, and all of it as a file."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.pages import render_page
from console.investigate.models import KeptCall
from console.investigate.services import locker
from console.investigate.services.bundling import bundle_name, bundle_of
from console.investigate.services.checking import check_kept
from console.investigate.views.parts import address, call_url, names_of

__all__ = ["kept_bundle", "kept_detail", "kept_state"]


@needs(Right.SEE_ROOMS)
@require_safe
def kept_detail(request: HttpRequest, connection: Connection, kept_id: int) -> HttpResponse:
    """Show what is kept of a call, and whether it is what it was. Asks our own database only."""
    kept = _find(request, connection, kept_id, Right.SEE_ROOMS)
    _applications, names = names_of(request, connection)
    context: dict[str, Any] = {
        "connection": connection,
        "kept": kept,
        "app_name": names.get(kept.app_id, kept.app_id),
        "checked": check_kept(kept),
        "url": call_url(
            connection,
            kept.app_id,
            kept.room_id,
            kept.started_at,
            user=kept.user_ids[0] if kept.user_ids else "",
        ),
        "may_download": can(request.user, Right.SEE_INSIGHTS, connection, kept.app_id),
        "may_forget": can(request.user, Right.CONFIGURE, connection, kept.app_id),
    }
    return render_page(request, "investigate/kept_detail.html", partial="kept", context=context)


@needs(Right.SEE_ROOMS)
@require_safe
def kept_state(request: HttpRequest, connection: Connection, kept_id: int) -> HttpResponse:
    """Show how far the keeping of a call is, for its page, which asks again by itself. Asks our own database only."""
    kept = _find(request, connection, kept_id, Right.SEE_ROOMS)
    query = request.GET.urlencode()
    keep_url = f"{address('keep', connection.slug, kept.app_id, kept.room_id)}?{query}"
    context = {
        "connection": connection,
        "keeping": locker.Keeping.of(kept),
        "call_keep_url": "" if locker.has_forgotten(kept) else keep_url,
        "query": query,
        "polled": True,
    }
    return render(request, "investigate/_keeping.html", context)


@needs(Right.SEE_INSIGHTS)
@require_POST
def kept_bundle(request: HttpRequest, connection: Connection, kept_id: int) -> HttpResponse:
    """Give out what is kept of a call as a file; on record, as it is about people."""
    kept = _find(request, connection, kept_id, Right.SEE_INSIGHTS)
    if not kept.openable:
        messages.error(request, _("Nothing is kept of this call yet."))
        return HttpResponseRedirect(address("kept_call", connection.slug, str(kept.pk)))
    assert isinstance(request.user, User)
    body = bundle_of(connection, kept, actor=request.user)
    response = HttpResponse(body, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{bundle_name(kept)}"'
    return response


def _find(request: HttpRequest, connection: Connection, kept_id: int, right: Right) -> KeptCall:
    scope = application_scope(request.user, right, connection)
    kept = locker.kept_calls(connection, scope).filter(pk=kept_id).first()
    if kept is None:
        raise Http404(_("There is no such kept call."))
    return kept
