"""One recording template: where it puts what, and who uses it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from console.accounts.access import can, needs
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.connections.models import Connection
from console.core.pages import render_page, wants_piece
from console.core.trouble_pages import render_trouble
from console.recording.addresses import template_address
from console.recording.naming import examples
from console.recording.services.template_uses import uses_of_template
from console.recording.services.templates import list_templates
from console.recording.views.template_gone import gone_page
from console.recording.views.template_parts import (
    bucket_links,
    effective_at,
    see_buckets,
    template_crumbs,
)
from console.sparkrtc.errors import SparkError

__all__ = ["template_detail"]

_TEMPLATE = "recording/template_detail.html"


@needs(Right.CONFIGURE)
@require_safe
def template_detail(
    request: HttpRequest, connection: Connection, app_id: str, template_id: str
) -> HttpResponse:
    """Show a template. Three shared calls at first (applications, templates, buckets), none while fresh."""
    application = known_application(applications_of(request, connection, Right.CONFIGURE), app_id)
    context: dict[str, Any] = {
        "connection": connection,
        "app_id": app_id,
        "application": application,
        "crumbs": template_crumbs(connection, app_id, application.name),
        "piece": wants_piece(request),
        "again": request.get_full_path(),
    }
    try:
        templates = list_templates(connection, app_id)
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="shown", context=context)
    template = templates.find(template_id)
    if template is None:
        return gone_page(request, context | {"age": templates.age}, template_id)
    buckets = see_buckets(connection)
    whole = can(request.user, Right.CONFIGURE, connection, whole=True)
    prefixes = {kind: settings.prefix for kind, settings in template.files()}
    context |= {
        "template": template,
        "age": templates.age,
        "bucket": buckets.find(template.bucket),
        "buckets_known": buckets.items is not None,
        "uses": uses_of_template(connection, app_id, template_id),
        "examples": list(examples(template.folder, prefixes, app_id)),
        "effective_at": effective_at(template),
        "edit_url": template_address(connection, app_id, template_id, "template_edit"),
        "delete_url": template_address(connection, app_id, template_id, "template_delete"),
        **bucket_links(connection, template, whole=whole),
    }
    return render_page(request, _TEMPLATE, partial="shown", context=context)
