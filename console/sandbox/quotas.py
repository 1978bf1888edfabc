"""The published request limits: a budget for each cell of the table, or for less of it (SCOPES)."""

from __future__ import annotations

import threading
from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from console.sandbox.errors import throttled

__all__ = ["CELLS", "SCOPES", "VIEWS", "Quotas"]

CELLS: dict[str, tuple[int, int]] = {
    "app_config_60_per_min": (60, 60),
    "jobs_10_per_s": (10, 1),
    "rooms_60_per_min": (60, 60),
    "obs_2_per_s": (2, 1),
    "analytics_30_per_min": (30, 60),
}
VIEWS = ("sliding", "fixed")
SCOPES = ("cell", "category", "operation")


@dataclass
class _Budget:
    limit: int
    seconds: int
    arrivals: list[float] = field(default_factory=list)

    def exceeded(self, at: float, views: Iterable[str]) -> bool:
        """Tell whether one more arrival would be too many in the last seconds, or in the clock's own window."""
        self._forget(at)
        window = at - at % self.seconds
        inside = {
            "sliding": self.used(at),
            "fixed": sum(window <= arrival < window + self.seconds for arrival in self.arrivals),
        }
        return any(inside[view] >= self.limit for view in views)

    def used(self, at: float) -> int:
        """Return how many arrivals the sliding window holds."""
        return len(self.arrivals) - bisect_right(self.arrivals, at - self.seconds)

    def _forget(self, at: float) -> None:
        # Two windows are kept: arrivals are judged in the order of the lock, which is not quite that of arrival.
        del self.arrivals[: bisect_right(self.arrivals, at - 2 * self.seconds)]


class Quotas:
    """Count arrivals; a request that either view finds too many is refused and not counted.

    scope: for what a limit holds: the whole cell, each category of operations in it, or each operation.
    """

    def __init__(self, *, strict: bool = True, scope: str = "cell") -> None:
        self._lock = threading.Lock()
        self.strict = strict
        self.views: tuple[str, ...] = VIEWS
        self._scope = scope
        self.forget()

    @property
    def scope(self) -> str:
        """For what a limit holds: one of SCOPES."""
        return self._scope

    def divide(self, scope: str) -> None:
        """Let limits hold for something else from now on, with empty windows."""
        with self._lock:
            if scope != self._scope:
                self._scope = scope
                self._empty()

    def take(self, cell: str, at: float, *, category: str = "", operation: str = "") -> None:
        """Count one arrival at that time. Raises the refusal 429 when its budget is used up."""
        with self._lock:
            budget = self._budget(cell, category, operation)
            is_too_many = budget.exceeded(at, self.views)
            if self.strict and is_too_many:
                raise throttled(budget.limit, budget.seconds)
            insort(budget.arrivals, at)

    def eat(self, cell: str, count: int, at: float) -> None:
        """Count arrivals of another client of the same account, within the limit, in every budget of the cell."""
        with self._lock:
            for budget in self._of(cell):
                for _ in range(count):
                    if budget.exceeded(at, self.views):
                        break
                    insort(budget.arrivals, at)

    def limit(self, cell: str, limit: int) -> None:
        """Change a cell's limit."""
        with self._lock:
            self._rest[cell].limit = limit
            for budget in self._of(cell):
                budget.limit = limit

    def empty(self) -> None:
        """Start with empty windows."""
        with self._lock:
            self._empty()

    def forget(self) -> None:
        """Start with empty windows and the published limits."""
        with self._lock:
            self._rest = {name: _Budget(*cell) for name, cell in CELLS.items()}
            self._parts: dict[tuple[str, str], _Budget] = {}
            self.views = VIEWS

    def state(self, at: float) -> dict[str, dict[str, int]]:
        """Return per cell the limit, its seconds, and the arrivals in the sliding window of its fullest budget."""
        with self._lock:
            return {
                name: {
                    "limit": rest.limit,
                    "seconds": rest.seconds,
                    "used": max(budget.used(at) for budget in self._of(name)),
                }
                for name, rest in self._rest.items()
            }

    def _empty(self) -> None:
        self._parts.clear()
        for rest in self._rest.values():
            rest.arrivals.clear()

    def _budget(self, cell: str, category: str, operation: str) -> _Budget:
        """Return the budget of a request; what another client took before it was used first counts in it."""
        part = {"category": category, "operation": operation}.get(self._scope, "")
        rest = self._rest[cell]
        if not part:
            return rest
        return self._parts.setdefault((cell, part), _Budget(rest.limit, rest.seconds, list(rest.arrivals)))

    def _of(self, cell: str) -> list[_Budget]:
        parts = [budget for (of, _part), budget in self._parts.items() if of == cell]
        return [self._rest[cell], *parts]
