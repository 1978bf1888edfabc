"""Automatic recording of an application: on with a template, or off."""

import uuid
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_noop as _

from console import audit
from console.accounts.models import User
from console.applications.models import Change
from console.applications.services.changes import (
    MAX_WAIT_SECONDS,
    Draft,
    Found,
    Kind,
    Made,
    make_change,
    register_kind,
)
from console.applications.services.facts import automatic_facts
from console.applications.shapes import AutomaticFacts
from console.connections import reads
from console.connections.ages import Age
from console.connections.client import client_for
from console.connections.models import Connection
from console.core.sayings import register_sayings
from console.recording.actions.automatic import UPDATE_AUTOMATIC
from console.sparkrtc.catalogue.applications import GET_APPLICATION, LIST_APPLICATIONS
from console.sparkrtc.catalogue.recording import GET_AUTOMATIC
from console.sparkrtc.catalogue.recording import UPDATE_AUTOMATIC as UPDATE
from console.sparkrtc.permits import Lane

__all__ = ["get_automatic", "register", "set_automatic"]

_SEEN = _("automatic recording was seen as asked for")
_OTHERWISE = _("automatic recording is not as asked for: it had no effect")
_MODES = {True: "AUTO_INDIVIDUAL_RECORD", False: "AUTO_RECORD_OFF"}


def get_automatic(
    connection: Connection, app_id: str, *, lane: Lane = Lane.PAGE, fresh_after: datetime | None = None
) -> tuple[AutomaticFacts, Age]:
    """Return an application's automatic recording, and how old that is. One call, shared.

    Raises NotFound; QuotaExhausted or another SparkError when nothing is stored and the cloud gives nothing.
    Source: API reference, ShowAutoRecord.
    """
    reading = reads.read(connection, GET_AUTOMATIC, lane=lane, require_fresh_after=fresh_after, app_id=app_id)
    return automatic_facts(reading.value.auto_record_mode), Age.of(reading)


def set_automatic(
    connection: Connection,
    app_id: str,
    template_id: str,
    *,
    before: AutomaticFacts | None,
    actor: User | None,
    reason: str = "",
    name: str = "",
    change_id: uuid.UUID | None = None,
) -> Made:
    """Switch automatic recording on with a template, or off with "". One call.

    Each stream is recorded apart, in rooms that open afterwards. before: what it was, as far as anybody knows. name: of
    the application. A reply that got lost leaves the change unknown, settled by reading the setting.
    Raises AlreadyAsked; NotFound; QuotaExhausted (nothing was sent); another SparkError when the cloud refuses.
    Source: API reference, UpdateAutoRecord.
    """
    wanted = _told(AutomaticFacts(bool(template_id), template_id))
    draft = Draft(
        action=UPDATE_AUTOMATIC,
        connection=connection,
        app_id=app_id,
        subject="automatic",
        target=audit.Target("application", app_id, name),
        wanted=wanted,
        actor=actor,
        reason=reason,
        before=_told(before) if before else None,
        change_id=change_id,
    )

    def send(entry: audit.Entry) -> None:
        answer = client_for(connection).call(
            UPDATE,
            max_wait=MAX_WAIT_SECONDS,
            app_id=app_id,
            mode=_MODES[bool(template_id)],
            record_rule_id=template_id or None,
        )
        entry.request_id = answer.request_id
        entry.after = _told(automatic_facts(answer.value.auto_record_mode))

    return make_change(draft, send)


def register() -> None:
    """Say how a change is settled whose reply was lost."""
    register_sayings([_SEEN])
    register_kind(Kind(UPDATE_AUTOMATIC, _look, _OTHERWISE, _forget, _address))


def _told(facts: AutomaticFacts) -> dict[str, object]:
    return {"on": facts.on, "template": facts.template_id}


def _look(change: Change) -> Found | None:
    facts, _age = get_automatic(change.connection, change.app_id, lane=Lane.ALERT, fresh_after=change.seen_at)
    seen = _told(facts)
    return Found(True, _SEEN, change.app_id, seen) if seen == change.wanted else None


def _forget(change: Change) -> None:
    reads.drop(change.connection, GET_AUTOMATIC, app_id=change.app_id)
    reads.drop(change.connection, GET_APPLICATION, app_id=change.app_id)
    reads.drop(change.connection, LIST_APPLICATIONS)


def _address(change: Change) -> str:
    try:
        return reverse("recording:automatic_change", args=[change.connection.slug, change.app_id])
    except NoReverseMatch:
        return ""
