"""Addresses of an application's pages, for ids that the cloud gave: hostile ones have none."""

from django.urls import NoReverseMatch, reverse

from console.connections.models import Connection

__all__ = ["address"]


def address(name: str, connection: Connection, app_id: str) -> str:
    """Return the address of a page ("applications:detail"); empty for an id that no address can carry."""
    try:
        return reverse(name, args=[connection.slug, app_id])
    except NoReverseMatch:
        return ""
