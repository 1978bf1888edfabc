"""A chart's numbers as rows of a table: HTML built at once, for a year of twenty series has thousands of cells."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from console.core.charts.axes import Grid, Names
from console.core.charts.spec import Chart, Series
from console.core.charts.units import NOTHING
from console.core.text import shown

__all__ = ["Table", "table_of"]

_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)


@dataclass(frozen=True)
class Table:
    """head, body: rows of a table, as HTML. left_out: a sentence when not every place has its row, else ""."""

    head: SafeString
    body: SafeString
    left_out: str = ""


def table_of(chart: Chart) -> Table:
    """Return the numbers as rows, newest last; of a very long chart every so many places only, and that is said."""
    every = _every(chart)
    places = list(range(0, chart.places_known, every))
    labels = chart.axis.labels()
    columns = [_column(chart, one, places) for one in chart.series]
    names = [shown(str(one.name), 40) for one in chart.series]
    hostile = isinstance(chart.axis, Names)
    rows = []
    for row, place in enumerate(places):
        label: str = shown(labels[place], 48) if hostile else escape(labels[place])
        if any(one.unfinished_from is not None and place >= one.unfinished_from for one in chart.series):
            label = f'{label} <span class="quiet">{escape(gettext("so far"))}</span>'
        cells = "".join(column[row] for column in columns)
        rows.append(f'<tr><th scope="row" class="tabular nowrap">{label}</th>{cells}</tr>')
    heads = "".join(f'<th scope="col" class="num">{name}</th>' for name in names)
    head = f'<tr><th scope="col">{escape(chart.axis.heading)}</th>{heads}</tr>'
    return Table(SafeString(head), SafeString("".join(rows)), _left_out(chart, every))


def _column(chart: Chart, one: Series, places: list[int]) -> list[str]:
    write, nothing = chart.unit.write, f'<td class="num nothing">{NOTHING}</td>'
    return [
        nothing if (value := one.values[place]) is None else f'<td class="num">{escape(write(value))}</td>'
        for place in places
    ]


def _every(chart: Chart) -> int:
    if chart.places_known <= chart.rows:
        return 1
    if isinstance(chart.axis, Grid):
        for minutes in _MINUTES:
            every = minutes * 60 // chart.axis.step
            if every and chart.places_known / every <= chart.rows:
                return every
    return -(-chart.places_known // chart.rows)


def _left_out(chart: Chart, every: int) -> str:
    if every == 1:
        return ""
    if isinstance(chart.axis, Grid) and chart.axis.step * every % 60 == 0:
        minutes = chart.axis.step * every // 60
        return ngettext(
            "One row a minute: the value at that moment, no average.",
            "One row every %(count)s minutes: the value at that moment, no average.",
            minutes,
        ) % {"count": minutes}
    return gettext("One of every %(count)s rows.") % {"count": every}
