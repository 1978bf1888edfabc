"""The applications that a person may choose from."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from console.applications.shapes import Application, Applications
from console.connections import answers, reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.connections.questions import question
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import Application as Reply

__all__ = ["list_applications", "read_all", "remembered_names", "stored_applications"]

_PAGE = 100  # the most that the cloud gives at once
_MOST_PAGES = 5


def list_applications(connection: Connection, scope: Collection[str] | None) -> Applications:
    """Return the applications within a scope, enabled ones first, then by name. Costs one call per 100, shared.

    scope: application ids, None for all. When the cloud gives nothing and nothing is stored, the ids of the scope
    stand for themselves, so that whoever has the right to a room can still reach it; `problem` says why.
    """
    try:
        replies, age = read_all(connection)
    except SparkError as problem:
        known = (Application(app_id, app_id) for app_id in sorted(scope or ()))
        return Applications(tuple(known), None, problem)
    return Applications(tuple(_within(replies, scope)), age)


def stored_applications(connection: Connection, scope: Collection[str] | None) -> list[Application]:
    """Return the applications within a scope as they are stored, however old; never asks the cloud.

    Good for names and filters: after a change their states may be those from before it.
    """
    stored = answers.find(question(connection, LIST_APPLICATIONS, {}))
    if stored is None or stored.value is None:
        return [Application(app_id, app_id) for app_id in sorted(scope or ())]
    return _within(stored.value.apps, scope)


def read_all(
    connection: Connection, *, lane: Lane = Lane.PAGE, fresh_after: datetime | None = None
) -> tuple[list[Reply], Age]:
    """Return every application of the account as the cloud tells of it, with keys masked. One call per 100, shared.

    fresh_after: no answer may be older than this.
    Raises QuotaExhausted or another SparkError when nothing is stored and the cloud gives nothing.
    """
    ask = partial(reads.read, connection, LIST_APPLICATIONS, lane=lane, require_fresh_after=fresh_after)
    readings = [ask()]
    replies: list[Reply] = list(readings[0].value.apps)
    for page in range(1, _MOST_PAGES):
        if len(replies) >= (readings[0].value.count or 0) or len(replies) < page * _PAGE:
            break
        readings.append(ask(offset=page))
        replies.extend(readings[-1].value.apps)
    return replies, Age.of(*readings)


def _within(replies: Iterable[Reply], scope: Collection[str] | None) -> list[Application]:
    found = [_application(reply) for reply in replies if scope is None or reply.app_id in scope]
    return sorted(found, key=lambda app: (not app.enabled, app.name.casefold(), app.app_id))


def _application(reply: Reply) -> Application:
    return Application(reply.app_id, reply.app_name or reply.app_id, reply.state.state, reply.create_time)


def remembered_names(connections: Iterable[int]) -> dict[tuple[int, str], str]:
    """Return the stored names of these connections' applications, by connection and id; never asks the cloud."""
    return {
        (pk, app.app_id): app.name
        for pk in set(connections)
        for app in stored_applications(Connection(pk=pk), None)  # answers are found by its number alone
    }
