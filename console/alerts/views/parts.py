"""What the pages of alerts share."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from console.alerts.engine import Minute, Side
from console.alerts.services.back_test import Tried
from console.alerts.signals import Signal
from console.connections.models import Connection
from console.core import charts

__all__ = ["address", "chart_of_minutes", "chart_of_trial"]

_STEP = 15  # minutes that become one place in the picture of a week
_MINUTE = timedelta(minutes=1)


def address(name: str, connection: Connection, *more: object) -> str:
    """Return an address of this app."""
    return reverse(f"alerts:{name}", args=[connection.slug, *more])


def chart_of_trial(signal: Signal, side: str, limit: float, tried: Tried) -> charts.Chart:
    """Draw the past: of each quarter of an hour its worst minute, the limit, and when it would have fired."""
    size = max((len(minutes) for _app, minutes in tried.lines), default=0)
    places = -(-size // _STEP)
    several = len(tried.lines) > 1
    series = [
        charts.Series(
            app.name if app else signal.label,
            _worst(minutes, side, places),
            key=app.app_id if app else "",
            colour=app.number % charts.COLOURS if app else 0,
        )
        for app, minutes in tried.lines
        if any(minute.value is not None for minute in minutes)
    ]
    marks = [
        charts.Mark(
            firing.began_at,
            firing.app_name if several else _("Would have fired"),
            until=firing.over_at or firing.known_until,
            tone="bad",
            over=firing.over_at is not None,
        )
        for firing in tried.firings[:100]
    ]
    return charts.Chart(
        id="trial",
        title=_("The last days, the worst minute of each quarter of an hour"),
        axis=charts.Grid(tried.start, _STEP * 60, places),
        unit=signal.unit,
        series=series,
        lines=[charts.Line(limit, _("Limit"))],
        marks=marks,
        group="trial",
        zero=side == Side.ABOVE,
    )


def chart_of_minutes(
    signal: Signal,
    limit: float,
    start: datetime,
    minutes: Sequence[Minute],
    began: datetime,
    over: datetime | None,
    *,
    goes_on: bool,
) -> charts.Chart:
    """Draw an incident minute by minute, with what was before it.

    goes_on: it is not over, as far as is known.
    """
    told = max((place for place, minute in enumerate(minutes, 1) if minute.value is not None), default=0)
    end = max(start + (told if goes_on else len(minutes)) * _MINUTE, began)
    return charts.Chart(
        id="incident",
        title=signal.label,
        axis=charts.Grid(start, 60, len(minutes)),
        unit=signal.unit,
        series=[charts.Series(signal.label, [minute.value for minute in minutes])],
        known=told,
        lines=[charts.Line(limit, _("Limit"))],
        marks=[charts.Mark(began, _("Alert"), until=min(over or end, end), tone="bad", over=not goes_on)],
        group="incident",
        zero=signal.side is Side.ABOVE,
    )


def _worst(minutes: Sequence[Minute], side: str, places: int) -> list[float | None]:
    pick = max if side == Side.ABOVE else min
    found: list[float | None] = []
    for place in range(places):
        known = [one.value for one in minutes[place * _STEP : (place + 1) * _STEP] if one.value is not None]
        found.append(pick(known) if known else None)
    return found
