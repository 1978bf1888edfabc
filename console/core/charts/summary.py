"""A chart in one sentence or two, for those who can't look or needn't."""

from dataclasses import replace

from django.utils.translation import gettext, ngettext

from console.core.charts.axes import Days, Names
from console.core.charts.spec import BESIDE, Chart, Series
from console.core.text import plain

__all__ = ["summary_of"]

_MOST_SERIES = 3


def summary_of(chart: Chart) -> str:
    """Return what the chart shows: of few series the last, highest and lowest value each, of many the extremes."""
    if chart.summary:
        return chart.summary
    axis = replace(chart.axis, notes={}) if isinstance(chart.axis, Days) else chart.axis
    labels = axis.labels()  # without notes, which would come with each value
    told = [one for one in chart.series if one.look not in BESIDE and any(v is not None for v in one.values)]
    if not told:
        return gettext("No data.")
    if len(told) <= _MOST_SERIES:
        parts = [_one(chart, one, labels, named=len(chart.series) > 1) for one in told]
    else:
        parts = [_many(chart, told, labels)]
    if chart.gaps:
        missing = sum(last - first + 1 for first, last in chart.gaps)
        parts.append(
            ngettext(
                "%(count)s of %(all)s points is missing.", "%(count)s of %(all)s points are missing.", missing
            )
            % {"count": missing, "all": chart.places_known}
        )
    return " ".join(parts)


def _known(one: Series) -> list[tuple[int, float]]:
    return [(place, value) for place, value in enumerate(one.values) if value is not None]


def _one(chart: Chart, one: Series, labels: list[str], *, named: bool) -> str:
    points = _known(one)
    most, least = max(points, key=lambda point: point[1]), min(points, key=lambda point: point[1])
    write = chart.unit.write
    said = {
        "name": plain(str(one.name)),
        "last": write(points[-1][1]),
        "last_at": plain(labels[points[-1][0]]),
        "most": write(most[1]),
        "most_at": plain(labels[most[0]]),
        "least": write(least[1]),
        "least_at": plain(labels[least[0]]),
    }
    if isinstance(chart.axis, Names):
        text = gettext("Most: %(most)s (%(most_at)s); least: %(least)s (%(least_at)s).") % said
    else:
        text = gettext(
            "Last %(last)s (%(last_at)s), highest %(most)s (%(most_at)s), lowest %(least)s (%(least_at)s)."
        )
        text = text % said
    return gettext("%(name)s: %(text)s") % {**said, "text": text} if named else text


def _many(chart: Chart, told: list[Series], labels: list[str]) -> str:
    most = max(((one, *point) for one in told for point in _known(one)), key=lambda found: found[2])
    return gettext("%(count)s lines. Highest: %(name)s with %(most)s (%(at)s).") % {
        "count": len(told),
        "name": plain(str(most[0].name)),
        "most": chart.unit.write(most[2]),
        "at": plain(labels[most[1]]),
    }
