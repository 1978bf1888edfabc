"""What the search box finds here: recording jobs by their id or by their room's, from our own database alone."""

import re
from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext as _

from console.accounts.access import application_scope, connections_of
from console.accounts.rights import Right
from console.core import shell
from console.core.search import Result
from console.recording.services.jobs import find_jobs
from console.recording.views.parts import address

__all__ = ["provide"]

_ID = re.compile(r"[A-Za-z0-9_-]{3,64}")


def provide(request: HttpRequest, query: str) -> Iterator[Result]:
    """Yield the jobs with exactly this id, or of exactly this room, latest first."""
    connection = shell.ask("current_connection", request)
    seeing = connections_of(request.user, Right.SEE_ROOMS)
    if connection is None or not _ID.fullmatch(query) or not seeing.filter(pk=connection.pk).exists():
        return
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    for job in find_jobs(connection, scope, query):
        yield Result(
            _("Recording of"),
            address("job", connection, job.pk),
            _("Recordings"),
            "player-record/filled",
            job.user_id or job.room_id,
            job.get_state_display() if job.state else _("not known"),
        )
