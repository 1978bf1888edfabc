"""What several pages of applications have in common."""

from django.urls import reverse
from django.utils.translation import gettext as _

from console.applications.addresses import address
from console.connections.models import Connection

__all__ = ["crumbs"]


def crumbs(connection: Connection, app_id: str = "", name: str = "") -> list[tuple[str, str]]:
    """Return the way to an application's page, as labels and addresses."""
    way = [(connection.name, ""), (_("Applications"), reverse("applications:list", args=[connection.slug]))]
    if app_id:
        way.append((name or app_id, address("applications:detail", connection, app_id)))
    return way
