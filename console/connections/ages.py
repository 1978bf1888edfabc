"""How old is what a page shows, over all the answers that it is made of."""

from dataclasses import dataclass
from datetime import datetime

from console.connections.reads import Reading
from console.sparkrtc.errors import SparkError

__all__ = ["Age"]


@dataclass(frozen=True)
class Age:
    """How old data is. error: why it could not be had newer, None when it could."""

    taken_at: datetime
    stale: bool = False
    error: SparkError | None = None
    request_id: str = ""

    @classmethod
    def of(cls, *readings: Reading) -> "Age":
        """Return the age of what several answers say together: that of the oldest."""
        oldest = min(readings, key=lambda reading: reading.taken_at)
        errors = [reading.error for reading in readings if reading.error is not None]
        return cls(
            oldest.taken_at, any(r.stale for r in readings), errors[0] if errors else None, oldest.request_id
        )
