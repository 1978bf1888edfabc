"""A heat map: a table whose cells are shaded by their value. It needs no script, prints, and can be read out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from console.core.charts.units import COUNT, NOTHING, Unit

__all__ = ["STEPS", "Heat"]

STEPS = 8  # shades


@dataclass(frozen=True)
class Heat:
    """Values by row and column, for example day by hour.

    values: a row for each of `rows`, a value for each of `columns`; None is a gap. low, high: the ends of the shades;
    by default nought (or the lowest value, if zero is False) and the highest value. worse_low: low values are the ones
    to see, so they are dark. corner: what the rows are.
    """

    id: str
    title: str | Promise
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float | None]]
    unit: Unit = COUNT
    corner: str | Promise = ""
    zero: bool = True
    low: float | None = None
    high: float | None = None
    worse_low: bool = False
    note: str | Promise = ""
    #: charts and heat maps stand in the same template
    is_heat: bool = True

    @property
    def ends(self) -> tuple[float, float]:
        """The values at which the shades begin and end."""
        known = [value for row in self.values for value in row if value is not None] or [0.0]
        low = self.low if self.low is not None else 0.0 if self.zero else min(known)
        high = self.high if self.high is not None else max(known)
        return low, high if high > low else low + 1

    def shade(self, value: float) -> int:
        """Return the value's shade, 0 to STEPS - 1."""
        low, high = self.ends
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return min(int((1 - share if self.worse_low else share) * STEPS), STEPS - 1)

    @property
    def summary(self) -> str:
        """The extremes in a sentence."""
        known = [
            (value, row, column)
            for row, values in zip(self.rows, self.values, strict=True)
            for column, value in zip(self.columns, values, strict=True)
            if value is not None
        ]
        if not known:
            return gettext("No data.")
        most, least = max(known, key=lambda one: one[0]), min(known, key=lambda one: one[0])
        missing = sum(value is None for row in self.values for value in row)
        text = gettext("Highest %(most)s (%(most_at)s), lowest %(least)s (%(least_at)s).") % {
            "most": self.unit.write(most[0]),
            "most_at": f"{most[1]} {most[2]}",
            "least": self.unit.write(least[0]),
            "least_at": f"{least[1]} {least[2]}",
        }
        if missing:
            text += " " + ngettext(
                "%(count)s field has no data.", "%(count)s fields have no data.", missing
            ) % {"count": missing}
        return text

    @property
    def body(self) -> SafeString:
        """The rows as HTML."""
        rows = []
        for name, values in zip(self.rows, self.values, strict=True):
            cells = "".join(self._cell(value) for value in values)
            rows.append(f'<tr><th scope="row" class="tabular nowrap">{escape(name)}</th>{cells}</tr>')
        return SafeString("".join(rows))

    @property
    def legend(self) -> list[tuple[int, str]]:
        """The shades from light to dark with the value at which each begins."""
        low, high = self.ends
        width = (high - low) / STEPS
        starts = [high - width * n if self.worse_low else low + width * n for n in range(STEPS)]
        return [(number, self.unit.write(start)) for number, start in enumerate(starts)]

    def _cell(self, value: float | None) -> str:
        if value is None:
            return f'<td class="heat-gap">{NOTHING}</td>'
        return f'<td class="heat-{self.shade(value)}">{escape(self.unit.write(value))}</td>'
