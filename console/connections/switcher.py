"""Which connection the frame of a page is about, and the way from it to another."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from console.accounts.access import connections_of
from console.connections.models import Connection
from console.core import navigation

__all__ = ["Choice", "current_connection", "remember", "switcher"]

_LAST_USED = "connection"
_KEPT = "_reachable_connections"


@dataclass(frozen=True)
class Choice:
    """A connection that the viewer can go to. url: the same section there, else its first page."""

    name: str
    slug: str
    url: str
    current: bool


def current_connection(request: HttpRequest) -> Connection | None:
    """Return the connection in the address, else the last used one, else the first that the viewer reaches."""
    named: Connection | None = getattr(request, "connection", None)
    if named is not None:
        return named
    reachable = _reachable(request)
    last = request.session.get(_LAST_USED) if hasattr(request, "session") else None
    return next((found for found in reachable if found.slug == last), reachable[0] if reachable else None)


def switcher(request: HttpRequest) -> list[Choice]:
    """Return the connections that the viewer reaches, each with the way to the section that is open now."""
    current = current_connection(request)
    return [
        Choice(found.name, found.slug, url, current is not None and found.pk == current.pk)
        for found in _reachable(request)
        if (url := _same_section(request, current, found))
    ]


def remember(request: HttpRequest) -> None:
    """Note the connection in the address as the last used one."""
    named = getattr(request, "connection", None)
    if named is not None and named.active and request.session.get(_LAST_USED) != named.slug:
        request.session[_LAST_USED] = named.slug


def _reachable(request: HttpRequest) -> list[Connection]:
    """Return the connections of the viewer; one query for each request, however often the frame asks."""
    found: list[Connection] | None = getattr(request, _KEPT, None)
    if found is None:
        found = list(connections_of(request.user)) if request.user.is_authenticated else []
        setattr(request, _KEPT, found)
    return found


def _same_section(request: HttpRequest, current: Any, other: Connection) -> str | None:
    """Return the address of the open section under another connection, or of the first page to be seen there."""
    links = [link.url for link in navigation.links(request, other)]
    prefix, wanted = f"/c/{other.slug}/", _section(request.path)
    there = [url for url in links if url.startswith(prefix)]
    return next((url for url in there if wanted and _section(url) == wanted), there[0] if there else None)


def _section(path: str) -> str:
    parts = path.split("/")
    return parts[3] if len(parts) > 3 and parts[1] == "c" else ""
