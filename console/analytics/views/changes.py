"""Changes of the past: figures that the cloud told otherwise when it was asked again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.analytics.services.changes import Change, changes
from console.analytics.services.figures import VIEWS, Field
from console.analytics.told import signed
from console.analytics.views.asking import read_question
from console.connections.models import Connection
from console.core import charts
from console.core.pages import render_page
from console.core.paging import page_of, whole_number

__all__ = ["changes_of_the_past"]

_SIZE = 50
# {figure as the collector notes it: (view, field)}
_FIGURES: dict[str, tuple[str, Field]] = {
    f"{'usage.' + view.kind if view.kind else view.model._meta.model_name.removeprefix('day')}.{field.name}": (  # type: ignore[union-attr]
        view.name,
        field,
    )
    for view in VIEWS.values()
    for field in view.fields
}


@needs(Right.SEE_INSIGHTS)
@require_safe
def changes_of_the_past(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List what changed of the days of a period after it had been stored."""
    asked = read_question(request, connection, "changes")
    context = asked.context(request.user)
    if asked.chosen and not asked.problem:
        number = whole_number(request.GET.get("page"), 1)
        found, total = changes(
            asked.chosen, asked.period.first, asked.period.last, start=(number - 1) * _SIZE, size=_SIZE
        )
        context |= {
            "rows": [_row(one) for one in found],
            "page": page_of(request.GET, size=_SIZE, shown=len(found), total=total),
            "total": total,
        }
    return render_page(
        request, "analytics/changes.html", partial="figures", context=context, status=asked.status
    )


def _row(one: Change) -> dict[str, Any]:
    view, field = _FIGURES.get(one.figure, ("", None))
    unit = field.unit if field else charts.NUMBER
    change = ""
    if one.before and one.after is not None:
        change = f"{signed((one.after - one.before) / one.before * 100, 2)} %"
    label = one.figure
    if field:
        label = _("%(view)s: %(figure)s") % {"view": VIEWS[view].label, "figure": field.label}
    return {
        "change": one,
        "label": label,
        "before": unit.write(one.before),
        "after": unit.write(one.after),
        "share": change,
        "view": view,
    }
