"""What the client asks before it sends: leave to send one request now.

The store of permits lives elsewhere; here is only what the client needs of it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from console.sparkrtc.operation import Operation

__all__ = ["Lane", "Permit", "Permits"]


class Lane(IntEnum):
    """Who waits for the answer; the lower number goes first."""

    CLICK = 0
    PAGE = 1
    ALERT = 2
    BACKGROUND = 3


class Permit(Protocol):
    """Leave to send one HTTP request. Exactly one of these methods is called, once, when it is over."""

    def answered(self, trip: float | None = None) -> None:
        """An answer was read, whatever it said, but not 429.

        trip: seconds from the first byte written to the answer read, None when not measured.
        """

    def lost(self) -> None:
        """No answer will come, and the socket is closed."""

    def refused(self, retry_after: float | None) -> float | None:
        """The cloud answered 429. retry_after: seconds, when the answer named them.

        Returns in how many seconds something may be sent again, None where that is not known.
        """

    def unused(self) -> None:
        """Nothing was sent."""


class Permits(Protocol):
    """Hands out permits."""

    def take(self, operation: Operation, *, lane: Lane, max_wait: float) -> Permit:
        """Wait up to max_wait seconds for a permit of the operation's quota.

        Raises QuotaExhausted with retry_after (seconds) when none comes free in time.
        """
        ...
