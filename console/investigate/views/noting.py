"""Notes on a call, and its attendance list."""

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.accounts.access import needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.problems import trouble_of
from console.investigate.forms import NoteForm
from console.investigate.services import noting
from console.investigate.services.attendance import export_attendance, filename
from console.investigate.views.carrying import carry
from console.investigate.views.opening import NoCall, open_call
from console.investigate.views.parts import address, customer_zone
from console.sparkrtc.errors import SparkError

__all__ = ["call_attendance", "note_delete", "note_write"]


@needs(Right.SEE_ROOMS)
@require_POST
def note_write(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Write a note about the call that the address names; one that cannot be kept stays in its field."""
    back = _back(request, connection, app_id, room_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["text"])))
        carry(request, connection, app_id, room_id)
        return HttpResponseRedirect(f"{back}#notes")
    try:
        call = open_call(request, connection, app_id, room_id).call
    except NoCall:
        raise Http404(_("There is no such call.")) from None
    except SparkError as error:
        messages.error(request, trouble_of(error).title)
        carry(request, connection, app_id, room_id)
        return HttpResponseRedirect(back)
    carry(request, connection, app_id, room_id, taken="text")
    noting.write_note(
        connection, app_id, room_id, call.start, text=form.cleaned_data["text"], author=_author(request)
    )
    return HttpResponseRedirect(f"{back}#notes")


@needs(Right.SEE_ROOMS)
@require_POST
def note_delete(
    request: HttpRequest, connection: Connection, app_id: str, room_id: str, note_id: int
) -> HttpResponse:
    """Delete a note of one's own."""
    if noting.delete_note(connection, note_id, author=_author(request)) is None:
        raise Http404(_("There is no such note of yours."))
    carry(request, connection, app_id, room_id)
    return HttpResponseRedirect(f"{_back(request, connection, app_id, room_id)}#notes")


@needs(Right.SEE_ROOMS)
@require_POST
def call_attendance(
    request: HttpRequest, connection: Connection, app_id: str, room_id: str
) -> HttpResponseBase:
    """Give out who was there from when to when, as CSV; on record, as it is about people."""
    try:
        call = open_call(request, connection, app_id, room_id).call
    except NoCall:
        raise Http404(_("There is no such call.")) from None
    except SparkError as error:
        messages.error(request, trouble_of(error).title)
        return HttpResponseRedirect(_back(request, connection, app_id, room_id))
    _name, zone = customer_zone(request)
    lines = export_attendance(connection, call, zone=zone, actor=_author(request))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename(call)}"'
    return response


def _back(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> str:
    return f"{address('call', connection.slug, app_id, room_id)}?{request.GET.urlencode()}"


def _author(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
