"""What insights add to an application's page; see applications/panels.py."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from console.accounts.rights import Right
from console.analytics.services.known import is_remembered
from console.applications.panels import Shortcut, register_shortcut
from console.connections.models import Connection

__all__ = ["register"]


def register() -> None:
    """Put the way to its usage on every application's page."""
    register_shortcut(
        Shortcut("usage", _("Usage"), "chart-histogram", _usage_address, Right.SEE_INSIGHTS, order=20)
    )


def _usage_address(connection: Connection, app_id: str) -> str:
    """Return where an application's usage is shown; "" while nothing has been collected of it. One query."""
    if not is_remembered(connection, app_id):
        return ""
    return f"{reverse('analytics:insights', args=[connection.slug])}?{urlencode({'app': app_id})}"
