"""The list of applications."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.applications.addresses import address
from console.applications.services.exporting import export_applications
from console.applications.services.facts import list_facts
from console.applications.services.history import unsettled_changes
from console.applications.shapes import MOST_APPLICATIONS, ApplicationFacts
from console.connections.models import Connection
from console.core.downloads import csv_download
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.core.problems import cloud_problem
from console.core.sorting import Column, Sorting, read_sorting, sort_values
from console.core.trouble_pages import render_trouble
from console.sparkrtc.errors import SparkError

__all__ = ["application_list", "applications_csv"]

_TEMPLATE = "applications/application_list.html"
_LONGEST_SEARCH = 100
_STATES = {"enabled": "ACTIVATION", "disabled": "DEACTIVATION", "arrears": "ARREARS"}


@needs(Right.SEE_ROOMS)
@require_safe
def application_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the applications that the viewer may reach. One shared call, none while its answer is fresh."""
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    may_create = can(request.user, Right.CONFIGURE, connection, whole=True)
    context: dict[str, Any] = {
        "connection": connection,
        "may_create": may_create,
        "creating": unsettled_changes(connection) if may_create else [],
        "whole": scope is None,
        "most": MOST_APPLICATIONS,
        "again": request.get_full_path(),
        "piece": wants_piece(request),
        "misread": misread(request.GET, {"state": _STATES, "sort": sort_values(_ORDERS)}, ("q",)),
    }
    try:
        found = list_facts(connection, scope)
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="listed", context=context)
    state, search = _read_filters(request.GET)
    sorting = read_sorting(request.GET, _columns())
    fitting = _sorted([app for app in found.items if _fits(app, state, search.casefold())], sorting)
    size, number = size_of(request.GET), whole_number(request.GET.get("page"), 1)
    shown = fitting[(number - 1) * size : number * size]
    context |= {
        "found": found,
        "state": state,
        "search": search,
        "sorting": sorting,
        "csv_url": _csv_url(request, connection),
        "tabs": _tabs(request.GET, found.items),
        "rows": [
            {"app": app, "url": address("applications:detail", connection, app.app_id)} for app in shown
        ],
        "page": page_of(request.GET, size=size, shown=len(shown), total=len(fitting)),
    }
    return render_page(request, _TEMPLATE, partial="listed", context=context)


@needs(Right.SEE_INSIGHTS)
@require_safe
def applications_csv(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Return all that the list's filters leave, in its order, as CSV; on record. One shared call at most."""
    try:
        found = list_facts(connection, application_scope(request.user, Right.SEE_INSIGHTS, connection))
    except SparkError as error:
        return cloud_problem(request, error, back_url=reverse("applications:list", args=[connection.slug]))
    state, search = _read_filters(request.GET)
    fitting = [app for app in found.items if _fits(app, state, search.casefold())]
    text = export_applications(
        connection,
        _sorted(fitting, read_sorting(request.GET, _columns())),
        filters={"state": state, "search": search},
        actor=request.user if isinstance(request.user, User) else None,
    )
    return csv_download(text, f"applications-{connection.slug}")


def _csv_url(request: HttpRequest, connection: Connection) -> str:
    """Return where the list is taken away, "" for whoever may not."""
    if application_scope(request.user, Right.SEE_INSIGHTS, connection) == frozenset():
        return ""
    wanted = request.GET.copy()
    for gone in ("page", "size"):
        wanted.pop(gone, None)
    query = wanted.urlencode()
    return reverse("applications:csv", args=[connection.slug]) + (f"?{query}" if query else "")


def _read_filters(query: QueryDict) -> tuple[str, str]:
    state = query.get("state", "")
    return state if state in _STATES else "", query.get("q", "").strip()[:_LONGEST_SEARCH]


def _columns() -> list[Column]:
    return [
        Column("name", _("Application")),
        Column("state", _("State")),
        Column("automatic", _("Automatic recording"), falls=True),
        Column("callback", _("Callback"), falls=True),
        Column("created", _("Created"), falls=True),
    ]


_ORDERS: dict[str, Callable[[ApplicationFacts], Any]] = {
    "name": lambda app: app.name.casefold(),
    "state": lambda app: [*_STATES.values(), app.state].index(app.state),
    "automatic": lambda app: app.automatic.on,
    "callback": lambda app: (app.callback.set, app.callback.signed),
    "created": lambda app: app.created_at.timestamp() if app.created_at else 0.0,
}


def _sorted(found: list[ApplicationFacts], sorting: Sorting) -> list[ApplicationFacts]:
    """Sort by a column; what is equal there stays in the list's own order. Without one that order holds."""
    if not sorting.name:
        return found
    return sorted(found, key=_ORDERS[sorting.name], reverse=sorting.descending)


def _fits(app: ApplicationFacts, state: str, wanted: str) -> bool:
    if state and app.state != _STATES[state]:
        return False
    return not wanted or wanted in app.name.casefold() or wanted in app.app_id.casefold()


def _tabs(query: QueryDict, items: tuple[ApplicationFacts, ...]) -> list[tuple[str, str, int, str]]:
    """Return name, label, count and address of each choice of state, without the page."""
    counts = Counter(app.state for app in items)
    labels = {"": _("All"), "enabled": _("Enabled"), "disabled": _("Disabled"), "arrears": _("In arrears")}
    found = []
    for name, label in labels.items():
        count = counts[_STATES[name]] if name else len(items)
        wanted = query.copy()
        for gone in ("page", "state"):
            wanted.pop(gone, None)
        if name:
            wanted["state"] = name
        found.append((name, label, count, f"?{wanted.urlencode()}"))
    return found
