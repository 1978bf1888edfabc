"""The ledger: who did what to what, why, and with which outcome. See readme.md."""

from typing import TYPE_CHECKING, Any

from console.audit.actions import Action, UnknownAction, register

if TYPE_CHECKING:
    from console.audit.attempts import Entry, NestedAttempt, attempt, close_lost_attempts, in_attempt
    from console.audit.records import UnknownAttempt, note, record
    from console.audit.subjects import Target

__all__ = [
    "Action",
    "Entry",
    "NestedAttempt",
    "Target",
    "UnknownAction",
    "UnknownAttempt",
    "attempt",
    "close_lost_attempts",
    "in_attempt",
    "note",
    "record",
    "register",
]

# Loaded when first asked for: they need the models, and this package is imported before Django's apps are ready.
_LATER = {
    "Entry": "attempts",
    "NestedAttempt": "attempts",
    "attempt": "attempts",
    "close_lost_attempts": "attempts",
    "in_attempt": "attempts",
    "UnknownAttempt": "records",
    "note": "records",
    "record": "records",
    "Target": "subjects",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
