"""What recording adds to an application's page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from console.accounts.access import can
from console.accounts.rights import Right
from console.applications.addresses import address
from console.applications.panels import Panel, Shortcut, register_panel, register_shortcut
from console.applications.services.facts import get_application
from console.connections.models import Connection
from console.recording.services.callback_settings import setting_of

__all__ = ["register"]


def register() -> None:
    """Put the panels and the link on every application's page."""
    register_panel(
        Panel("automatic", _("Automatic recording"), "recording/_panel_automatic.html", _automatic, order=20)
    )
    register_panel(
        Panel(
            "callback", _("Callback"), "recording/_panel_callback.html", _callback, Right.CONFIGURE, order=30
        )
    )
    register_shortcut(Shortcut("inbox", _("Inbox"), "mail", _inbox_address, Right.CONFIGURE, order=60))


# Both take what the application's own answer says: no further call.


def _automatic(request: HttpRequest, connection: Connection, app_id: str) -> dict[str, Any]:
    app, age = get_application(connection, app_id)
    may = can(request.user, Right.CONFIGURE, connection, app_id) and not app.deleted
    url = address("recording:automatic_change", connection, app_id) if may else ""
    return {"app": app, "facts": app.automatic, "age": age, "change_url": url}


def _callback(request: HttpRequest, connection: Connection, app_id: str) -> dict[str, Any]:
    app, age = get_application(connection, app_id)
    setting = setting_of(connection, app_id, app.callback, age)
    url = address("recording:callback", connection, app_id)
    return {"app": app, "setting": setting, "facts": setting.facts, "age": age, "url": url}


def _inbox_address(connection: Connection, app_id: str) -> str:
    return f"{reverse('recording:inbox', args=[connection.slug])}?{urlencode({'app': app_id})}"
