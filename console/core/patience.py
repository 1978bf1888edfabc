"""How long a page may still wait for the cloud: a wait that is longer is shown as a countdown, and holds no thread.

All the waits of one request share its patience. Background work has none to lose and waits as it is told.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["SECONDS", "patience_left", "patient"]

SECONDS = 2.0
_until: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def patient(seconds: float = SECONDS) -> Iterator[None]:
    """Serve a request that may wait for so many seconds in all."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def patience_left() -> float | None:
    """Return the seconds that are left of the request's patience, 0 when it is over; None outside of requests."""
    until = _until.get()
    return None if until is None else max(until - time.monotonic(), 0.0)
