"""Who came or went, in sentences with figures. What is said is worked out in moving.py."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.analytics.models import Spread
from console.analytics.services.distributions import movers
from console.analytics.views.asking import Asked, read_question
from console.connections.models import Connection
from console.core import charts
from console.core.pages import render_page
from console.core.places import named
from console.core.text import plain

__all__ = ["moved"]

_COUNTED = charts.NUMBER


@needs(Right.SEE_INSIGHTS)
@require_safe
def moved(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Say who came or went, by region, network, platform and SDK: the insights fetch it once they are shown."""
    asked = read_question(request, connection, "insights")
    sentences = [] if asked.problem else _by_dimension(asked)
    context = {"connection": connection, "asked": asked, "sentences": sentences}
    return render_page(request, "analytics/moved.html", partial="moved", context=context, status=asked.status)


def _by_dimension(asked: Asked) -> list[str]:
    """Return a sentence for each dimension in which anybody moved. Two queries, none without a comparison."""
    if asked.compared.span is None or not asked.chosen:
        return []
    labels = dict(Spread.Dimension.choices)
    sentences = []
    found = movers(asked.chosen, (asked.period.first, asked.period.last), asked.compared.span)
    for dimension, value, moved in sorted(found, key=lambda one: -abs(one[2].effect)):
        text = _(
            "%(dimension)s: %(value)s, on average %(now)s people online after %(before)s; of all %(whole_now)s after"
            " %(whole_before)s."
        )
        sentences.append(
            text
            % {
                "dimension": labels[dimension],
                "value": plain(named(dimension, value)) or _("unknown"),
                "now": _COUNTED.write(moved.now),
                "before": _COUNTED.write(moved.before),
                "whole_now": _COUNTED.write(moved.whole_now),
                "whole_before": _COUNTED.write(moved.whole_before),
            }
        )
    return sentences
