"""What a rule would have found in the last days: the same engine over the same minutes, from the store alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from console.alerts.engine import Condition, Event, Minute, State, fold
from console.alerts.engine.folding import Kind
from console.alerts.signals import Signal
from console.analytics.services.known import Remembered
from console.connections.models import Connection

__all__ = ["MOST_APPLICATIONS", "PAST", "Firing", "Tried", "back_test"]

PAST = timedelta(days=7)
MOST_APPLICATIONS = 12
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Firing:
    """One time that it would have fired.

    over_at: None when it was not over by `known_until`, where what is known of its application ends.
    """

    app_id: str
    app_name: str
    began_at: datetime
    fired_at: datetime
    over_at: datetime | None
    known_until: datetime
    worst: float


@dataclass(frozen=True)
class Tried:
    """What was found. lines: (application, its minutes from `start` on) as far as settled. firings: in order of time.

    known, judged, possible: minutes with a value; those of them with a large enough sample; all. left_out:
    applications that were not tried.
    """

    start: datetime
    lines: tuple[tuple[Remembered | None, tuple[Minute, ...]], ...]
    firings: tuple[Firing, ...]
    known: int
    judged: int
    possible: int
    left_out: int


def back_test(
    connection: Connection,
    signal: Signal,
    condition: Condition,
    applications: Sequence[Remembered],
    now: datetime | None = None,
) -> Tried:
    """Try a condition on the last seven days, or as far back as the signal is known.

    applications: to try it on, at most MOST_APPLICATIONS of them are; means nothing to signals of the whole connection.
    A few queries each.
    """
    end = (now or timezone.now()).replace(second=0, microsecond=0)
    start = end - min(PAST, signal.reach)
    tried: Sequence[Remembered | None] = applications[:MOST_APPLICATIONS] if signal.by_application else [None]
    lines, firings = [], list[Firing]()
    known = judged = possible = 0
    for app in tried:
        series = signal.read(connection, app.app_id if app else "", start, end)
        minutes = series.minutes[: series.settled]
        _state, events = fold(condition, State(), series.start, minutes)
        firings += _firings(app, events, series.start + _known(minutes) * _MINUTE)
        lines.append((app, tuple(minutes)))
        known += sum(minute.value is not None for minute in minutes)
        judged += sum(condition.read(*minute) != "gap" for minute in minutes)
        possible += round((end - start) / _MINUTE)
    firings.sort(key=lambda firing: (firing.fired_at, firing.app_id))
    left_out = max(len(applications) - MOST_APPLICATIONS, 0) if signal.by_application else 0
    return Tried(start, tuple(lines), tuple(firings), known, judged, possible, left_out)


def _known(minutes: Sequence[Minute]) -> int:
    """Return how many minutes there are up to the last one with a value."""
    return max((place for place, minute in enumerate(minutes, 1) if minute.value is not None), default=0)


def _firings(app: Remembered | None, events: Sequence[Event], known_until: datetime) -> list[Firing]:
    found = []
    for place, event in enumerate(events):
        if event.kind is Kind.FIRED:
            over = events[place + 1] if place + 1 < len(events) else None
            found.append(
                Firing(
                    app.app_id if app else "",
                    app.name if app else "",
                    event.began,
                    event.at,
                    over.at if over else None,
                    known_until,
                    over.worst if over else event.worst,
                )
            )
    return found
