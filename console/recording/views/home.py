"""The way into Recording."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.recording.tabs import tabs_of

__all__ = ["home"]


@needs(Right.SEE_ROOMS)
@require_safe
def home(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Lead to the first page of recording that the viewer may open."""
    tabs = tabs_of(request, connection)
    if not tabs:
        raise Http404(_("There is nothing here yet."))
    return HttpResponseRedirect(tabs[0][1])
