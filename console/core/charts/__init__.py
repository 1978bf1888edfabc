"""Charts: said once in Python, drawn by static/js/charts, and always there as a table too.

A page builds a `Chart` (or a `Heat`), its template writes `{% load chart_tags %}{% chart name %}` and, in the block
"head", `{% chart_scripts %}`. The shape that the scripts get stands in shape.py.
"""

from console.core.charts.axes import Days, Grid, Moments, Names, Steps
from console.core.charts.heat import Heat
from console.core.charts.spec import COLOURS, Chart, Line, Mark, Series, colour_for, colours_for
from console.core.charts.units import COUNT, MILLISECONDS, NUMBER, RATIO, SECONDS, Unit

__all__ = [
    "COLOURS",
    "COUNT",
    "MILLISECONDS",
    "NUMBER",
    "RATIO",
    "SECONDS",
    "Chart",
    "Days",
    "Grid",
    "Heat",
    "Line",
    "Mark",
    "Moments",
    "Names",
    "Series",
    "Steps",
    "Unit",
    "colour_for",
    "colours_for",
]
