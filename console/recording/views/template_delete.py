"""Deleting a recording template."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.applications.outcomes import actor_of, asked_already, done, earlier, fresh_form_id
from console.applications.services.changes import AlreadyAsked
from console.connections.models import Connection
from console.core.sheets import render_refusal, render_sheet
from console.recording.addresses import template_address, templates_address
from console.recording.forms.templates import DeleteTemplateForm
from console.recording.services.template_changes import delete_template
from console.recording.services.template_uses import uses_of_template
from console.recording.services.templates import list_templates
from console.recording.views.template_gone import gone_sheet
from console.recording.views.template_parts import template_crumbs
from console.sparkrtc.errors import BadRequest, Conflict, NotFound, SparkError
from console.sparkrtc.permits import Lane

__all__ = ["template_delete"]


@sensitive_post_parameters("password")
@needs(Right.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def template_delete(
    request: HttpRequest, connection: Connection, app_id: str, template_id: str
) -> HttpResponse:
    """Say what uses the template and ask why; then delete it. A refusal by the cloud is explained."""
    if (before := earlier(request, connection)) is not None:
        return before
    application = known_application(applications_of(request, connection, Right.CONFIGURE), app_id)
    context: dict[str, Any] = {
        "connection": connection,
        "app_id": app_id,
        "title": _("Delete recording template"),
        "crumbs": template_crumbs(connection, app_id, application.name),
        "body": "recording/_template_delete.html",
        "back_url": template_address(connection, app_id, template_id),
        "submit": _("Delete"),
        "danger": True,
    }
    try:
        template = list_templates(connection, app_id, lane=Lane.CLICK).find(template_id)
    except SparkError as error:
        return render_refusal(
            request, context | {"body": "recording/_template_unread.html", "submit": ""}, error
        )
    if template is None:
        return gone_sheet(request, context, template_id)
    context |= {
        "template": template,
        "subject": template.place,
        "uses": uses_of_template(connection, app_id, template_id),
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": DeleteTemplateForm(request=request)})
    form = DeleteTemplateForm(request.POST, request=request)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    try:
        made = delete_template(
            connection,
            template,
            actor=actor_of(request),
            reason=form.reason,
            change_id=form.cleaned_data["form_id"],
        )
    except AlreadyAsked as other:
        return asked_already(request, context, other)
    except NotFound:
        return gone_sheet(request, context | {"sent": True}, template_id, status=409)
    except SparkError as error:
        again = DeleteTemplateForm(fresh_form_id(request), request=request)
        again.is_valid()
        explained = isinstance(error, BadRequest | Conflict)
        return render_refusal(request, context | {"form": again, "explained": explained}, error)
    return done(request, made, templates_address(connection, app_id), _("The template is deleted."))
