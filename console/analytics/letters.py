"""A report as a letter: the figures of a saved view over one period, in the reader's language, as text and as HTML."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from console.accounts.access import application_scope
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.models import SavedView
from console.analytics.periods import Period, read_comparison
from console.analytics.services.figures import VIEWS, figures
from console.analytics.services.known import remembered
from console.analytics.steps import Step
from console.analytics.told import app_row, mover_said, tile
from console.core.mail import absolute

__all__ = ["NothingToSay", "WrittenLetter", "write_letter"]

_MOST_APPLICATIONS = 12


class NothingToSay(Exception):
    """The reader sees none of the applications that the report is about."""


@dataclass(frozen=True)
class WrittenLetter:
    """What a letter says. text and html say the same."""

    subject: str
    text: str
    html: str


def write_letter(view: SavedView, first: date, last: date, reader: User) -> WrittenLetter:
    """Write the report of a period in the language that is active now, of what the reader may see.

    Raises NothingToSay. Seven queries.
    """
    connection, query = view.connection, dict(parse_qsl(view.query))
    scope = application_scope(reader, Right.SEE_INSIGHTS, connection)
    applications = remembered(connection, scope)
    if app_id := query.get("app", ""):
        applications = [app for app in applications if app.app_id == app_id]
    if not applications:
        raise NothingToSay
    shown = VIEWS.get(query.get("view", ""), VIEWS["usage"])
    compared = read_comparison(_comparison(query), Period("custom", first, last))
    found = figures(shown, applications, first, last, compared.span, Step.WEEK)
    several = len(applications) > 1
    main = found.fields[0]
    context: dict[str, Any] = {
        "connection": connection,
        "view": view,
        "shown": shown,
        "first": first,
        "last": last,
        "compared": compared,
        "app": applications[0] if app_id else None,
        "tiles": [tile(one, several=several) for one in found.fields],
        "rows": _rows(shown, found.by_app) if several else [],
        "left_out": max(0, len(found.by_app) - _MOST_APPLICATIONS) if several else 0,
        "mover": mover_said(shown, found.by_app) if several else "",
        "provisional": main.provisional_from is not None,
        "missing": main.whole.possible - main.whole.known,
        "possible": main.whole.possible,
        "url": _url(connection.slug, query, first, last),
        "settings_url": absolute(reverse("analytics:reports", args=[connection.slug])),
    }
    subject = _("%(connection)s: %(name)s, %(first)s – %(last)s") % {
        "connection": connection.name,
        "name": view.name,
        "first": first,
        "last": last,
    }
    # As text it is nothing that a page may show as it is: templates call all that they make safe.
    text = "".join([render_to_string("analytics/mail/report.txt", context)])
    return WrittenLetter(subject, text, render_to_string("analytics/mail/report.html", context))


def _comparison(query: dict[str, str]) -> dict[str, str]:
    """Return what a report compares with: as the view does, but a fixed period would never move on."""
    name = query.get("compare", "before")
    return {"compare": name if name in ("before", "week", "year", "none") else "before"}


def _rows(shown: Any, by_app: Any) -> list[dict[str, Any]]:
    ordered = sorted(by_app, key=lambda one: -(one.value or 0.0))
    return [app_row(shown, one) for one in ordered[:_MOST_APPLICATIONS]]


def _url(slug: str, query: dict[str, str], first: date, last: date) -> str:
    kept = {name: query[name] for name in ("view", "app", "compare") if query.get(name)}
    asked = urlencode({**kept, "range": "custom", "first": first.isoformat(), "last": last.isoformat()})
    return absolute(f"{reverse('analytics:insights', args=[slug])}?{asked}")
