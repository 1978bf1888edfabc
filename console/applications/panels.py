"""What other apps put on an application's page, and say before it is disabled or deleted.

This app stands below them and knows none of them: they register from their AppConfig.ready().
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from console.accounts.access import can
from console.accounts.rights import Right
from console.connections.ages import Age
from console.connections.models import Connection
from console.core.problems import Trouble, trouble_of
from console.sparkrtc.errors import SparkError

__all__ = [
    "Consequence",
    "FilledPanel",
    "Panel",
    "Shortcut",
    "consequences_of",
    "panels_of",
    "register_consequence",
    "register_panel",
    "register_shortcut",
    "shortcuts_of",
]

Context = Callable[[HttpRequest, Connection, str], dict[str, Any] | None]
Address = Callable[[Connection, str], str]


@dataclass(frozen=True)
class Shortcut:
    """A link from an application's page to what another app knows of it.

    address: (connection, app_id) -> address, "" for none. right: on the application; without it there is no link.
    """

    name: str
    label: str | Promise
    icon: str
    address: Address
    right: Right = Right.SEE_ROOMS
    order: int = 50


@dataclass(frozen=True)
class Panel:
    """A panel on an application's page.

    name: unique, also the end of its id in the page. template: of the panel's body; gets what context gives, with
    connection and app_id, and nothing else. context: (request, connection, app_id) -> dict, or None to leave the panel
    out; an "age" in it (connections.ages.Age) is shown in the panel's head. A SparkError that it raises stands in the
    panel's place. right: on the application; without it the panel is not there.
    """

    name: str
    title: str | Promise
    template: str
    context: Context
    right: Right = Right.SEE_ROOMS
    order: int = 50


@dataclass(frozen=True)
class FilledPanel:
    """A panel as one viewer sees it. trouble: why its data could not be had."""

    name: str
    title: str
    template: str
    context: dict[str, Any]
    age: Age | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True)
class Consequence:
    """What disabling an application does to something of it that another app knows.

    said: a sentence with its number: "3 rooms are open now." count: so many are hit; None when nobody knows.
    age: how old that is; None when it could not be read.
    """

    said: str
    count: int | None = None
    age: Age | None = None
    trouble: Trouble | None = field(default=None, compare=False)


Teller = Callable[[Connection, str], Consequence | None]
_shortcuts: dict[str, Shortcut] = {}
_panels: dict[str, Panel] = {}
_tellers: dict[str, Teller] = {}


def register_shortcut(shortcut: Shortcut) -> None:
    """Add a link to every application's page; registering a name again replaces it."""
    _shortcuts[shortcut.name] = shortcut


def register_panel(panel: Panel) -> None:
    """Add a panel to every application's page; registering a name again replaces it."""
    _panels[panel.name] = panel


def register_consequence(name: str, tell: Teller) -> None:
    """Let something be said before an application is disabled or deleted.

    tell: (connection, app_id) -> Consequence, or None when there is nothing to say. It may ask the cloud, once, by the
    shared reads, and raises nothing: what it can't read it says so in words.
    """
    _tellers[name] = tell


def shortcuts_of(request: HttpRequest, connection: Connection, app_id: str) -> list[tuple[Shortcut, str]]:
    """Return the links that the viewer may follow, with their addresses."""
    found = [
        (shortcut, shortcut.address(connection, app_id))
        for shortcut in sorted(_shortcuts.values(), key=lambda one: one.order)
        if can(request.user, shortcut.right, connection, app_id)
    ]
    return [(shortcut, url) for shortcut, url in found if url]


def panels_of(request: HttpRequest, connection: Connection, app_id: str) -> list[FilledPanel]:
    """Return the panels that the viewer may see, filled. Each asks for its own data; see who registered it."""
    wanted = [
        panel
        for panel in sorted(_panels.values(), key=lambda one: one.order)
        if can(request.user, panel.right, connection, app_id)
    ]
    filled = (_filled(panel, request, connection, app_id) for panel in wanted)
    return [panel for panel in filled if panel is not None]


def consequences_of(connection: Connection, app_id: str) -> list[Consequence]:
    """Return what would be hit if the application were disabled now."""
    told = (tell(connection, app_id) for tell in _tellers.values())
    return [consequence for consequence in told if consequence is not None]


def _filled(panel: Panel, request: HttpRequest, connection: Connection, app_id: str) -> FilledPanel | None:
    base = {"connection": connection, "app_id": app_id}
    try:
        context = panel.context(request, connection, app_id)
    except SparkError as problem:
        return FilledPanel(panel.name, str(panel.title), panel.template, base, trouble=trouble_of(problem))
    if context is None:
        return None
    return FilledPanel(panel.name, str(panel.title), panel.template, base | context, age=context.get("age"))
