"""Figures as charts of the insights: their axis with what is known of each step, and what happened beside them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.analytics.services.figures import AppFigure, Combining, Found
from console.analytics.steps import Part, Step
from console.core import charts
from console.core.charts import Mark
from console.core.text import percent_of

__all__ = ["axis_of", "chart_of", "coverage_said", "known_of"]

_MOST_STACKED = charts.COLOURS


def axis_of(parts: Sequence[Part], step: Step, known: Sequence[tuple[int, int]] = ()) -> Any:
    """Return the axis of some steps. known: of each, how much is known and would be; a step with gaps says so."""
    if step is Step.DAY:
        return charts.Days(parts[0].first, len(parts), _notes_of_days(known))
    names = []
    for place, part in enumerate(parts):
        if step is Step.WEEK:
            year, week, _day = part.begins.isocalendar()
            name = f"{year}-W{week:02}"
        else:
            name = part.begins.strftime("%Y-%m")
        names.append(_with_notes(name, part, *(known[place] if known else (0, 0))))
    return charts.Steps([part.begins for part in parts], names, 7 if step is Step.WEEK else 30)


def _notes_of_days(known: Sequence[tuple[int, int]]) -> dict[int, str]:
    """Return how much is known of days that are known in part; one that is not known at all is a gap."""
    return {
        place: _share_known(have, possible)
        for place, (have, possible) in enumerate(known)
        if 0 < have < possible
    }


def _share_known(have: int, possible: int) -> str:
    return _("%(share)s %% known") % {"share": percent_of(have, possible)}


def _with_notes(name: str, part: Part, have: int, possible: int) -> str:
    """Add to the name of a step that the period cuts it, and how much is known of what the period has of it."""
    notes = []
    if part.days < part.whole:
        notes.append(_("%(days)s of %(whole)s days") % {"days": part.days, "whole": part.whole})
    if have < possible:
        notes.append(_share_known(have, possible))
    if not notes:
        return name
    return _("%(step)s, %(notes)s") % {"step": name, "notes": ", ".join(notes)}


def known_of(found: Found) -> list[tuple[int, int]]:
    """Return how many application-days each step of a figure has, and how many there are."""
    return [(cell.known, cell.possible) for cell in found.steps]


def coverage_said(known: Sequence[tuple[int, int]], step: Step) -> str:
    """Return how many steps are known in part; empty for whole ones, and for those that are gaps themselves."""
    missing = sum(0 < have < possible for have, possible in known)
    if not missing:
        return ""
    if step is Step.DAY:
        text = ngettext(
            "%(count)s day is known in part: it is of the part that is known, not stretched.",
            "%(count)s days are known in part: they are of the part that is known, not stretched.",
            missing,
        )
    elif step is Step.WEEK:
        text = ngettext(
            "%(count)s week has days without figures: it is of the days that are known, not stretched.",
            "%(count)s weeks have days without figures: they are of the days that are known, not stretched.",
            missing,
        )
    else:
        text = ngettext(
            "%(count)s month has days without figures: it is of the days that are known, not stretched.",
            "%(count)s months have days without figures: they are of the days that are known, not stretched.",
            missing,
        )
    return text % {"count": missing}


def chart_of(
    found: Found,
    parts: Sequence[Part],
    step: Step,
    *,
    by_app: Sequence[AppFigure] = (),
    several: bool,
    marks: Sequence[Mark] = (),
    then: str = "",
) -> charts.Chart:
    """Return a field as a chart. by_app: stack the applications. then: what the ghost is called."""
    field = found.field
    bars = field.combining is Combining.SUM
    common: dict[str, Any] = {"look": "bar" if bars else "line", "unfinished_from": found.provisional_from}
    series = []
    if bars and by_app and by_app[0].steps:
        series = _stacked(by_app, common)
    if not series:  # also where nothing is known of any application: a gap, not an empty chart
        if found.steps_then and any(value is not None for value in found.values_then):
            series.append(charts.Series(then, found.values_then, key="before", look="ghost"))
        series.append(charts.Series(str(field.label), found.values, key=field.name, **common))
    return charts.Chart(
        id=f"insights-{field.name.replace('_', '-')}",
        title=str(field.label),
        axis=axis_of(parts, step, known_of(found)),
        unit=field.unit,
        series=series,
        marks=marks,
        group="period",
        zero=field.combining is not Combining.RATE or field.more_is_better is False,
        high=1.0 if field.combining is Combining.RATE and field.more_is_better else None,
        note=" ".join(filter(None, [_note(found, step, several), coverage_said(known_of(found), step)])),
    )


def _stacked(by_app: Sequence[AppFigure], common: dict[str, Any]) -> list[charts.Series]:
    return [
        charts.Series(
            one.application.name,
            one.steps,
            key=one.application.app_id,
            colour=one.application.number % charts.COLOURS,
            stacked=True,
            **common,
        )
        for one in sorted(by_app, key=lambda each: each.application.number)
        if any(value is not None for value in one.steps)
    ]


def _note(found: Found, step: Step, several: bool) -> str:
    field = found.field
    if field.estimated:
        return _("An estimate: medians weighed by calls.")
    if field.combining is Combining.MOST and several:
        return _(
            "An upper bound: the sum of each application's most; the true most of all together is at most that."
        )
    if field.name == "user_count" and step is not Step.DAY:
        return _("Summed over days: who came on three days counts three times.")
    return ""
