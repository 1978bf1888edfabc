"""The recording templates on an application's page; see applications/panels.py."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.accounts.rights import Right
from console.applications.panels import Panel, register_panel
from console.connections.models import Connection
from console.recording.addresses import template_address
from console.recording.services.templates import list_templates
from console.recording.views.template_parts import effective_at, see_buckets

__all__ = ["register"]


def register() -> None:
    """Put them on every application's page, for whoever may change them."""
    register_panel(
        Panel(
            "templates",
            _("Recording templates"),
            "recording/_panel_templates.html",
            _panel,
            Right.CONFIGURE,
            order=15,
        )
    )


def _panel(request: HttpRequest, connection: Connection, app_id: str) -> dict[str, Any]:
    """Two shared calls: templates and buckets."""
    templates = list_templates(connection, app_id)
    buckets = see_buckets(connection)
    return {
        "rows": [
            {
                "template": template,
                "url": template_address(connection, app_id, template.template_id),
                "bucket": buckets.find(template.bucket),
                "effective_at": effective_at(template),
            }
            for template in templates.items
        ],
        "buckets_known": buckets.items is not None,
        "new_url": template_address(connection, app_id, page="template_new"),
        "age": templates.age,
    }
