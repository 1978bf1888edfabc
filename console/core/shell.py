"""What other apps put around every page, without this app knowing them.

An app registers from its AppConfig.ready(): pieces of the frame with `register_slot`, answers that the frame needs
with `provide`, and what "ready" means with `register_readiness`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

__all__ = [
    "SLOTS",
    "Readiness",
    "ask",
    "provide",
    "readiness_checks",
    "register_readiness",
    "register_slot",
    "render_slot",
]

Slot = Callable[[HttpRequest], SafeString | None]

SLOTS = {
    "switcher": "top bar, left: the connection in use and the way to another",
    "meter": "top bar: how much of the cloud's quotas is free",
    "person": "top bar, right: entries of the signed-in person's menu (list items)",
    "head": "end of <head>: an app's own style sheets and scripts, as files",
}
_QUESTIONS = {
    "current_connection": "(request) -> object with .slug and .name, or None: where the viewer last was",
    "may": "(request, right, connection | None, whole) -> bool: has the viewer the right (on all of it)?",
    "applications": "(ids of connections) -> {(connection id, application id): name}, as stored; no cloud is asked",
    "home": "(request) -> address to go to from /, or None: then the first page of the rail",
}
_slots: dict[str, list[Slot]] = {}
_answers: dict[str, Callable[..., Any]] = {}
_readiness: dict[str, "Readiness"] = {}


@dataclass(frozen=True)
class Readiness:
    """One thing that /readyz looks at.

    check: returns a short text when all is well and raises when not.
    required: False means information only; /readyz answers 200 although it fails.
    """

    name: str
    check: Callable[[], str]
    required: bool = True


def register_slot(name: str, function: Slot) -> None:
    """Fill a slot of the frame, after whoever filled it before.

    The function gets the request and returns safe HTML, or None for nothing. Registering it again changes nothing.
    """
    if name not in SLOTS:
        raise LookupError(f"No slot is called {name!r}; there are {', '.join(SLOTS)}.")
    filled = _slots.setdefault(name, [])
    if function not in filled:
        filled.append(function)


def render_slot(name: str, request: HttpRequest) -> SafeString | None:
    """Return the slot's HTML, or None when nobody filled it or there is nothing to show."""
    pieces = [piece for function in _slots.get(name, []) if (piece := function(request)) is not None]
    return SafeString("\n".join(pieces)) if pieces else None


def provide(question: str, function: Callable[..., Any]) -> None:
    """Answer one of the frame's questions; see _QUESTIONS for what each gets and returns."""
    if question not in _QUESTIONS:
        raise LookupError(f"Nobody asks {question!r}; asked are {', '.join(_QUESTIONS)}.")
    _answers[question] = function


def ask(question: str, *args: Any, default: Any = None) -> Any:
    """Return the answer of whichever app provides it, or the default when none does."""
    if question not in _QUESTIONS:
        raise LookupError(f"Nobody answers {question!r}; answered are {', '.join(_QUESTIONS)}.")
    function = _answers.get(question)
    return default if function is None else function(*args)


def register_readiness(name: str, check: Callable[[], str], *, required: bool = True) -> None:
    """Add something to look at before saying "ready"."""
    _readiness[name] = Readiness(name, check, required)


def readiness_checks() -> list[Readiness]:
    """Return what /readyz looks at, in the order of registration."""
    return list(_readiness.values())
