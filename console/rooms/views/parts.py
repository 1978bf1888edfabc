"""What several pages of rooms have in common."""

from django.urls import NoReverseMatch, reverse

from console.connections.models import Connection

__all__ = ["address"]


def address(name: str, connection: Connection, app_id: str, room_id: str) -> str:
    """Return the address of a room's page; empty for an id that no address can carry."""
    try:
        return reverse(f"rooms:{name}", args=[connection.slug, app_id, room_id])
    except NoReverseMatch:
        return ""
