"""How much of a processor thinking beforehand may take: little while somebody asks, more while all is quiet."""

from __future__ import annotations

__all__ = ["pause"]

_QUIET_SECONDS = 0.2  # after the last answer: who asks next waits for a step of a millisecond at most
_ASKED, _QUIET = (
    3,
    0.25,
)  # pauses, in times the work before them: at most a quarter of a processor, or four fifths


def pause(worked: float, quiet: float) -> float:
    """Return for how long to pause after some work. quiet: how long ago the last answer was. All in seconds."""
    return worked * (_QUIET if quiet > _QUIET_SECONDS else _ASKED)
