"""The published request limits, one budget per cell of the table."""

from __future__ import annotations

import threading
from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from console.sandbox.errors import throttled

__all__ = ["CELLS", "VIEWS", "Quotas"]

CELLS: dict[str, tuple[int, int]] = {
    "app_config_60_per_min": (60, 60),
    "jobs_10_per_s": (10, 1),
    "rooms_60_per_min": (60, 60),
    "obs_2_per_s": (2, 1),
    "analytics_30_per_min": (30, 60),
}
VIEWS = ("sliding", "fixed")


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
            "sliding": len(self.arrivals) - bisect_right(self.arrivals, at - self.seconds),
            "fixed": sum(window <= arrival < window + self.seconds for arrival in self.arrivals),
        }
        return any(inside[view] >= self.limit for view in views)

    def _forget(self, at: float) -> None:
        # Two windows are kept: arrivals are judged in the order of the lock, which is not quite that of arrival.
        del self.arrivals[: bisect_right(self.arrivals, at - 2 * self.seconds)]


class Quotas:
    """Count arrivals; a request that either view finds too many is refused and not counted."""

    def __init__(self, *, strict: bool = True) -> None:
        self._lock = threading.Lock()
        self.strict = strict
        self.views: tuple[str, ...] = VIEWS
        self._budgets = {name: _Budget(*cell) for name, cell in CELLS.items()}

    def take(self, cell: str, at: float) -> None:
        """Count one arrival at that time. Raises the refusal 429 when the cell is used up."""
        with self._lock:
            budget = self._budgets[cell]
            is_too_many = budget.exceeded(at, self.views)
            if self.strict and is_too_many:
                raise throttled(budget.limit, budget.seconds)
            insort(budget.arrivals, at)

    def eat(self, cell: str, count: int, at: float) -> None:
        """Count arrivals of another client of the same account, within the limit."""
        with self._lock:
            budget = self._budgets[cell]
            for _ in range(count):
                if budget.exceeded(at, self.views):
                    break
                insort(budget.arrivals, at)

    def limit(self, cell: str, limit: int) -> None:
        """Change a cell's limit."""
        with self._lock:
            self._budgets[cell].limit = limit

    def empty(self) -> None:
        """Start with empty windows."""
        with self._lock:
            for budget in self._budgets.values():
                budget.arrivals.clear()

    def forget(self) -> None:
        """Start with empty windows and the published limits."""
        with self._lock:
            self._budgets = {name: _Budget(*cell) for name, cell in CELLS.items()}
            self.views = VIEWS

    def state(self, at: float) -> dict[str, dict[str, int]]:
        """Return per cell the limit, its seconds, and how many arrivals the sliding window holds."""
        with self._lock:
            return {
                name: {
                    "limit": budget.limit,
                    "seconds": budget.seconds,
                    "used": len(budget.arrivals) - bisect_right(budget.arrivals, at - budget.seconds),
                }
                for name, budget in self._budgets.items()
            }
