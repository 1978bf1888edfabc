"""The register of actions: what can stand in the trail, and what it is called there.

Every Django app registers its own in its `actions.py`, imported from `AppConfig.ready()`.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = [
    "EXPORT",
    "VERIFY",
    "Action",
    "UnknownAction",
    "action_label",
    "get_action",
    "register",
    "registered_actions",
]

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


class UnknownAction(LookupError):
    """An action was to be recorded that nobody registered."""


@dataclass(frozen=True)
class Action:
    """Something that people or the console do and that is put on record.

    name: dotted and unique, like the operation's where there is one: "rooms.room.dismiss".
    label: for people, lazily translated: "Dismiss room".
    grave: wants a recent sign-in, a clear statement of who is hit, and a reason.
    """

    name: str
    label: str | Promise
    grave: bool = False


_actions: dict[str, Action] = {}


def register(action: Action) -> Action:
    """Add an action and return it; a name that is malformed or taken by a different action raises ValueError."""
    if not _NAME.fullmatch(action.name) or len(action.name) > 80:
        raise ValueError(f"{action.name!r} is no name of an action: use lower-case words joined by dots")
    known = _actions.setdefault(action.name, action)
    if (known.name, known.grave, str(known.label)) != (action.name, action.grave, str(action.label)):
        raise ValueError(f"{action.name} is registered already")
    return known


def get_action(name: str) -> Action:
    """Return the registered action; raise UnknownAction where there is none."""
    try:
        return _actions[name]
    except KeyError:
        raise UnknownAction(f"{name!r} is not registered: add it to the actions.py of its app") from None


def registered_actions() -> list[Action]:
    """Return all actions in the order of their names."""
    return sorted(_actions.values(), key=lambda action: action.name)


def action_label(name: str) -> str:
    """Return the words for people; of an action that is no longer registered, its name, so that old entries render."""
    known = _actions.get(name)
    return str(known.label) if known else name


EXPORT = Action("audit.export", _("Export audit trail"))
VERIFY = Action("audit.verify", _("Verify audit trail"))
