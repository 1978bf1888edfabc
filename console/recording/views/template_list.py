"""The list of recording templates."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from console.accounts.access import can, needs, require
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.applications.shapes import Application
from console.connections.ages import Age
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.problems import trouble_of
from console.core.trouble_pages import render_trouble
from console.recording.addresses import template_address
from console.recording.services.template_list import ApplicationTemplates, list_all_templates
from console.recording.services.template_uses import automatic_templates, running_by
from console.recording.shapes.templates import Template
from console.recording.views.template_parts import BucketsSeen, bucket_links, see_buckets

__all__ = ["template_list"]

_TEMPLATE = "recording/template_list.html"


@needs(Right.CONFIGURE)
@require_safe
def template_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the templates of one application, or of all within reach. At most eight shared calls, none while fresh."""
    applications = applications_of(request, connection, Right.CONFIGURE)
    app_id = request.GET.get("app", "")
    context: dict[str, Any] = {
        "connection": connection,
        "applications": applications,
        "app_id": app_id,
        "piece": wants_piece(request),
        "again": request.get_full_path(),
        "misread": misread(request.GET, {}, ("app",)),
    }
    wanted: tuple[Application, ...] = applications.items
    if app_id:
        require(request.user, Right.CONFIGURE, connection, app_id)
        wanted = (known_application(applications, app_id),)
    if not wanted and applications.problem is not None:
        return render_trouble(request, _TEMPLATE, applications.problem, partial="listed", context=context)
    found = list_all_templates(connection, wanted)
    waiting = [one for one in found if one.items is None and one.problem is None]
    context |= {
        "rows": _rows(request, connection, found),
        "found": found,
        "waiting": len(waiting),
        "age": _age(found),
        "may_create": bool(wanted),
        "create_url": template_address(connection, app_id, page="template_new") if app_id else "",
    }
    return render_page(request, _TEMPLATE, partial="listed", context=context)


def _rows(
    request: HttpRequest, connection: Connection, found: list[ApplicationTemplates]
) -> list[dict[str, Any]]:
    buckets = see_buckets(connection)
    whole = can(request.user, Right.CONFIGURE, connection, whole=True)
    automatic, running = automatic_templates(connection), running_by(connection)
    rows: list[dict[str, Any]] = []
    for one in found:
        app = one.application
        base = {
            "application": app,
            "new_url": template_address(connection, app.app_id, page="template_new"),
            "trouble": trouble_of(one.problem) if one.problem else None,
            "unread": one.items is None and one.problem is None,
        }
        if not one.items:
            rows.append({**base, "template": None})
        for template in one.items or ():
            rows.append({**base, **_template_row(connection, template, buckets, whole=whole)})
            rows[-1] |= {
                "automatic": automatic.get(app.app_id) == template.template_id,
                "running": running.get(template.template_id, 0),
            }
    return rows


def _template_row(
    connection: Connection, template: Template, buckets: BucketsSeen, *, whole: bool
) -> dict[str, Any]:
    return {
        "template": template,
        "url": template_address(connection, template.app_id, template.template_id),
        "bucket": buckets.find(template.bucket),
        "buckets_known": buckets.items is not None,
        **bucket_links(connection, template, whole=whole),
    }


def _age(found: list[ApplicationTemplates]) -> Age | None:
    """Return the age of the page: that of its oldest answer, with whatever went wrong with any."""
    ages = [one.age for one in found if one.age is not None]
    if not ages:
        return None
    oldest = min(ages, key=lambda age: age.taken_at)
    failed = next((age for age in ages if age.error is not None), oldest)
    return Age(oldest.taken_at, any(age.stale for age in ages), failed.error, failed.request_id)
