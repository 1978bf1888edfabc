"""Whether whoever is told of a trouble can mend a connection: advice about its credentials is of no use to others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["can_mend", "telling"]

_can: ContextVar[Callable[[], bool] | None] = ContextVar("can_mend", default=None)


@contextmanager
def telling(can: Callable[[], bool]) -> Iterator[None]:
    """Serve somebody. can: says whether they manage the connection in question; called only if that matters."""
    token = _can.set(can)
    try:
        yield
    finally:
        _can.reset(token)


def can_mend() -> bool:
    """Say whether the connection is in the listener's hands; so it is where a command or a task speaks."""
    can = _can.get()
    return can is None or can()
