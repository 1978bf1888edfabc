"""The applications that something is remembered of, as far as a person may see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from console.analytics.models import CloudProject, KnownApplication
from console.connections.models import Connection
from console.core.told import say

__all__ = ["WATCH_MINUTES", "Remembered", "is_remembered", "remembered", "watch", "why_it_rests"]

WATCH_MINUTES = 10  # so long after a look an application counts as watched


@dataclass(frozen=True)
class Remembered:
    """An application in the store. number: gives it its colour; gone: the cloud does not list it any more."""

    key: int
    app_id: str
    name: str
    number: int
    gone: bool
    watched: bool


def is_remembered(connection: Connection, app_id: str) -> bool:
    """Say whether anything is kept of an application. One query."""
    return KnownApplication.objects.filter(
        project__host=connection.host, project__project_id=connection.project_id, app_id=app_id
    ).exists()


def remembered(connection: Connection, scope: Collection[str] | None) -> list[Remembered]:
    """Return the applications within a scope (None: all) that something is kept of, by name. One query."""
    rows = KnownApplication.objects.filter(
        project__host=connection.host, project__project_id=connection.project_id
    )
    if scope is not None:
        rows = rows.filter(app_id__in=list(scope))
    now = timezone.now()
    found = [
        Remembered(
            row.pk,
            row.app_id,
            row.name,
            row.number,
            row.gone_at is not None,
            row.watched_until is not None
            and (row.watched_until - now).total_seconds() > 60 * WATCH_MINUTES / 2,
        )
        for row in rows
    ]
    return sorted(found, key=lambda app: (app.gone, app.name.casefold(), app.app_id))


def watch(applications: Sequence[Remembered]) -> None:
    """Note that somebody has these on a screen, at most every few minutes: the collector then asks for them first."""
    quiet = [app.key for app in applications if not app.watched and not app.gone]
    if quiet:
        until = timezone.now() + timedelta(minutes=WATCH_MINUTES)
        KnownApplication.objects.filter(pk__in=quiet).update(watched_until=until)


def why_it_rests(connection: Connection) -> str:
    """Return why collecting pauses at present, in the language of whoever looks; empty when it goes on."""
    project = CloudProject.of(connection)
    if project is None or project.resting_until is None or project.resting_until <= timezone.now():
        return ""
    return say(project.problem)
