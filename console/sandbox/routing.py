"""Find the route of a request among all modules of routes/."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from urllib.parse import unquote

from console.sandbox import routes
from console.sandbox.errors import no_api
from console.sandbox.http_types import Route

__all__ = ["Router", "load_routes"]


def load_routes() -> list[Route]:
    """Return the routes of every module in routes/, in the order of the modules' names."""
    found: list[Route] = []
    for module in pkgutil.iter_modules(routes.__path__, routes.__name__ + "."):
        found.extend(getattr(importlib.import_module(module.name), "ROUTES", ()))
    return found


class Router:
    """Match paths segment by segment; a fixed segment wins over a parameter."""

    def __init__(self, known: Iterable[Route]) -> None:
        self.routes = list(known)
        self._by_length: dict[int, list[tuple[tuple[str, ...], Route]]] = {}
        for route in self.routes:
            parts = tuple(route.path_template.split("/"))
            self._by_length.setdefault(len(parts), []).append((parts, route))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its decoded path parameters; path as sent.

        Raises the refusal 404 APIGW.0101, which tells an unknown path from an unknown method.
        """
        segments = [unquote(segment) for segment in path.split("/")]
        fitting = [
            (route, given)
            for parts, route in self._by_length.get(len(segments), ())
            if (given := _match(parts, segments)) is not None
        ]
        for route, given in sorted(fitting, key=lambda pair: len(pair[1])):
            if route.method == method:
                return route, given
        raise no_api(path_is_known=bool(fitting))


def _match(parts: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    given: dict[str, str] = {}
    for part, segment in zip(parts, segments, strict=True):
        if part.startswith("{"):
            if not segment:
                return None
            given[part[1:-1]] = segment
        elif part != segment:
            return None
    return given
