"""Addresses of recording's pages, for ids that the cloud gave: hostile ones have none."""

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from console.connections.models import Connection

__all__ = ["template_address", "templates_address"]


def template_address(
    connection: Connection, app_id: str, template_id: str = "", page: str = "template"
) -> str:
    """Return the address of a template's page; of its application's templates without an id, or for a hostile one.

    page: "template", "template_edit", "template_delete", and "template_new", which needs no id.
    """
    arguments = [connection.slug, app_id] + ([] if page == "template_new" else [template_id])
    try:
        return reverse(f"recording:{page}", args=arguments)
    except NoReverseMatch:
        return templates_address(connection, app_id) if page == "template" else ""


def templates_address(connection: Connection, app_id: str = "") -> str:
    """Return the address of the list of templates, of one application or of all."""
    url = reverse("recording:templates", args=[connection.slug])
    return f"{url}?{urlencode({'app': app_id})}" if app_id else url
