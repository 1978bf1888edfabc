"""What jobs add to an application's page; see applications/panels.py."""

from django.utils.translation import gettext_lazy, ngettext

from console.applications.panels import Consequence, Shortcut, register_consequence, register_shortcut
from console.connections.models import Connection
from console.recording.services.jobs import count_running
from console.recording.views.parts import address

__all__ = ["register", "running_jobs"]


def register() -> None:
    """Put the way to its recordings on every application's page, and say how many run before it is disabled."""
    register_shortcut(
        Shortcut("recordings", gettext_lazy("Recordings"), "player-record/filled", _jobs_address, order=30)
    )
    register_consequence("recordings", running_jobs)


def running_jobs(connection: Connection, app_id: str) -> Consequence | None:
    """Say how many recordings of an application are known to run; nothing when none is. Asks our own database only."""
    count = count_running(connection, [app_id])
    if not count:
        return None
    said = ngettext("%(count)s recording is running.", "%(count)s recordings are running.", count)
    return Consequence(said % {"count": count}, count)


def _jobs_address(connection: Connection, app_id: str) -> str:
    return address("jobs", connection, app=app_id)
