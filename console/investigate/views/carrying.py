"""What somebody has half written about a call, carried over a redirect: another button of the page costs nothing.

The note on a call and the note on its verdict are of one form. To it belong all buttons of the page that lead back to
it, and without scripts the choice of whom and what the complaint is about: so each sends both notes. Scripts keep them
in the tab as well, see static/investigate/unsent.js.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from console.connections.models import Connection

__all__ = ["Carried", "carried", "carry"]

_KEY = "investigate.unsent"
_FIELDS = ("text", "note")


@dataclass(frozen=True)
class Carried:
    """Notes on the call (text) and on its verdict (note), None where none was sent. taken: the field now kept."""

    text: str | None = None
    note: str | None = None
    taken: str = ""


def carry(
    request: HttpRequest, connection: Connection, app_id: str, room_id: str, *, taken: str = ""
) -> None:
    """Put by what a form was sent with for the call's page that comes next. taken: the field that is kept now."""
    unsent = {name: request.POST[name] for name in _FIELDS if name in request.POST and name != taken}
    if not unsent and not taken:
        return
    request.session[_KEY] = {"place": [connection.slug, app_id, room_id], "unsent": unsent, "taken": taken}


def carried(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> Carried:
    """Return what was put by for a call, once."""
    kept = request.session.get(_KEY)
    if not kept or kept["place"] != [connection.slug, app_id, room_id]:
        return Carried()
    del request.session[_KEY]
    return Carried(**kept["unsent"], taken=kept["taken"])
