"""The register of kinds of work: what a run can consist of, and which function performs one item of it.

An app registers its kinds in AppConfig.ready().
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from console.connections.consumers import name_task
from console.sparkrtc.operation import Operation
from console.work.models import Run

__all__ = ["Kind", "UnknownKind", "get_kind", "kind_label", "register_kind", "registered_kinds"]

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


class UnknownKind(LookupError):
    """A run was to be started, or an item performed, of a kind that nobody registered."""


@dataclass(frozen=True)
class Kind:
    """Work that comes in items.

    name: dotted and unique. label: for people, lazily translated: "Search for a participant".
    perform: dotted path of a function (item's id) -> what came of it (small, as JSON can hold it) or None. It calls the
    same services as views do, asks the cloud in the background lane, and raises SparkError or items.CannotDo when it
    fails as it may fail. finish: dotted path of a function (run's id) called after the last item, at least once.
    repeatable: whether an item may be performed again after its process died or the cloud did not answer. Where it is
    False, such an item is unknown, and never sent again.
    cost: {operation: requests an item}; the time left is told from it. url: (run) -> address where the results are, "".
    """

    name: str
    label: str | Promise
    perform: str
    repeatable: bool
    finish: str = ""
    cost: Mapping[Operation, int] = field(default_factory=dict)
    url: Callable[[Run], str] | None = None


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> Kind:
    """Add a kind and return it; a malformed name, or one taken by another kind, raises ValueError."""
    if not _NAME.fullmatch(kind.name) or len(kind.name) > 80:
        raise ValueError(f"{kind.name!r} is no name of a kind of work: use lower-case words joined by dots")
    if _kinds.setdefault(kind.name, kind).perform != kind.perform:
        raise ValueError(f"{kind.name} is registered already")
    name_task(kind.name, kind.label)
    return kind


def get_kind(name: str) -> Kind:
    """Return the kind. Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"{name!r} is not registered: add it in the apps.py of its app") from None


def kind_label(name: str) -> str:
    """Return the words for people; of a kind that is no longer registered, its name, so that old runs render."""
    known: Any = _kinds.get(name)
    return str(known.label) if known else name


def registered_kinds() -> list[Kind]:
    """Return all kinds in the order of their names."""
    return sorted(_kinds.values(), key=lambda kind: kind.name)
