"""Adopting a job that was started elsewhere."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs, require
from console.accounts.rights import Right
from console.applications.choice import applications_of
from console.connections.models import Connection
from console.core.pages import go
from console.core.sheets import render_refusal, render_sheet
from console.core.text import plain
from console.recording.forms.jobs import AdoptForm
from console.recording.services.adopting import adopt_job
from console.recording.views.parts import actor_of, address, job_crumbs
from console.sparkrtc.errors import NotFound, SparkError

__all__ = ["job_adopt"]


@needs(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def job_adopt(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Ask for a job's id, and take it into the list. One or two shared reads of the jobs quota."""
    applications = applications_of(request, connection, Right.MODERATE)
    choices = [(app.app_id, plain(app.name)) for app in applications.items]
    context = {
        "connection": connection,
        "title": _("Adopt a recording"),
        "crumbs": job_crumbs(connection),
        "body": "recording/_adopt_body.html",
        "submit": _("Adopt"),
        "back_url": address("jobs", connection),
        "here": request.path,
    }
    if request.method != "POST":
        initial = {"app_id": request.GET.get("app", ""), "job_id": request.GET.get("job", "")}
        return render_sheet(request, context | {"form": AdoptForm(initial=initial, applications=choices)})
    form = AdoptForm(request.POST, applications=choices)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    app_id = form.cleaned_data["app_id"]
    require(request.user, Right.MODERATE, connection, app_id)
    try:
        adopted = adopt_job(
            connection,
            app_id,
            form.cleaned_data["job_id"],
            kind=form.cleaned_data["kind"],
            actor=actor_of(request),
        )
    except NotFound:
        form.add_error("job_id", _("The cloud knows no such job in this application."))
        return render_sheet(request, context | {"form": form}, status=422)
    except SparkError as error:
        return render_refusal(request, context | {"form": form}, error)
    if adopted.repeated:
        messages.info(request, _("This job was in the list already."))
    return go(request, address("job", connection, adopted.job.pk))
