"""Background work of Investigate."""

from typing import Any

from console.investigate.services import keeping, locker, remembering, searching, watchers

__all__ = ["forget_old", "keep_due", "keep_one", "look_after_watched", "search_one"]


def search_one(item_id: int) -> dict[str, int]:
    """Search one application for what somebody looks for. May run twice: nothing is remembered twice."""
    return searching.search_one(item_id)


def keep_due() -> None:
    """Start keeping the calls that are due."""
    keeping.keep_due()


def keep_one(item_id: int) -> dict[str, Any]:
    """Keep one call. May run twice: the later one replaces what the earlier one stored."""
    return keeping.keep_one(item_id)


def look_after_watched() -> None:
    """Flag the calls of watched participants."""
    watchers.look_after()


def forget_old() -> None:
    """Delete what may not be kept any longer."""
    remembering.forget_old()
    locker.delete_expired()
