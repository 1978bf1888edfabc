"""Looking no longer for a job that nothing tells of."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.pages import go
from console.core.sheets import render_sheet
from console.recording.forms.jobs import GiveUpForm
from console.recording.services.changing import acted_before
from console.recording.services.giving_up import StillSearched, can_be_given_up, give_up
from console.recording.services.jobs import running_twin
from console.recording.views.parts import actor_of, address, job_crumbs, job_or_404

__all__ = ["job_give_up"]


@needs(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def job_give_up(request: HttpRequest, connection: Connection, recording_id: uuid.UUID) -> HttpResponse:
    """Say what may still be running and ask why; with the form filled in, look for it no longer."""
    job = job_or_404(request, connection, recording_id, Right.MODERATE)
    url = address("job", connection, job.pk)
    if acted_before(job, request.POST.get("form_id", "")) is not None:
        messages.info(request, _("This form had been sent before: nothing was done a second time."))
        return go(request, url)
    context = {
        "connection": connection,
        "job": job,
        "title": _("Give up looking for"),
        "subject": job.user_id or job.room_id,
        "crumbs": job_crumbs(connection, job),
        "body": "recording/_give_up_body.html",
        "back_url": url,
        "adopt_url": address("job_adopt", connection, app=job.app_id),
    }
    if not can_be_given_up(job):
        return render_sheet(request, context | {"over": True}, status=409)
    context |= {
        "submit": _("Give up looking"),
        "twin": running_twin(connection, job.app_id, job.kind, job.room_id, job.user_id),
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": GiveUpForm()})
    form = GiveUpForm(request.POST)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    try:
        give_up(job, actor=actor_of(request), reason=form.reason, form_id=form.cleaned_data["form_id"])
    except StillSearched:
        return render_sheet(request, context | {"over": True, "submit": ""}, status=409)
    messages.success(request, _("Nobody looks for this recording any more. It is on record."))
    return go(request, url)
