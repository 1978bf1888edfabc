"""What several pages of recording have in common."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from console.accounts.access import application_scope, require
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections.models import Connection
from console.recording.models import RecordingJob
from console.recording.services.jobs import get_job

__all__ = ["actor_of", "address", "job_crumbs", "job_or_404", "jobs_url", "room_url"]


def actor_of(request: HttpRequest) -> User | None:
    """Return the person who asks."""
    return request.user if isinstance(request.user, User) else None


def job_or_404(
    request: HttpRequest, connection: Connection, pk: uuid.UUID, right: Right = Right.SEE_ROOMS
) -> RecordingJob:
    """Return a job of an application within the viewer's reach; 404 beyond it, 403 without the right there."""
    try:
        job = get_job(connection, application_scope(request.user, Right.SEE_ROOMS, connection), pk)
    except RecordingJob.DoesNotExist:
        raise Http404(_("There is no such recording job.")) from None
    require(request.user, right, connection, job.app_id)
    job.connection = connection
    return job


def address(name: str, connection: Connection, *args: Any, **query: str) -> str:
    """Return an address of recording, with the query that isn't empty."""
    url = reverse(f"recording:{name}", args=[connection.slug, *args])
    kept = {key: value for key, value in query.items() if value}
    return f"{url}?{urlencode(kept)}" if kept else url


def job_crumbs(connection: Connection, job: RecordingJob | None = None) -> list[tuple[str, str]]:
    """Return the way to the jobs, or to one of them, as labels and addresses; a job is named by what it records."""
    way = [
        (connection.name, ""),
        (_("Recording"), address("home", connection)),
        (_("Jobs"), address("jobs", connection)),
    ]
    return [*way, (job.user_id or job.room_id, address("job", connection, job.pk))] if job else way


def room_url(connection: Connection, app_id: str, room_id: str) -> str:
    """Return the address of a room's page; empty for an id that no address can carry."""
    try:
        return reverse("rooms:detail", args=[connection.slug, app_id, room_id])
    except NoReverseMatch:
        return ""


def jobs_url(connection: Connection, app_id: str, room_id: str) -> str:
    """Return where the recordings of a room are listed."""
    return address("jobs", connection, app=app_id, room=room_id)
