"""The next and the previous call of the list that a call was found in: from our own index, at no cost."""

from django.http import HttpRequest, QueryDict

from console.accounts.access import application_scope
from console.accounts.rights import Right
from console.connections.models import Connection
from console.investigate.services.finding import find_seen
from console.investigate.shapes import Call
from console.investigate.views.finding import row_url, search_of

__all__ = ["neighbours_of"]


def neighbours_of(request: HttpRequest, connection: Connection, call: Call) -> dict[str, str]:
    """Return {"previous": address, "next": address}, without those that there aren't. Three queries."""
    via = request.GET.get("via", "")
    if not via:
        return {}
    asked = QueryDict(via[:4000], mutable=True)
    asked["zone"] = request.GET.get("zone", "")
    _applications, search = search_of(request, connection, asked)
    found = find_seen(connection, search, scope=application_scope(request.user, Right.SEE_ROOMS, connection))
    urls: list[str] = []
    here = -1
    places: set[object] = set()
    for row in found.rows:
        session = row.session
        inside = (session.app_id, session.room_id) == (call.app_id, call.room_id)
        mine = inside and session.joined_at is not None and call.life.covers(session.joined_at)
        place = ("here",) if mine else (session.app_id, session.room_id, session.joined_at)
        if place in places:
            continue
        places.add(place)
        if mine:
            here = len(urls)
        urls.append(row_url(connection, search, row, zone=request.GET.get("zone", ""), via=via))
    if here < 0:
        return {}
    around = {"previous": here - 1, "next": here + 1}
    return {name: urls[place] for name, place in around.items() if 0 <= place < len(urls) and urls[place]}
