"""Slots of the overview, which other apps fill from their AppConfig.ready(): open alerts, running recordings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from console.connections.models import Connection

__all__ = ["Panel", "panels", "panels_for_screen", "register_panel"]

Draw = Callable[[HttpRequest, Connection, Sequence[str]], SafeString | None]
DrawForScreen = Callable[[Connection, Sequence[str]], SafeString | None]


@dataclass(frozen=True)
class Panel:
    """A panel of the overview.

    draw: gets the request, the connection and the ids of the applications shown; returns safe HTML, None for nothing.
    It must not ask the cloud.
    draw_for_screen: the same for a screen on a wall, which is nobody: no links, no names of people. None: not there.
    """

    name: str
    title: str | Promise
    draw: Draw
    order: int = 50
    draw_for_screen: DrawForScreen | None = None


_panels: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Add a panel; the same name again replaces it."""
    _panels[panel.name] = panel


def panels(
    request: HttpRequest, connection: Connection, app_ids: Sequence[str]
) -> list[tuple[Panel, SafeString]]:
    """Return the panels that have something to show, in order."""
    drawn = []
    for panel in sorted(_panels.values(), key=lambda each: each.order):
        html = panel.draw(request, connection, app_ids)
        if html:
            drawn.append((panel, html))
    return drawn


def panels_for_screen(connection: Connection, app_ids: Sequence[str]) -> list[tuple[Panel, SafeString]]:
    """Return the panels that a screen on a wall may show, in order."""
    ordered = sorted(_panels.values(), key=lambda each: each.order)
    drawn = (
        (panel, panel.draw_for_screen(connection, app_ids)) for panel in ordered if panel.draw_for_screen
    )
    return [(panel, html) for panel, html in drawn if html]
