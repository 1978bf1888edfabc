"""The rail on the left: each app adds its pages, each person sees those that they have the right to."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.core import shell

__all__ = ["Link", "NavItem", "Section", "label_of", "links", "pages", "register"]


class Section(Enum):
    """A group of the rail, in the order shown."""

    LIVE = _("Live")
    CLOUD = _("Cloud")
    INSIGHTS = _("Insights")
    RECORDS = _("On record")
    SETTINGS = _("Settings")


@dataclass(frozen=True)
class NavItem:
    """One entry of the rail.

    url_name: reversed with the connection's slug where needs_connection, else without arguments.
    icon: a name from console/core/front_end.py.
    right: whatever the provider of "may" understands; None shows the entry to everyone signed in.
    order: within the section; equal orders keep the order of registration.
    whole: the right must reach everything there, not only a part of it.
    shown: a further question about the viewer, where a right does not say it all.
    words: other words by which the search box finds the page. in_rail: False for a page that only the search finds.
    """

    section: Section
    label: str | Promise
    url_name: str
    icon: str
    right: Any = None
    needs_connection: bool = True
    order: int = 50
    whole: bool = False
    shown: Callable[[HttpRequest], bool] | None = None
    words: str | Promise = ""
    in_rail: bool = True


@dataclass(frozen=True)
class Link:
    """An entry as one viewer sees it."""

    label: str
    url: str
    icon: str
    section: Section
    active: bool
    words: str = ""


_items: dict[str, NavItem] = {}


def register(*items: NavItem) -> None:
    """Add entries to the rail; registering a url_name again replaces its entry."""
    for item in items:
        _items[item.url_name] = item


def links(request: HttpRequest, connection: Any = None) -> list[Link]:
    """Return the entries that the viewer may open, in the order of the rail.

    connection: the one in use. Without one, entries that need one are left out.
    """
    return _links(request, connection, [item for item in _in_order() if item.in_rail])


def pages(request: HttpRequest, connection: Any = None) -> list[Link]:
    """Return what the search box finds: the entries of the rail, and the pages that are not in it."""
    return _links(request, connection, _in_order())


def _links(request: HttpRequest, connection: Any, items: list[NavItem]) -> list[Link]:
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return []
    found = [(item, url) for item in items if (url := _address(request, item, connection))]
    here = _longest_prefix(request.path, [url for _item, url in found])
    return [
        Link(str(item.label), url, item.icon, item.section, active=url == here, words=str(item.words))
        for item, url in found
    ]


def label_of(view_name: str) -> str:
    """Return the entry of the rail that a view belongs to, by its app; "" when the rail has none of that app."""
    app = view_name.partition(":")[0]
    found = _items.get(view_name) or next(
        (item for item in _items.values() if item.in_rail and item.url_name.partition(":")[0] == app), None
    )
    return str(found.label) if found else ""


def _in_order() -> list[NavItem]:
    sections = list(Section)
    return sorted(_items.values(), key=lambda item: (sections.index(item.section), item.order))


def _address(request: HttpRequest, item: NavItem, connection: Any) -> str | None:
    if item.needs_connection and connection is None:
        return None
    at = connection if item.needs_connection else None
    if item.right is not None and not shell.ask("may", request, item.right, at, item.whole, default=False):
        return None
    if item.shown is not None and not item.shown(request):
        return None
    try:
        return reverse(item.url_name, kwargs={"connection": at.slug} if at is not None else None)
    except NoReverseMatch:
        return None


def _longest_prefix(path: str, urls: list[str]) -> str | None:
    fitting = [url for url in urls if path == url or path.startswith(url.rstrip("/") + "/")]
    return max(fitting, key=len, default=None)
