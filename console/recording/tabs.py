"""The pages side by side under Recording. Each part of this app adds its own, so that none has to know the others."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from console.accounts.access import can
from console.accounts.rights import Right
from console.connections.models import Connection

__all__ = ["Tab", "register_tab", "tabs_of"]


@dataclass(frozen=True)
class Tab:
    """One page of the row. url_name: reversed with the connection's slug. right: without it the tab is not shown."""

    url_name: str
    label: str | Promise
    right: Right = Right.SEE_ROOMS
    order: int = 50


_tabs: dict[str, Tab] = {}


def register_tab(tab: Tab) -> None:
    """Add a tab; registering a url_name again replaces it."""
    _tabs[tab.url_name] = tab


def tabs_of(request: HttpRequest, connection: Connection) -> list[tuple[str, str, str]]:
    """Return (url_name, address, label) of the tabs that the viewer may open, in their order."""
    return [
        (tab.url_name, reverse(tab.url_name, args=[connection.slug]), str(tab.label))
        for tab in sorted(_tabs.values(), key=lambda tab: tab.order)
        if can(request.user, tab.right, connection)
    ]
