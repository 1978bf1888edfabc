"""What a chart consists of. Nothing here draws: as_json() is for the scripts, table and summary are for everybody."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils.functional import Promise

from console.core.charts.axes import Axis, Moments, Names
from console.core.charts.units import COUNT, Unit

__all__ = ["BESIDE", "COLOURS", "LOOKS", "Chart", "Line", "Mark", "Series", "colour_for", "colours_for"]

_HUES = 8
COLOURS = 3 * _HUES  # each hue in three shapes: plain, with triangles, with diamonds
LOOKS = ("line", "area", "bar", "ghost", "dotted")
BESIDE = ("ghost", "dotted")  # for comparison: they tell no gaps and are not summed up
TONES = ("good", "watch", "bad", "info", "unknown")


def colour_for(key: str) -> int:
    """Return a colour's number for a name that has none of its own: the same one wherever the name appears."""
    return hashlib.sha256(key.encode()).digest()[0] % COLOURS


def colours_for(keys: Iterable[str]) -> dict[str, int]:
    """Return a colour's number for each of some names: as colour_for gives, but no two alike while there are enough.

    Where two would have the same hue, the one that comes later in the alphabet moves on.
    """
    found: dict[str, int] = {}
    for key in sorted(set(keys)):
        wished, taken = colour_for(key), {number % _HUES for number in found.values()}
        steps = range(_HUES) if len(taken) < _HUES else (0,)
        found[key] = next(
            (
                number
                for number in ((wished + step) % COLOURS for step in steps)
                if number % _HUES not in taken
            ),
            wished,
        )
    return found


@dataclass(frozen=True)
class Series:
    """One line, area or row of bars.

    values: one for each place of the axis; None is a gap and never drawn as zero (of single moments: no value then).
    look: one of LOOKS; a ghost is what was before, thin, grey and behind; dotted is the same thing elsewhere.
    colour: 0 to 23, see colour_for(); the same thing has the same one on every page. stacked: on top of the stacked
    ones before it. unfinished_from: place from which on values may still change: drawn dashed.
    """

    name: str | Promise
    values: Sequence[float | None]
    key: str = ""
    look: str = "line"
    colour: int = 0
    stacked: bool = False
    unfinished_from: int | None = None


@dataclass(frozen=True)
class Line:
    """A threshold across the chart. tone: one of TONES."""

    value: float
    label: str | Promise
    tone: str = "bad"


@dataclass(frozen=True)
class Mark:
    """Something that happened at a moment, or went on until another: a release, an incident, a freeze.

    over: False for what was not over by `until`, which is only as far as is known.
    """

    at: datetime
    label: str | Promise
    until: datetime | None = None
    tone: str = "info"
    url: str = ""
    over: bool = True


@dataclass(frozen=True)
class Chart:
    """A chart over one axis with one unit.

    id: unique on its page, of letters, digits and hyphens; it names the chart over refreshes.
    title: empty where the page says it already (then `label` names it for screen readers).
    known: places of the axis that have passed; what is missing behind them is not a gap but not there yet.
    group: charts of one group share crosshair and zoom. zero: whether the scale begins at nought; areas and bars
    always do. upside_down: the scale grows downwards, for what is received below what is sent. bars_across: names
    stand on the left. height: "s", "m", "l". table: False for small multiples whose page has one table for all.
    table_url: where the table is, of charts whose table is too long to go along with the page; opening fetches it.
    summary: one sentence instead of the made one. note: said under the chart.
    """

    id: str
    axis: Axis
    series: Sequence[Series]
    title: str | Promise = ""
    label: str | Promise = ""
    unit: Unit = COUNT
    known: int | None = None
    lines: Sequence[Line] = ()
    marks: Sequence[Mark] = ()
    group: str = ""
    zero: bool = True
    low: float | None = None
    high: float | None = None
    upside_down: bool = False
    bars_across: bool = False
    height: str = "m"
    table: bool = True
    table_url: str = ""
    open_table: bool = False
    summary: str = ""
    note: str | Promise = ""
    rows: int = field(default=400)

    def __post_init__(self) -> None:
        for one in self.series:
            if one.look not in LOOKS:
                raise ValueError(f"{one.look!r} is no look; there are {', '.join(LOOKS)}")
            if len(one.values) != len(self.axis):
                raise ValueError(f"{one.name}: {len(one.values)} values for {len(self.axis)} places")

    @property
    def name(self) -> str:
        """What the chart is called, by eye or by ear."""
        return str(self.title or self.label)

    @property
    def from_zero(self) -> bool:
        """Whether the scale begins at nought."""
        return self.zero or any(one.look in ("area", "bar") for one in self.series)

    @cached_property
    def places_known(self) -> int:
        """How many places of the axis have passed."""
        return len(self.axis) if self.known is None else max(0, min(self.known, len(self.axis)))

    @cached_property
    def gaps(self) -> list[tuple[int, int]]:
        """Runs of places, first and last, that have passed and for which no series has a value.

        What stands there for comparison doesn't count, and between single moments silence is told by Moments.gap_after.
        """
        solid = [one.values for one in self.series if one.look not in BESIDE]
        if isinstance(self.axis, Names | Moments) or not solid:
            return []
        runs: list[tuple[int, int]] = []
        for place in range(self.places_known):
            if any(values[place] is not None for values in solid):
                continue
            if runs and runs[-1][1] == place - 1:
                runs[-1] = (runs[-1][0], place)
            else:
                runs.append((place, place))
        return runs

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to draw."""
        return all(value is None for one in self.series for value in one.values)
