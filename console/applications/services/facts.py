"""Applications with all that the cloud tells of them, but without their keys."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from console.applications.services.listing import read_all
from console.applications.shapes import ApplicationFacts, ApplicationList, AutomaticFacts, CallbackFacts
from console.connections import answers, reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.connections.questions import question
from console.sparkrtc.catalogue.applications import GET_APPLICATION, LIST_APPLICATIONS
from console.sparkrtc.errors import NotFound, SparkError
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import Application, AutomaticRecording, Callback

__all__ = ["automatic_facts", "callback_facts", "get_application", "list_facts", "look_at"]

_FRESH_ENOUGH = timedelta(seconds=15)


def list_facts(
    connection: Connection,
    scope: Collection[str] | None,
    *,
    lane: Lane = Lane.PAGE,
    fresh_after: datetime | None = None,
) -> ApplicationList:
    """Return the applications within a scope, enabled ones first, then by name. One call per 100, shared.

    scope: application ids, None for all. fresh_after: no answer may be older than this.
    Raises QuotaExhausted or another SparkError when nothing is stored and the cloud gives nothing.
    """
    replies, age = read_all(connection, lane=lane, fresh_after=fresh_after)
    found = [_facts(reply) for reply in replies if scope is None or reply.app_id in scope]
    found.sort(key=lambda app: (not app.enabled, app.name.casefold(), app.app_id))
    return ApplicationList(tuple(found), len(replies), age)


def get_application(
    connection: Connection, app_id: str, *, lane: Lane = Lane.PAGE, fresh_after: datetime | None = None
) -> tuple[ApplicationFacts, Age]:
    """Return an application and how old that is. One call, shared; what the list says helps out when it fails.

    fresh_after: the answer must not be older than this.
    Raises NotFound when there is no such application, QuotaExhausted or another SparkError when nothing is known.
    """
    try:
        reading = reads.read(
            connection, GET_APPLICATION, lane=lane, require_fresh_after=fresh_after, app_id=app_id
        )
    except NotFound:
        raise
    except SparkError as problem:
        listed = _from_list(connection, app_id, problem) if fresh_after is None else None
        if listed is None:
            raise
        return listed
    return _facts(reading.value), Age.of(reading)


def look_at(
    connection: Connection, app_id: str
) -> tuple[ApplicationFacts | None, Age | None, SparkError | None]:
    """Return an application as it was at most 15 s ago, for whoever is about to change it; up to two shared reads.

    Acting stays possible when reading isn't: then the facts are older, or None, and the error says why.
    Raises NotFound.
    """
    try:
        found = get_application(
            connection, app_id, lane=Lane.CLICK, fresh_after=timezone.now() - _FRESH_ENOUGH
        )
    except NotFound:
        raise
    except SparkError as problem:
        try:
            return *get_application(connection, app_id, lane=Lane.CLICK), problem
        except NotFound:
            raise
        except SparkError:
            return None, None, problem
    return *found, None


def automatic_facts(reply: AutomaticRecording) -> AutomaticFacts:
    """Take over what the cloud says about automatic recording."""
    on = reply.mode == "AUTO_INDIVIDUAL_RECORD"
    return AutomaticFacts(on, reply.record_rule_id if on else "", reply.update_time)


def callback_facts(reply: Callback | None) -> CallbackFacts:
    """Take over what the cloud says about a callback, without its key."""
    if reply is None or not reply.url:
        return CallbackFacts()
    return CallbackFacts(reply.url, bool(reply.auth_key), reply.notify_event_subscription, reply.update_time)


def _from_list(
    connection: Connection, app_id: str, problem: SparkError
) -> tuple[ApplicationFacts, Age] | None:
    stored = answers.find(question(connection, LIST_APPLICATIONS, {}))
    if stored is None or stored.asked_at is None or stored.taken_at is None:  # None, or wrong since a change
        return None
    row = next((reply for reply in stored.value.apps if reply.app_id == app_id), None)
    return (_facts(row), Age(stored.taken_at, True, problem, stored.request_id)) if row else None


def _facts(reply: Application) -> ApplicationFacts:
    return ApplicationFacts(
        app_id=reply.app_id,
        name=reply.app_name or reply.app_id,
        state=reply.state.state,
        state_changed_at=reply.state.update_time,
        scope=reply.scope,
        tenant=reply.tenant_name,
        domain=reply.domain,
        created_at=reply.create_time,
        access_checked=reply.authentication.enable,
        access_seconds=reply.authentication.expire_seconds,
        has_key=bool(reply.authentication.app_key),
        callback=callback_facts(reply.callbacks.record_callback),
        automatic=automatic_facts(reply.auto_record_mode),
    )
