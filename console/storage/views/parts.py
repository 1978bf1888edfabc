"""What several pages of storage have in common."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.storage.addresses import folder_address
from console.storage.shapes import Bucket, Buckets

__all__ = ["Crumb", "crumbs", "folder_crumbs", "known_bucket"]

Crumb = tuple[str, str]


def crumbs(connection: Connection) -> list[Crumb]:
    """Return the way to the list of buckets, as labels and addresses."""
    return [(connection.name, ""), (_("Storage"), reverse("storage:list", args=[connection.slug]))]


def folder_crumbs(connection: Connection, location: str, bucket: str, folder: str = "") -> list[Crumb]:
    """Return the way to a folder of a bucket, that folder among it."""
    way = [*crumbs(connection), (bucket, folder_address(connection, location, bucket))]
    path = ""
    for part in folder.split("/")[:-1]:
        path += f"{part}/"
        way.append((part or "/", folder_address(connection, location, bucket, path)))
    return way


def known_bucket(buckets: Buckets, location: str, name: str) -> Bucket:
    """Return the bucket. Raises Http404 when the cloud lists none of that name in that region."""
    found = buckets.find(name, location)
    if found is None:
        raise Http404(_("There is no such bucket."))
    return found
