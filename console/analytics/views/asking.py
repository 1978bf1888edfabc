"""What the addresses of insights say: page, view, application, period, step, comparison."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.accounts.access import application_scope
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.models import Annotation, SavedView, Spread
from console.analytics.periods import (
    COMPARISONS,
    CUSTOM,
    PRESETS,
    Compared,
    Period,
    read_comparison,
    read_period,
    read_step,
)
from console.analytics.services.annotations import annotations
from console.analytics.services.backlog import backlog
from console.analytics.services.figures import VIEWS, View
from console.analytics.services.known import Remembered, remembered, why_it_rests
from console.analytics.services.saving import saved_views
from console.analytics.steps import STEP_NAMES, Step
from console.analytics.told import owed_said
from console.connections.models import Connection
from console.core.misread import misread

__all__ = ["PAGES", "Asked", "read_question"]

#: the pages of the insights, in their order: url name and label
PAGES: tuple[tuple[str, str | Promise], ...] = (
    ("insights", gettext_lazy("Figures")),
    ("spreads", gettext_lazy("Who was online")),
    ("events", gettext_lazy("Abnormal events")),
    ("changes", gettext_lazy("Changes of the past")),
    ("annotations", gettext_lazy("Annotations")),
    ("reports", gettext_lazy("Reports")),
)
_KNOWN = {
    "view": VIEWS,
    "dimension": Spread.Dimension.values,
    "range": (*PRESETS, CUSTOM),
    "step": [step.value for step in STEP_NAMES],
    "compare": COMPARISONS,
}
_FREE = ("app", "first", "last", "cfirst", "clast")


@dataclass(frozen=True)
class Asked:
    """A question to the store. chosen: the applications that it is about. problem: why a part of it was not taken.

    misread: what in the address nobody understands.
    """

    page: str
    connection: Connection
    applications: list[Remembered]
    scope: frozenset[str] | None
    app_id: str
    chosen: list[Remembered]
    view: View
    dimension: str
    period: Period
    compared: Compared
    step: Step
    query: str
    misread: list[str]

    @property
    def problem(self) -> str:
        return self.period.problem or self.compared.problem

    @property
    def status(self) -> int:
        return 422 if self.problem else 200

    @property
    def several(self) -> bool:
        return len(self.chosen) > 1

    def annotations(self) -> list[Annotation]:
        """Return what happened in the period. One query."""
        first = datetime.combine(self.period.first, time.min, UTC)
        last = datetime.combine(self.period.last, time.min, UTC) + timedelta(days=1)
        return annotations(self.connection, self.scope, app_id=self.app_id, since=first, until=last)

    def owed(self, *kinds: str) -> dict[str, Any]:
        """Return what the page says of days that errands of these kinds still have to fetch."""
        found = backlog(
            self.connection, kinds, self.chosen, (self.period.first, self.period.last), self.compared.span
        )
        rests = why_it_rests(self.connection) if found else ""
        return {"owed": owed_said(found, several=self.several, rests=rests) if found else ""}

    def context(self, user: Any) -> dict[str, Any]:
        """Return what the filters and the tabs show; with the views that the person saved. One query."""
        return {
            "asked": self,
            "connection": self.connection,
            "pages": PAGES,
            "views": list(VIEWS.values()),
            "dimensions": Spread.Dimension.choices,
            "ranges": [*PRESETS.items(), (CUSTOM, _("From – to"))],
            "steps": [(step.value, name) for step, name in STEP_NAMES.items()],
            "comparisons": COMPARISONS.items(),
            "saved": _saved(self, user),
            "printed_at": timezone.localtime(),
            "misread": self.misread,
        }


def read_question(request: HttpRequest, connection: Connection, page: str, *own: str) -> Asked:
    """Read the address of a page of insights; 404 for an application that is not there.

    own: what else the page reads from it.
    """
    scope = application_scope(request.user, Right.SEE_INSIGHTS, connection)
    applications = remembered(connection, scope)
    app_id = request.GET.get("app", "")
    chosen = [app for app in applications if app.app_id == app_id] if app_id else applications
    if app_id and not chosen:
        raise Http404(_("Nothing is known of such an application, or you have no role on it."))
    query = request.GET.dict()
    period = read_period(query, timezone.now().astimezone(UTC).date())
    dimension = query.get("dimension", "")
    return Asked(
        page,
        connection,
        applications,
        scope,
        app_id,
        chosen,
        VIEWS.get(query.get("view", ""), VIEWS["usage"]),
        dimension if dimension in Spread.Dimension.values else Spread.Dimension.REGION.value,
        period,
        read_comparison(query, period),
        read_step(query, period),
        request.GET.urlencode(),
        misread(request.GET, _KNOWN, (*_FREE, *own)),
    )


def _saved(asked: Asked, user: Any) -> list[dict[str, Any]]:
    rows: list[SavedView] = saved_views(asked.connection, cast(User, user), asked.scope)
    return [{"view": row, "mine": row.owner_id == user.pk, "page": f"analytics:{row.page}"} for row in rows]
