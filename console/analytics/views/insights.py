"""Insights: a period of the store in figures, charts and rows, compared with another."""

from dataclasses import replace
from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.periods import COMPARISONS
from console.analytics.services.annotations import marks
from console.analytics.services.backlog import kinds_of
from console.analytics.services.exporting import export_figures
from console.analytics.services.figures import Figures, figures
from console.analytics.told import app_row, mover_said, tile
from console.analytics.views.asking import Asked, read_question
from console.analytics.views.drawn import chart_of
from console.connections.models import Connection
from console.core.charts import Chart
from console.core.pages import go, render_page

__all__ = ["insights", "insights_csv", "insights_table"]

#: numbers on a page, from which on its tables come when they are opened: a year of days is thousands of rows
_MOST_IN_TABLES = 2000


@needs(Right.SEE_INSIGHTS)
@require_safe
@gzip_page
def insights(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show a view of a period, of all applications or one. Reads the store alone."""
    asked = read_question(request, connection, "insights")
    context = asked.context(request.user)
    if asked.chosen and not asked.problem:
        found = _figures(asked)
        context |= _shown(asked, found) | asked.owed(*kinds_of(asked.view))
    return render_page(
        request, "analytics/insights.html", partial="figures", context=context, status=asked.status
    )


@needs(Right.SEE_INSIGHTS)
@require_safe
@gzip_page
def insights_table(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show one figure of the page with its table: what a page with too many numbers leaves out.

    Where there is nothing to show, the page itself says why.
    """
    asked = read_question(request, connection, "insights", "figure")
    if asked.problem or not asked.chosen:
        page = reverse("analytics:insights", args=[connection.slug])
        return go(request, f"{page}?{request.GET.urlencode()}")
    names = [field.name for field in asked.view.fields]
    figure = request.GET.get("figure", names[0])
    if figure not in names:
        raise Http404
    drawn = _charts(asked, _figures(asked))[names.index(figure)]
    back = request.GET.copy()
    back.pop("figure", None)
    context = {
        "asked": asked,
        "connection": connection,
        "chart": replace(drawn, open_table=True),
        "back": back.urlencode(),
    }
    return render_page(request, "analytics/figure.html", partial="table", context=context)


@needs(Right.SEE_INSIGHTS)
@require_safe
def insights_csv(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Return exactly what the page shows, a row a step; on record."""
    asked = read_question(request, connection, "insights")
    if asked.problem:
        raise Http404(asked.problem)
    text = export_figures(
        connection,
        asked.view,
        asked.chosen,
        asked.period,
        asked.step,
        app_id=asked.app_id,
        actor=cast(User, request.user),
    )
    name = f"{asked.view.name}-{asked.period.first}-{asked.period.last}.csv"
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _figures(asked: Asked) -> Figures:
    period = asked.period
    return figures(asked.view, asked.chosen, period.first, period.last, asked.compared.span, asked.step)


def _shown(asked: Asked, found: Figures) -> dict[str, Any]:
    several = asked.several
    drawn = _charts(asked, found)
    if sum(len(one.series) * len(one.axis) for one in drawn) > _MOST_IN_TABLES:
        drawn = [
            replace(one, table_url=f"table/?{_with(asked.query, of.field.name)}")
            for one, of in zip(drawn, found.fields, strict=True)
        ]
    return {
        "tiles": [tile(one, several=several) for one in found.fields],
        "charts": drawn,
        "rows": [app_row(asked.view, one) for one in found.by_app] if several else [],
        "mover": mover_said(asked.view, found.by_app),
        "then": _then_called(asked),
        "lengths_differ": asked.compared.days not in (0, asked.period.days),
        "coverage": found.fields[0],
        "known_from": _known_from(found),
        "csv_url": f"csv/?{asked.query}",
    }


def _known_from(found: Figures) -> date | None:
    """Return the first step that anything is known of; None where that is the first of all, or none."""
    for part, cell in zip(found.parts, found.fields[0].steps, strict=True):
        if cell.known:
            return None if part is found.parts[0] else part.first
    return None


def _charts(asked: Asked, found: Figures) -> list[Chart]:
    """Return each field as a chart; of the main one each application is drawn."""
    happened, then = marks(asked.annotations()), _then_called(asked)
    return [
        chart_of(
            one,
            found.parts,
            asked.step,
            by_app=() if place else found.by_app,
            several=asked.several,
            marks=happened,
            then=then,
        )
        for place, one in enumerate(found.fields)
    ]


def _with(query: str, figure: str) -> str:
    return "&".join(filter(None, [f"figure={figure}", query]))


def _then_called(asked: Asked) -> str:
    """Return what the other period is called; empty without one."""
    if asked.compared.span is None:
        return ""
    if asked.compared.name == "before":
        return _("Period before")
    if asked.compared.name in ("week", "year"):
        return {"week": _("A week earlier"), "year": _("A year earlier")}[asked.compared.name]
    return f"{asked.compared.first} – {asked.compared.last}" if asked.compared.name in COMPARISONS else ""
