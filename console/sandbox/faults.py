"""Faults on order: what a test wants to go wrong with the next matching requests."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from console.sandbox.parsing import Fields

__all__ = ["KINDS", "Fault", "Faults"]

KINDS = ("status", "delay", "cut", "half", "garbage", "lost_reply", "oversize", "drip")
LONGEST_SECONDS = 300.0
MOST_BYTES = 1 << 30


@dataclass
class Fault:
    """One order. An empty match field fits everything; times counts down, None means until deleted.

    path: a glob over the decoded path, or a route's template. seconds: of a delay or a drip.
    size: bytes of padding of an oversized answer.
    """

    kind: str
    method: str = ""
    path: str = ""
    operation: str = ""
    times: int | None = 1
    status: int = 503
    code: str = "APIGW.0201"
    message: str = "Backend unavailable."
    seconds: float = 0.0
    size: int = 0

    def fits(self, method: str, path: str, template: str, operation: str) -> bool:
        """Tell whether a request is meant."""
        if self.method not in ("", method) or self.operation not in ("", operation):
            return False
        return self.path in ("", template) or fnmatchcase(path, self.path)

    @property
    def before_quota(self) -> bool:
        """Tell whether the gateway itself would have answered so, before counting the request."""
        return self.kind == "status" and self.status in (401, 429)


class Faults:
    """The orders given, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Fault] = []

    def order(self, wish: Mapping[str, Any]) -> Fault:
        """Add an order given as JSON. Raises ValueError with a sentence about what is wrong."""
        fault = _fault(wish)
        with self._lock:
            self._orders.append(fault)
        return fault

    def take(self, method: str, path: str, template: str, operation: str) -> Fault | None:
        """Return the first order that fits and count it down."""
        with self._lock:
            for fault in self._orders:
                if fault.fits(method, path, template, operation):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times == 0:
                            self._orders.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Forget all orders."""
        with self._lock:
            self._orders.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """Return the orders not used up yet."""
        with self._lock:
            return [dict(vars(fault)) for fault in self._orders]


def _fault(wish: Mapping[str, Any]) -> Fault:
    fields = Fields(wish)
    match = Fields(fields.table("match", {}))
    kind = fields.text("kind", "")
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    times = fields.whole("times", 1, low=0)
    return Fault(
        kind=kind,
        method=match.text("method", "").upper(),
        path=match.text("path", ""),
        operation=match.text("operation", ""),
        times=times or None,
        status=fields.whole("status", 503, low=200, high=599),
        code=fields.text("code", "APIGW.0201"),
        message=fields.text("message", "Backend unavailable."),
        seconds=fields.number("seconds", 1.0, low=0, high=LONGEST_SECONDS),
        size=fields.whole("size", 64 << 20, low=0, high=MOST_BYTES),
    )
