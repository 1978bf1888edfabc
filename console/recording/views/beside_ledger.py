"""Ways to the ledger from the pages of rooms and applications."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.accounts.access import can
from console.accounts.rights import Right
from console.applications.panels import Shortcut, register_shortcut
from console.connections.models import Connection
from console.recording.views.parts import address
from console.rooms import extras
from console.rooms.extras import Link
from console.rooms.shapes import Room

__all__ = ["register"]


def register() -> None:
    """Put the way to the ledger on every room's and every application's page."""
    extras.register_room_links(_room_links)
    register_shortcut(
        Shortcut(
            "ledger",
            gettext_lazy("Recorded files"),
            "list-check",
            _ledger_address,
            Right.MODERATE,
            order=40,
        )
    )


def _room_links(request: HttpRequest, connection: Connection, room: Room) -> Iterator[Link]:
    if can(request.user, Right.MODERATE, connection, room.app_id):
        url = address("ledger", connection, app=room.app_id, room=room.room_id)
        yield Link("ledger", _("Recorded files"), url, "list-check", order=30)


def _ledger_address(connection: Connection, app_id: str) -> str:
    return address("ledger", connection, app=app_id)
