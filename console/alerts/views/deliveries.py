"""Messages: what was sent to whom, each attempt, and sending one again."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.accounts.access import can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.alerts.models import Message
from console.alerts.services import delivering, messaging
from console.alerts.telling_words import MESSAGE_TONES, problem_said
from console.alerts.views.parts import address
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page
from console.core.paging import page_of, size_of, whole_number

__all__ = ["message_detail", "message_list", "message_replay"]


@needs(Right.SEE_INSIGHTS, whole=True)
@require_safe
def message_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List what was sent, latest first. Asks our own database only."""
    state = request.GET.get("state", "")
    state = state if state in Message.State.values else ""
    channel = whole_number(request.GET.get("channel"), 0)
    size, number = size_of(request.GET), whole_number(request.GET.get("page"), 1)
    found = messaging.list_messages(connection, state=state, channel_id=channel, page=number, size=size)
    context = {
        "connection": connection,
        "rows": [_row(connection, message) for message in found.messages],
        "page": page_of(request.GET, size=size, shown=len(found.messages), total=found.total),
        "state": state,
        "states": [("", _("All")), *Message.State.choices],
        "channel": channel or "",
        "channels": [("", _("All")), *found.channels],
        "filtered": bool(state or channel),
        "clear_url": request.path,
        "again": request.get_full_path(),
        "misread": misread(request.GET, {"state": Message.State.values}, ("channel",) if channel else ()),
    }
    return render_page(request, "alerts/message_list.html", partial="listed", context=context)


@needs(Right.SEE_INSIGHTS, whole=True)
@require_safe
def message_detail(request: HttpRequest, connection: Connection, message_id: int) -> HttpResponse:
    """Show a message as it was sent, and each attempt. Four queries."""
    message = _message_or_404(connection, message_id)
    context = {
        "connection": connection,
        "row": _row(connection, message),
        "attempts": [(one, problem_said(one.problem)) for one in message.attempts.all()],
        "about": [
            (notice.incident, address("incident", connection, notice.incident_id))
            for notice in message.notices.select_related("incident")
        ],
        "may_replay": can(request.user, Right.CONFIGURE, connection, whole=True)
        and message.state in (Message.State.DELIVERED, Message.State.GIVEN_UP)
        and message.kind != Message.Kind.TEST,
        "again": request.path,
    }
    return render_page(request, "alerts/message_detail.html", partial="whole", context=context)


@needs(Right.CONFIGURE, whole=True)
@require_POST
def message_replay(request: HttpRequest, connection: Connection, message_id: int) -> HttpResponse:
    """Send a message once more."""
    message = _message_or_404(connection, message_id)
    if delivering.replay(message, actor=cast(User, request.user)):
        messages.success(request, _("It goes out again in a few seconds."))
    else:
        messages.info(request, _("It is on its way already."))
    return HttpResponseRedirect(address("message", connection, message_id))


def _message_or_404(connection: Connection, message_id: int) -> Message:
    try:
        return messaging.get_message(connection, message_id)
    except Message.DoesNotExist:
        raise Http404(_("There is no such message.")) from None


def _row(connection: Connection, message: Message) -> dict[str, Any]:
    return {
        "message": message,
        "url": address("message", connection, message.pk),
        "tone": MESSAGE_TONES[Message.State(message.state)],
        "problem": problem_said(message.problem),
        "waits": message.state == Message.State.WAITING and message.tries > 0,
    }
