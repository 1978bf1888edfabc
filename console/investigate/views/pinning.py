"""Pinning what somebody looked at."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.accounts.access import needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.investigate.services import recalling
from console.investigate.views.carrying import carry
from console.investigate.views.parts import find_url

__all__ = ["pin"]


@needs(Right.SEE_ROOMS)
@require_POST
def pin(request: HttpRequest, connection: Connection, investigation_id: int) -> HttpResponse:
    """Pin an investigation of one's own, or take the pin out."""
    found = recalling.turn_pin(request.user, connection, investigation_id)
    if found is None:
        raise Http404(_("There is no such investigation of yours."))
    carry(request, connection, found.app_id, found.room_id)
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if safe else find_url(connection))
