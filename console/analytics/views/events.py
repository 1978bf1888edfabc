"""Abnormal events of a period: whom they hit, what happened and why, and at which hours. Reads the store alone."""

import contextlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, needs
from console.accounts.rights import Right
from console.analytics.services.annotations import marks
from console.analytics.services.happenings import (
    AUDIO_FREEZE,
    MOST_HOURS_READ,
    SLOW_JOIN,
    VIDEO_FREEZE,
    Happenings,
    Hit,
    Reason,
    happenings,
    who_was_hit,
)
from console.analytics.told import signed
from console.analytics.views.asking import Asked, read_question
from console.analytics.views.drawn import axis_of, coverage_said
from console.connections.models import Connection
from console.core import charts
from console.core.charts import Mark
from console.core.pages import render_page
from console.core.text import explained
from console.rooms.factors import reason_words

__all__ = ["events"]

_MOST_HOURS_DAYS = 31  # more rows than that nobody reads
_MOST_REASONS_DRAWN = 6
_COLOURS = {SLOW_JOIN: 4, VIDEO_FREEZE: 1, AUDIO_FREEZE: 7}


@needs(Right.SEE_INSIGHTS)
@require_safe
def events(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show the abnormal events of a period, of all applications or one."""
    asked = read_question(request, connection, "events")
    context = asked.context(request.user)
    if asked.chosen and not asked.problem:
        period = asked.period
        found = happenings(asked.chosen, period.first, period.last, asked.compared.span, asked.step)
        happened = marks(asked.annotations())
        context |= {
            "found": found,
            "trend": _trend(found, asked, happened),
            "why": _why(found, asked, happened),
            "heat": _heat(found, asked) if found.events else None,
            "reasons": [_row(reason, comparable=found.comparable) for reason in found.reasons],
            "missing": found.possible - found.known,
            "missing_before": found.possible_before - found.known_before,
            **_people(request, asked),
            **asked.owed("factors", "events"),
        }
    return render_page(
        request, "analytics/events.html", partial="figures", context=context, status=asked.status
    )


def _people(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return who was hit, of the applications whose calls the viewer may see."""
    scope = application_scope(request.user, Right.SEE_ROOMS, asked.connection)
    chosen = [app for app in asked.chosen if scope is None or app.app_id in scope]
    hit = who_was_hit(chosen, asked.period.first, asked.period.last)
    names = {app.app_id: app.name for app in chosen}
    return {
        "hit": hit,
        "people": [_person(asked.connection, one, names[one.app_id]) for one in hit.people],
        "limited": hit.hours >= MOST_HOURS_READ,
    }


def _person(connection: Connection, one: Hit, app_name: str) -> dict[str, Any]:
    kinds = _kinds()
    url = ""
    with contextlib.suppress(NoReverseMatch):  # an id that fits into no address
        url = reverse("investigate:user", args=[connection.slug, one.app_id, one.user_id])
    return {
        "hit": one,
        "app_name": app_name,
        "url": url,
        "what": ", ".join(
            f"{kinds.get(kind, kind)} {charts.COUNT.write(count)}"
            for kind, count in sorted(one.kinds.items())
        ),
        "events": charts.COUNT.write(one.events),
    }


def _kinds() -> dict[int, str]:
    return {
        SLOW_JOIN: _("Slow or failed join"),
        VIDEO_FREEZE: _("Video froze"),
        AUDIO_FREEZE: _("Audio froze"),
    }


def _known(found: Happenings, asked: Asked) -> list[tuple[int, int]]:
    count = len(asked.chosen)
    return [(have, part.days * count) for have, part in zip(found.known_steps, found.parts, strict=True)]


def _trend(found: Happenings, asked: Asked, happened: list[Mark]) -> charts.Chart:
    names, known = _kinds(), _known(found, asked)
    note = _("Summed over reasons, days and applications: who was hit twice counts twice.")
    return charts.Chart(
        id="events-trend",
        title=_("People hit, by what happened"),
        axis=axis_of(found.parts, asked.step, known),
        group="period",
        marks=happened,
        series=[
            charts.Series(names[kind], values, key=str(kind), look="bar", stacked=True, colour=_COLOURS[kind])
            for kind, values in found.by_kind.items()
        ],
        note=" ".join(filter(None, [note, coverage_said(known, asked.step)])),
    )


def _why(found: Happenings, asked: Asked, happened: list[Mark]) -> charts.Chart | None:
    """Return the most frequent reasons over time; the others stand in the table."""
    reasons = found.reasons[:_MOST_REASONS_DRAWN]
    if len(reasons) < 2:
        return None
    colours = charts.colours_for(f"{one.kind}-{one.factor}" for one in reasons)
    return charts.Chart(
        id="events-reasons",
        title=_("People hit, by the most frequent reasons"),
        axis=axis_of(found.parts, asked.step, _known(found, asked)),
        group="period",
        marks=happened,
        series=[
            charts.Series(
                explained(str(_kinds().get(one.kind, one.kind)), _why_words(one)),
                one.steps,
                key=f"{one.kind}-{one.factor}",
                colour=colours[f"{one.kind}-{one.factor}"],
            )
            for one in reasons
        ],
    )


def _heat(found: Happenings, asked: Asked) -> charts.Heat:
    days = charts.Days(asked.period.first, asked.period.days).labels()
    return charts.Heat(
        id="events-hours",
        title=_("Events by hour (UTC)"),
        corner=_("Day"),
        rows=days[-_MOST_HOURS_DAYS:],
        columns=[f"{hour:02}" for hour in range(24)],
        values=found.hours[-_MOST_HOURS_DAYS:],
    )


def _why_words(reason: Reason) -> str:
    return reason_words(reason.factor, joining=reason.kind == SLOW_JOIN)


def _row(reason: Reason, *, comparable: bool) -> dict[str, Any]:
    change = ""
    if reason.before and comparable:
        change = f"{signed((reason.people - reason.before) / reason.before * 100)} %"
    return {
        "kind": _kinds().get(reason.kind, str(reason.kind)),
        "why": _why_words(reason),
        "people": charts.COUNT.write(reason.people),
        "before": "" if reason.before is None else charts.COUNT.write(reason.before),
        "change": change,
    }
