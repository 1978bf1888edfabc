"""Which applications a project has, and through which connection it is asked."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from console.analytics.collecting import errands
from console.analytics.models import CloudProject, KnownApplication
from console.applications.services.listing import list_applications
from console.applications.shapes import Applications
from console.connections.models import Connection

__all__ = ["connection_of", "look_again", "projects"]

_LOOK_EVERY = timedelta(hours=1)
_LOOK_AGAIN = timedelta(minutes=5)  # after a failure


def projects() -> list[CloudProject]:
    """Return the projects to which a connection in use leads; one seen for the first time is written down."""
    wanted = {(each.host, each.project_id) for each in Connection.objects.filter(active=True)}
    known = {(each.host, each.project_id): each for each in CloudProject.objects.all()}
    for host, project_id in wanted - known.keys():
        known[host, project_id], _made = CloudProject.objects.get_or_create(host=host, project_id=project_id)
    return [known[place] for place in sorted(wanted)]


def connection_of(project: CloudProject) -> Connection | None:
    """Return the connection through which the project is asked: the oldest that is in use."""
    found = Connection.objects.filter(active=True, project_id=project.project_id).order_by("pk")
    return next((each for each in found if each.host == project.host), None)


def look_again(project: CloudProject, connection: Connection, now: datetime) -> None:
    """Read the list of applications once an hour: a shared read. New ones get their errands."""
    if project.looked_at is not None and now - project.looked_at < _LOOK_EVERY:
        return
    listed = list_applications(connection, None)
    if listed.problem is not None:
        _note(project, now - _LOOK_EVERY + _LOOK_AGAIN)
        return
    with transaction.atomic():
        _write_down(project, listed, now)
        _note(project, now)


def _note(project: CloudProject, at: datetime) -> None:
    project.looked_at = at
    CloudProject.objects.filter(pk=project.pk).update(looked_at=at)


def _write_down(project: CloudProject, listed: Applications, now: datetime) -> None:
    known = {each.app_id: each for each in KnownApplication.objects.filter(project=project)}
    highest = KnownApplication.objects.filter(project=project).aggregate(highest=Max("number"))["highest"]
    number = -1 if highest is None else highest
    for application in listed.items:
        if application.state == "DELETED":
            continue
        row = known.pop(application.app_id, None)
        if row is None:
            number += 1
            row = KnownApplication(project=project, app_id=application.app_id, number=number)
        row.name, row.state, row.seen_at, row.gone_at = application.name[:256], application.state, now, None
        row.save()
    for row in known.values():
        if row.gone_at is None:
            row.gone_at = now
            row.save(update_fields=["gone_at"])
    errands.ensure(KnownApplication.objects.filter(project=project, gone_at=None), now)
