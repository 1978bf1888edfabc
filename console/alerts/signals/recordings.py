"""Recordings whose file did not come."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.alerts.engine import Minute, Scale, Side
from console.alerts.signals.registry import Group, Series, Signal, register_signal
from console.connections.models import Connection
from console.core.charts import COUNT
from console.recording.judging import LATE_FOR
from console.recording.models import LedgerEntry

__all__ = ["LOOKED_AT", "register"]

LOOKED_AT = timedelta(minutes=15)  # after it is late enough to be missing, the ledger has looked
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_SETTLES = timedelta(minutes=1)


def register() -> None:
    """Register the signal."""
    register_signal(
        Signal(
            "recordings.missing",
            Group.RECORDING,
            _("Recordings gone missing within an hour"),
            COUNT,
            Scale(),
            Side.ABOVE,
            _read,
            late=_SETTLES,
        )
    )


def _read(connection: Connection, app_id: str, start: datetime, end: datetime) -> Series:
    """Return how many turned missing in the hour before each minute. One query.

    A file that comes after all takes its recording out of the past as well: what fired then does not fire again in a
    back-test.
    """
    first = start - LATE_FOR - LOOKED_AT - _HOUR
    due = LedgerEntry.objects.filter(
        connection=connection,
        app_id=app_id,
        state=LedgerEntry.State.MISSING,
        due_at__gte=first,
        due_at__lt=end,
    ).order_by("due_at")
    turned = [at + LATE_FOR + LOOKED_AT for at in due.values_list("due_at", flat=True) if at is not None]
    newest = timezone.now() - _SETTLES
    at, minutes = start.astimezone(UTC), list[Minute]()
    while at < end:
        if at <= newest:
            since = bisect_right(turned, at - _HOUR)
            minutes.append(Minute(float(bisect_right(turned, at) - since)))
        else:
            minutes.append(Minute(None))
        at += _MINUTE
    settled = sum(minute.value is not None for minute in minutes)
    return Series(start, minutes, settled)
