"""What recording adds to the pages of rooms; see rooms/extras.py."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext as _

from console.accounts.access import can
from console.accounts.rights import Right
from console.connections.models import Connection
from console.recording.views.parts import address
from console.rooms.extras import Link
from console.rooms.shapes import Room

__all__ = ["person_links", "room_links"]


def room_links(request: HttpRequest, connection: Connection, room: Room) -> Iterator[Link]:
    """Offer to record the room, to whoever may."""
    if room.open and can(request.user, Right.MODERATE, connection, room.app_id):
        url = address("job_start", connection, app=room.app_id, room=room.room_id)
        yield Link("record", _("Start a recording"), url, "player-record/filled", order=10)


def person_links(request: HttpRequest, connection: Connection, room: Room) -> Iterator[Link]:
    """Offer to record somebody in the room, to whoever may."""
    if can(request.user, Right.MODERATE, connection, room.app_id):
        url = address("job_start", connection, app=room.app_id, room=room.room_id, kind="single")
        yield Link("record", _("Record"), f"{url}&user=", "video")
