"""The meter of the top bar and the page behind it. They read our own tables: looking spends no quota."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.accounts.access import can, connection_scope, needs
from console.accounts.rights import Right
from console.connections.history import Range, quota_use
from console.connections.meter import LANES, cells, groups, meter_bars, tightest
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import go, render_page, wants_piece

__all__ = ["meter", "quota"]


@needs(Right.SEE_ROOMS)
@require_safe
def quota(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show the quotas of the connection's account: now, and over the last hour or day.

    ?part=history asks for the past alone. Who spent it is shown by name to those who may read the team's trail. What
    was spent through another connection of the account is shown as on that connection's own page, else as its alone.
    """
    piece = wants_piece(request)
    past = request.GET.get("part") == "history"
    context = {"connection": connection, "lanes": LANES, "now": timezone.now(), "ranges": list(Range)}
    context["misread"] = misread(request.GET, {"part": ("history",), "range": [one.word for one in Range]})
    context["may_change"] = manages = can(request.user, Right.MANAGE, connection)
    if not (piece and past):
        bars = meter_bars(connection)
        context["groups"], context["lowered"] = groups(bars), [bar for bar in bars if bar.lost_from]
    if past or not piece:
        people = can(request.user, Right.READ_TEAM_TRAIL, connection)
        span = Range.of(request.GET.get("range", ""))
        context["use"] = quota_use(
            connection,
            span,
            pages_of=connection_scope(request.user, Right.SEE_ROOMS),
            people_of=connection_scope(request.user, Right.READ_TEAM_TRAIL) if people else frozenset(),
            in_code=manages,
        )
        context["with_people"] = people
    return render_page(
        request, "connections/quota.html", partial="history" if past else "quotas", context=context
    )


@needs(Right.SEE_ROOMS)
@require_safe
def meter(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Fill the meter of the top bar; without scripts, the page behind it."""
    if not request.headers.get("HX-Request"):
        return go(request, reverse("connections:quota", args=[connection.slug]))
    bars = cells(meter_bars(connection))
    context = {"connection": connection, "bars": bars, "tightest": tightest(bars), "filled": True}
    return render_page(request, "connections/_meter.html", partial="meter", context=context)
