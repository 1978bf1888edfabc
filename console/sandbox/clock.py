"""The sandbox's two clocks: the world's, which travels, and the gateway's, which can be wrong."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import formatdate
from functools import lru_cache

__all__ = ["ZERO_TIME", "Clock", "bucket_time", "iso_millis", "iso_seconds"]

ZERO_TIME = "0001-01-01T00:00:00Z"
_CHINA = timezone(timedelta(hours=8))


class Clock:
    """Seconds since the epoch, twice.

    Calling it tells the world's time, by which rooms, jobs, quotas and tokens live: it can travel and stand
    still. gateway() tells the time of the Date header and of the signature check: the real one plus a skew, so
    that a client keeps its signatures valid while the world travels.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._travelled = 0.0
        self._frozen_at: float | None = None
        self.skew = 0.0

    def __call__(self) -> float:
        """Return the world's time."""
        with self._lock:
            real = time.time() if self._frozen_at is None else self._frozen_at
            return real + self._travelled

    def gateway(self) -> float:
        """Return the time the gateway believes."""
        return time.time() + self.skew

    def http_date(self) -> str:
        """Return the Date header."""
        return formatdate(self.gateway(), usegmt=True)

    def travel(self, seconds: float) -> None:
        """Move the world's time, forwards or back."""
        with self._lock:
            self._travelled += seconds

    def freeze(self, frozen: bool) -> None:
        """Let the world's time stand still, or go on from where it stood."""
        with self._lock:
            if frozen and self._frozen_at is None:
                self._frozen_at = time.time()
            elif not frozen and self._frozen_at is not None:
                self._travelled -= time.time() - self._frozen_at
                self._frozen_at = None

    @property
    def frozen(self) -> bool:
        """Tell whether the world's time stands still."""
        return self._frozen_at is not None

    @property
    def travelled(self) -> float:
        """Return by how many seconds the world is ahead of the real time (while it is not frozen)."""
        return self._travelled

    def reset(self) -> None:
        """Return to the real time."""
        with self._lock:
            self._travelled, self._frozen_at, self.skew = 0.0, None, 0.0


def iso_millis(at: float) -> str:
    """Write a v2 time: UTC with milliseconds."""
    millis = round(at * 1000)
    moment = datetime.fromtimestamp(millis // 1000, UTC)
    return f"{moment.isoformat()[:19]}.{millis % 1000:03d}Z"


def iso_seconds(at: float) -> str:
    """Write a v1 or notification time: UTC, whole seconds."""
    minutes, second = divmod(int(at), 60)
    day, minute = divmod(minutes, 1440)
    return _iso_day(day) + _MINUTES[minute] + _SECONDS[second]


_MINUTES = tuple(f"{minute // 60:02d}:{minute % 60:02d}:" for minute in range(1440))
_SECONDS = tuple(f"{second:02d}Z" for second in range(60))


@lru_cache(maxsize=512)
def _iso_day(day: int) -> str:
    """Write a day up to its hours: a page is full of moments of a few days."""
    return datetime.fromtimestamp(day * 86_400, UTC).isoformat()[:11]


def bucket_time(at: float) -> str:
    """Write a bucket or object time: local time of China with its offset."""
    minute, second = divmod(int(at), 60)
    return f"{_bucket_minute(minute)}{second:02d} GMT+08:00"


@lru_cache(maxsize=8192)
def _bucket_minute(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, _CHINA).isoformat(" ")[:17].replace("-", "/")
