"""Background work of alerts."""

from django.utils import timezone

from console.alerts.services import delivering
from console.alerts.services.watching import keep_watch
from console.alerts.signals.reads import note_health

__all__ = ["deliver", "look", "tidy"]


def look() -> None:
    """Note how reading fares, and let all rules go on. May run twice at once."""
    now = timezone.now()
    note_health(now)
    keep_watch(now)


def deliver() -> None:
    """Tell what is to be told. May run twice at once."""
    delivering.deliver()


def tidy() -> None:
    """Delete messages that are too old. May run twice."""
    delivering.tidy()
