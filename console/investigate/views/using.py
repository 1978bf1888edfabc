"""The page of a participant."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import can, needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.core.problems import trouble_of
from console.investigate.services import watchers
from console.investigate.services.users import user_history
from console.investigate.shapes import Session
from console.investigate.views.parts import address, call_url, names_of
from console.rooms.shapes import can_be_id

__all__ = ["user_detail"]


@needs(Right.SEE_ROOMS)
@require_safe
def user_detail(request: HttpRequest, connection: Connection, app_id: str, user_id: str) -> HttpResponse:
    """Show 90 days of a participant. One shared request at first, none while it is fresh."""
    if not can_be_id(user_id):
        raise Http404(_("No participant can have such an id."))
    _applications, names = names_of(request, connection)
    history = user_history(connection, app_id, user_id)
    sessions = [one for one in history.sessions if _wanted(request, one)]
    size, number = size_of(request.GET), whole_number(request.GET.get("page"), 1)
    shown = sessions[(number - 1) * size : number * size]
    verdicts = {(one.room_id, one.started_at): one for one in history.verdicts}
    context: dict[str, Any] = {
        "connection": connection,
        "app_id": app_id,
        "app_name": names.get(app_id, app_id),
        "user_id": user_id,
        "history": history,
        "age": history.age,
        "trouble": trouble_of(history.problem) if history.problem else None,
        "failed_only": request.GET.get("only") == "failed",
        "rows": [_row(connection, one, history.verdicts) for one in shown],
        "page": page_of(request.GET, size=size, shown=len(shown), total=len(sessions)),
        "groups": [
            (_("Devices"), history.devices),
            (_("Platforms"), history.platforms),
            (_("SDK versions"), history.versions),
            (_("Networks"), history.networks),
        ],
        "rooms": [
            (share, call_url(connection, app_id, share.value, share.last, user=user_id))
            for share in history.rooms
        ],
        "verdicts": [
            (one, call_url(connection, one.app_id, one.room_id, one.started_at, user=user_id))
            for one in list(verdicts.values())[:20]
        ],
        "watched": watchers.watched(connection, [app_id]).filter(user_id=user_id).first(),
        "watch_url": address("watch", connection.slug, app_id, user_id),
        "may_watch": can(request.user, Right.SEE_INSIGHTS, connection, app_id),
        "again": request.get_full_path(),
        "piece": wants_piece(request),
        "misread": misread(request.GET, {"only": ("failed",)}),
    }
    return render_page(request, "investigate/user.html", partial="user", context=context)


def _wanted(request: HttpRequest, session: Session) -> bool:
    return session.failed if request.GET.get("only") == "failed" else True


def _row(connection: Connection, session: Session, verdicts: Any) -> dict[str, Any]:
    url = call_url(connection, session.app_id, session.room_id, session.joined_at, user=session.user_id)
    said = None
    if session.joined_at is not None:
        said = next(
            (
                one
                for one in verdicts
                if one.room_id == session.room_id
                and one.started_at <= session.joined_at
                and (session.joined_at - one.started_at).days < 1
            ),
            None,
        )
    return {"session": session, "url": url, "verdict": said}
