"""Addresses of buckets and what lies in them, for names that the cloud gave: hostile ones have none."""

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from console.connections.models import Connection

__all__ = ["bucket_address", "folder_address", "object_address"]


def bucket_address(name: str, connection: Connection, location: str, bucket: str) -> str:
    """Return the address of a page about a bucket ("storage:folder"); empty for a name that no address can carry."""
    if {location, bucket} & {".", ".."}:  # browsers fold them away
        return ""
    try:
        return reverse(name, args=[connection.slug, location, bucket])
    except NoReverseMatch:
        return ""


def folder_address(connection: Connection, location: str, bucket: str, folder: str = "") -> str:
    """Return the address of a folder's page. folder: with its slash, "" for the top."""
    url = bucket_address("storage:folder", connection, location, bucket)
    return f"{url}?{urlencode({'at': folder})}" if url and folder else url


def object_address(
    connection: Connection, location: str, bucket: str, name: str, page: str = "storage:object"
) -> str:
    """Return the address of a page about an object."""
    url = bucket_address(page, connection, location, bucket)
    return f"{url}?{urlencode({'name': name})}" if url else ""
