"""What the wall shows: the same for people and for screens."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from console.analytics.metrics import MINUTE_METRICS, MinuteMetric
from console.analytics.services.known import Remembered, watch
from console.analytics.services.overview import STEP_MINUTES, Overview, overview
from console.analytics.told import signed
from console.core import charts

__all__ = ["wall_of"]

_STEPS = 24 * 60 // STEP_MINUTES
_TILES = (
    ("join_success", "native"),
    ("join_success", "webrtc"),
    ("video_freeze", "native"),
    ("audio_freeze", "native"),
    ("video_excellent", "native"),
    ("audio_excellent", "native"),
)


def wall_of(chosen: Sequence[Remembered]) -> dict[str, Any]:
    """Return the figures of these applications for the wall, in the viewer's day; notes that somebody looks."""
    watch(chosen)
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = overview(chosen, midnight, now)
    return {
        "found": found,
        "tiles": _tiles(found),
        "charts": _charts(found, several=len(chosen) > 1),
        "old": found.asked_at is not None and now - found.asked_at > timedelta(hours=7),
    }


def _metric(name: str, sdk: str) -> MinuteMetric:
    return next(each for each in MINUTE_METRICS if each.name == name and each.sdk == sdk)


def _tiles(found: Overview) -> list[dict[str, Any]]:
    """Return the big numbers, each with the moment that it is of."""
    change = ""
    if found.users is not None and found.users_before:
        share = (found.users - found.users_before) / found.users_before
        change = _("%(change)s %% against yesterday") % {"change": signed(share * 100)}
    tiles = [
        {
            "label": _("Online users"),
            "value": charts.COUNT.write(found.users),
            "at": found.users_at,
            "note": change,
        },
        {
            "label": _("Open rooms"),
            "value": charts.COUNT.write(found.rooms),
            "at": found.rooms_at,
            "note": "",
        },
    ]
    for name, sdk in _TILES:
        metric = _metric(name, sdk)
        rate = found.rates[metric.code]
        kind = _("web") if sdk == "webrtc" else _("native")
        label = _("%(metric)s, %(kind)s") % {"metric": metric.label, "kind": kind}
        note = _("last hour")
        tiles.append(
            {"label": label, "value": charts.RATIO.write(rate.last_hour), "at": rate.at, "note": note}
        )
    return tiles


def _charts(found: Overview, *, several: bool) -> list[charts.Chart]:
    axis = charts.Grid(found.start, STEP_MINUTES * 60, _STEPS)
    common: dict[str, Any] = {"axis": axis, "known": found.passed, "group": "day", "rows": 100}
    estimate = _("Several applications together: each weighed by the people online in it, an estimate.")
    drawn = [
        charts.Chart(
            id="overview-users",
            title=_("Online users today"),
            series=[
                charts.Series(_("A week ago"), found.users_last_week, key="week", look="ghost"),
                charts.Series(_("Yesterday"), found.users_yesterday, key="yesterday", look="ghost"),
                charts.Series(
                    _("Today"),
                    found.users_today.values,
                    key="today",
                    look="area",
                    unfinished_from=min(found.users_today.final, _STEPS - 1),
                ),
            ],
            **common,
        ),
        charts.Chart(
            id="overview-rooms",
            title=_("Open rooms today"),
            series=[
                charts.Series(_("Yesterday"), found.rooms_yesterday, key="yesterday", look="ghost"),
                charts.Series(
                    _("Today"),
                    found.rooms_today.values,
                    key="today",
                    look="area",
                    colour=2,
                    unfinished_from=min(found.rooms_today.final, _STEPS - 1),
                ),
            ],
            **common,
        ),
    ]
    for name, title in (
        ("join_success", _("Join success today")),
        ("video_freeze", _("Video freezes today")),
        ("video_excellent", _("Excellent video transmission today")),
        ("audio_excellent", _("Excellent audio transmission today")),
    ):
        series = []
        for sdk, label, colour in (("native", _("native"), 4), ("webrtc", _("web"), 1)):
            day = found.rates[_metric(name, sdk).code].day
            series.append(
                charts.Series(
                    label, day.values, key=sdk, colour=colour, unfinished_from=min(day.final, _STEPS - 1)
                )
            )
        chart = charts.Chart(
            id=f"overview-{name.replace('_', '-')}",
            title=title,
            unit=charts.RATIO,
            zero=name == "video_freeze",
            high=None if name == "video_freeze" else 1.0,
            series=series,
            note=estimate if several else "",
            **common,
        )
        drawn.append(chart)
    return drawn
