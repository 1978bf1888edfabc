"""The registry of what rules can watch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.alerts.engine import Minute, Scale, Side
from console.connections.models import Connection
from console.core.charts import Unit

__all__ = ["Group", "Series", "Signal", "all_signals", "get_signal", "register_signal"]


class Group(TextChoices):
    """Where a signal stands in the list of choices."""

    SCALE = "scale", _("Scale")
    QUALITY = "quality", pgettext_lazy("of calls", "Quality")
    NETWORK = "network", _("Network")
    RECORDING = "recording", _("Recording")
    CONNECTION = "connection", _("Connection and quota")


@dataclass(frozen=True)
class Series:
    """Minutes from `start` on. settled: so many of them, from the start, can't change any more."""

    start: datetime
    minutes: list[Minute]
    settled: int


# Given a connection, an application ("" for signals of the whole connection), and two whole minutes; the second is
# not part of it.
Reader = Callable[[Connection, str, datetime, datetime], Series]


@dataclass(frozen=True)
class Signal:
    """Something that can be watched.

    id: dotted, stands in the database. side: on which side of a limit it usually hurts. by_application: it is watched
    for each application by itself; else for the whole connection. sample_label: what its sample counts; "" for none.
    reach: how far back it is known at most. late: how old its latest settled minute usually is.
    """

    id: str
    group: Group
    label: str | Promise
    unit: Unit
    scale: Scale
    side: Side
    read: Reader
    by_application: bool = True
    sample_label: str | Promise = ""
    reach: timedelta = timedelta(days=7)
    late: timedelta = timedelta(minutes=10)


_signals: dict[str, Signal] = {}


def register_signal(signal: Signal) -> None:
    """Add a signal. Raises ValueError when its id is taken by another."""
    if _signals.setdefault(signal.id, signal) != signal:
        raise ValueError(f"{signal.id} is registered already")


def all_signals() -> list[Signal]:
    """Return all signals in the order of their groups."""
    order = list(Group)
    return sorted(_signals.values(), key=lambda signal: order.index(signal.group))


def get_signal(signal_id: str) -> Signal | None:
    """Return a signal; None when this version knows none of that id."""
    return _signals.get(signal_id)
