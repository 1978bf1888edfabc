"""What came in and what went out: the last requests, and counts since the start."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

__all__ = ["MASK", "Journal", "without_secrets"]

_LENGTH = 3000
_LONGEST_BODY = 8 * 1024
_SECRET_HEADERS = frozenset({"x-auth-token", "x-security-token", "cookie"})
_SECRET_KEYS = frozenset({"password", "auth_key", "app_key", "token"})
MASK = "***"


class Journal:
    """A bounded log and counters; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=_LENGTH)
        self._number = 0
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def note(self, entry: Mapping[str, Any]) -> None:
        """Add one request to the log."""
        with self._lock:
            self._number += 1
            self._entries.append({"number": self._number, **entry})

    def count(self, cell: str, operation: str, verdict: str) -> None:
        """Count a request of an operation as "accepted" or "refused" by its quota."""
        with self._lock:
            self._counts[cell, operation, verdict] += 1

    def entries(self, **wanted: str) -> list[dict[str, Any]]:
        """Return the log, oldest first, where every wanted field has that value."""
        with self._lock:
            return [
                entry
                for entry in self._entries
                if all(str(entry.get(name)) == value for name, value in wanted.items())
            ]

    def counts(self) -> dict[str, Any]:
        """Return accepted and refused per cell and per operation."""
        cells: dict[str, Counter[str]] = {}
        operations: dict[str, Counter[str]] = {}
        with self._lock:
            for (cell, operation, verdict), number in self._counts.items():
                cells.setdefault(cell, Counter(accepted=0, refused=0))[verdict] += number
                operations.setdefault(operation, Counter(accepted=0, refused=0))[verdict] += number
        return {"cells": cells, "operations": operations}

    def forget(self) -> None:
        """Empty the log and the counters."""
        with self._lock:
            self._entries.clear()
            self._counts.clear()


def without_secrets(headers: Mapping[str, str], body: Any, size: int) -> tuple[dict[str, str], Any]:
    """Return headers and body as they may be shown; size: bytes of the body."""
    shown = {name: MASK if name in _SECRET_HEADERS else value for name, value in headers.items()}
    if "authorization" in shown:
        shown["authorization"] = re.sub(r"(?<=Signature=).*", MASK, shown["authorization"])
    return shown, _masked(body) if size <= _LONGEST_BODY else f"({size} bytes)"


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: MASK if key in _SECRET_KEYS and isinstance(item, str) else _masked(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return value
