"""The one shape in which the scripts get a chart.

    id, name, group         texts; group: whose crosshair and zoom are shared, "" for none
    unit                    {kind: number | ratio | seconds, digits, suffix, words?}
    x                       {kind: "time", start, step, count} or {kind: "time", at: […], from, to, gapAfter},
                            each with offsets: [[from when, seconds ahead of UTC], …], and days: true where places are
                            days of UTC, with notes: {place: text} beside some; labels: […] where places have names
                            (weeks, months: `at` and `step`);
                            or {kind: "names", names: […]}. Moments are seconds since 1970.
    series                  [{key, name, look: one of LOOKS, colour: 0–23, stacked, from?, values: […]}]
                            null is a gap; from: the first place that is unfinished
    known                   places that have passed
    gaps                    [[first place, last place], …] that have passed and have no value at all
    lines                   [{value, label, tone}]: thresholds
    marks                   [{at, until?, label, tone}]: what happened
    zero, low, high, upsideDown, across      of the scale

Nothing in it is markup, and nothing of it is run.
"""

import json
from typing import Any

from console.core.charts.spec import Chart, Series
from console.core.text import plain

__all__ = ["as_json", "packed"]

_HARMLESS = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def packed(chart: Chart) -> str:
    """Return the chart as JSON that can stand inside an element of a page."""
    text = json.dumps(as_json(chart), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.translate(_HARMLESS)


def as_json(chart: Chart) -> dict[str, Any]:
    """Return the chart as plain dicts and lists."""
    return {
        "id": chart.id,
        "name": plain(chart.name),
        "group": chart.group,
        "unit": chart.unit.as_json(),
        "x": chart.axis.as_json(),
        "series": [_series(chart, one) for one in chart.series],
        "known": chart.places_known,
        "gaps": chart.gaps,
        "lines": [
            {"value": line.value, "label": plain(str(line.label)), "tone": line.tone} for line in chart.lines
        ],
        "marks": [
            {
                "at": mark.at.timestamp(),
                "until": mark.until.timestamp() if mark.until else None,
                "label": plain(str(mark.label)),
                "tone": mark.tone,
            }
            for mark in chart.marks
        ],
        "zero": chart.from_zero,
        "low": chart.low,
        "high": chart.high,
        "upsideDown": chart.upside_down,
        "across": chart.bars_across,
    }


def _series(chart: Chart, one: Series) -> dict[str, Any]:
    said = {
        "key": one.key or str(one.name),
        "name": plain(str(one.name)),
        "look": one.look,
        "colour": one.colour,
        "stacked": one.stacked,
        "values": [chart.unit.sent(value) for value in one.values],
    }
    if one.unfinished_from is not None:
        said["from"] = one.unfinished_from
    return said
