"""Background work of callbacks: keeping the inbox within bounds."""

from console.recording.services import tidying

__all__ = ["tidy"]


def tidy() -> None:
    """Delete what is too old or too much. May run twice."""
    tidying.tidy()
