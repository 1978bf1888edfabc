"""Whether the cloud answers: of the answers that were wanted lately, how many are failures."""

import math
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.alerts.engine import Minute, Scale, Side
from console.alerts.models import ReadHealth
from console.alerts.signals.registry import Group, Series, Signal, register_signal
from console.connections.models import Connection, SharedAnswer
from console.core.charts import RATIO

__all__ = ["KEPT", "note_health", "register"]

KEPT = timedelta(days=8)
_LATELY = timedelta(minutes=5)
_MINUTE = timedelta(minutes=1)
_SETTLES = timedelta(minutes=2)
# Failures that tell of the connection. That something is not there, or our own quota is spent, does not.
_TELLING = (
    "Unreachable", "NameNotResolved", "ConnectionFailed", "TlsFailed", "NoToken", "Unauthenticated", "Forbidden",
    "CloudFault", "NoAnswer",
)  # fmt: skip


def register() -> None:
    """Register the signal."""
    register_signal(
        Signal(
            "connection.failing",
            Group.CONNECTION,
            _("Failing reads from the cloud"),
            RATIO,
            Scale(0.0, 1.0, math.inf),
            Side.ABOVE,
            _read,
            by_application=False,
            sample_label=_("Reads within five minutes"),
            late=_SETTLES,
        )
    )


def note_health(now: datetime) -> None:
    """Write down how the reads of each connection fare in this minute, once; forget what is too old."""
    minute = now.replace(second=0, microsecond=0)
    since = now - _LATELY
    lately = SharedAnswer.objects.filter(connection__active=True)
    lately = lately.filter(Q(taken_at__gte=since) | Q(failed_at__gte=since))
    asked: dict[int, int] = {}
    failing: dict[int, int] = {}
    for key, taken, failed, failure in lately.values_list(
        "connection_id", "taken_at", "failed_at", "failure"
    ):
        last_failed = failed is not None and (taken is None or failed > taken)
        if last_failed and failure.get("class") not in _TELLING:
            continue
        asked[key] = asked.get(key, 0) + 1
        failing[key] = failing.get(key, 0) + last_failed
    ReadHealth.objects.bulk_create(
        [
            ReadHealth(connection_id=key, minute=minute, asked=count, failing=failing[key])
            for key, count in asked.items()
        ],
        ignore_conflicts=True,
    )
    ReadHealth.objects.filter(minute__lt=now - KEPT).delete()


def _read(connection: Connection, app_id: str, start: datetime, end: datetime) -> Series:
    """A minute in which nobody asked anything is a gap. One query."""
    rows = ReadHealth.objects.filter(connection=connection, minute__gte=start, minute__lt=end)
    noted = {
        minute: Minute(failing / asked, float(asked))
        for minute, asked, failing in rows.values_list("minute", "asked", "failing")
    }
    newest = timezone.now() - _SETTLES
    at, minutes, settled = start.astimezone(UTC), list[Minute](), 0
    while at < end:
        minutes.append(noted.get(at, Minute(None)))
        at += _MINUTE
        if at <= newest:
            settled = len(minutes)
    return Series(start, minutes, settled)
