"""Who was online: by region, network, platform or SDK, and how that went. Reads the store alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.analytics.services.annotations import marks
from console.analytics.services.distributions import MOMENTS_A_DAY, Distribution, Share, distribution
from console.analytics.told import signed
from console.analytics.views.asking import Asked, read_question
from console.analytics.views.drawn import axis_of, coverage_said
from console.connections.models import Connection
from console.core import charts
from console.core.charts import Mark
from console.core.pages import render_page
from console.core.places import named
from console.core.text import percent_of

__all__ = ["spreads"]

_REST = 8  # the colour of what is shown together


@needs(Right.SEE_INSIGHTS)
@require_safe
@gzip_page
def spreads(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show one dimension of those online over a period, of all applications or one."""
    asked = read_question(request, connection, "spreads")
    context = asked.context(request.user)
    if asked.chosen and not asked.problem:
        period, happened = asked.period, marks(asked.annotations())
        found = distribution(
            asked.dimension, asked.chosen, period.first, period.last, asked.compared.span, asked.step
        )
        context |= {
            "found": found,
            "trend": _trend(found, asked, happened) if found.shares else None,
            "rows": [_row(one, found, asked.dimension) for one in found.shares],
            "share_known": percent_of(found.known, found.possible),
        } | asked.owed(f"spread:{asked.dimension}")
    return render_page(
        request, "analytics/spreads.html", partial="figures", context=context, status=asked.status
    )


def _name(one: Share, found: Distribution, dimension: str) -> str:
    if one.value:
        return named(dimension, one.value)
    return _("%(count)s others together") % {"count": found.others} if found.others else _("unknown")


def _trend(found: Distribution, asked: Asked, happened: list[Mark]) -> charts.Chart:
    known = [
        (have, part.days * MOMENTS_A_DAY * len(asked.chosen))
        for have, part in zip(found.known_steps, found.parts, strict=True)
    ]
    colours = charts.colours_for(one.value for one in found.shares if one.value)
    return charts.Chart(
        id="spreads-trend",
        title=_("People online on average"),
        axis=axis_of(found.parts, asked.step, known),
        unit=charts.NUMBER,
        group="period",
        marks=happened,
        series=[
            charts.Series(
                _name(one, found, asked.dimension),
                one.steps,
                key=one.value or "rest",
                look="area",
                stacked=True,
                colour=colours.get(one.value, _REST),
            )
            for one in found.shares
        ],
        note=" ".join(
            filter(
                None,
                [
                    _(
                        "The mean of the moments that are stored, every two hours; of several applications added up."
                    ),
                    coverage_said(known, asked.step),
                ],
            )
        ),
    )


def _row(one: Share, found: Distribution, dimension: str) -> dict[str, Any]:
    part = one.mean / found.mean if found.mean else None
    part_then = one.then / found.then if one.then is not None and found.then else None
    points = None if part is None or part_then is None else (part - part_then) * 100
    return {
        "name": _name(one, found, dimension),
        "mean": charts.NUMBER.write(one.mean),
        "part": charts.RATIO.with_digits(1).write(part),
        "then": "" if one.then is None else charts.NUMBER.write(one.then),
        "part_then": "" if part_then is None else charts.RATIO.with_digits(1).write(part_then),
        "points": "" if points is None else signed(points, 1),
    }
