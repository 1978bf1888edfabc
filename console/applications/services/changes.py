"""Changing something of an application: claimed by a row, put on record, sent once; whatever the change is.

Who knows what became of a change whose reply was lost registers that beside its action, as a Kind; settling.py asks.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.applications.models import Change
from console.audit.scrub import clean_id
from console.connections.models import Connection
from console.core.sayings import register_sayings
from console.core.told import keep
from console.sparkrtc.errors import OutcomeUnknown, SparkError
from console.work.looks import insert_alone, update_fields

__all__ = [
    "MAX_WAIT_SECONDS",
    "AlreadyAsked",
    "Draft",
    "Found",
    "Kind",
    "Made",
    "get_kind",
    "make_change",
    "register_kind",
    "sent_before",
]

# A click waits this long for a permit, and no longer: what cannot be sent now is not sent later by surprise.
MAX_WAIT_SECONDS = 3.0
# Longer than a change can take; one still being asked by then has lost its process.
_LEASE = timedelta(seconds=90)
_FIRST_LOOK = timedelta(seconds=1)


@dataclass(frozen=True)
class Found:
    """What a look at the cloud showed.

    finding: in English, for the trail. app_id: of a creation that was found. seen: the state, without secrets.
    """

    took_effect: bool
    finding: str
    app_id: str = ""
    seen: dict[str, Any] | None = None


@dataclass(frozen=True)
class Kind:
    """What is known about changes of one action.

    look: (change) -> Found, or None as long as nothing shows that it took effect. Asks the cloud in the alert lane and
    raises SparkError when that gives nothing.
    absent: the finding when nothing was seen until the end of the plan.
    forget: (change) -> None; drops the shared answers that the change may have made wrong.
    address: (change) -> where its effect can be seen; "" for nowhere.
    harmless: asking for it twice does what asking once does, so that an unknown one holds nobody off.
    settled: (change) -> None; called once it is known whether it took effect. May be called twice.
    """

    action: str
    look: Callable[[Change], Found | None]
    absent: str
    forget: Callable[[Change], None]
    address: Callable[[Change], str]
    harmless: bool = True
    settled: Callable[[Change], None] = lambda change: None


@dataclass(frozen=True)
class Draft:
    """A change that is about to be made. change_id: of the form; the same one never acts twice."""

    action: str
    connection: Connection
    app_id: str
    subject: str
    target: audit.Target
    wanted: dict[str, Any]
    actor: User | None
    reason: str
    before: dict[str, Any] | None = None
    change_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Made:
    """What became of a wish to change something. repeated: the same form was sent before."""

    change: Change
    repeated: bool = False

    @property
    def unknown(self) -> bool:
        """Whether the reply was lost; what became of it is being looked for."""
        return self.change.outcome in (Change.Outcome.UNKNOWN, Change.Outcome.ASKING)


class AlreadyAsked(Exception):
    """Somebody has asked for such a change a moment ago, and it is not settled. change: theirs."""

    def __init__(self, change: Change) -> None:
        super().__init__(f"{change.actor_name} has asked already")
        self.change = change


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Say what is known about changes of an action; registering it again replaces it."""
    _kinds[kind.action] = kind
    register_sayings([kind.absent])


def get_kind(action: str) -> Kind:
    """Return what is known about an action's changes. Raises LookupError."""
    return _kinds[action]


def sent_before(connection: Connection, form_id: str) -> Change | None:
    """Return the change that a form has led to already, None when it is sent for the first time."""
    try:
        return Change.objects.filter(pk=uuid.UUID(form_id), connection=connection).first()
    except ValueError:
        return None


def make_change(draft: Draft, send: Callable[[audit.Entry], str | None]) -> Made:
    """Send a change inside an attempt, and write down what came of it before anybody else can look.

    send: gets the entry, calls the cloud, sets entry.request_id and entry.after; returns the id of an application that
    it made, else None. A reply that got lost is not an error here: the change is then unknown, and settled by looking.
    Raises AlreadyAsked; QuotaExhausted (nothing was sent) or another SparkError when the cloud refuses.
    """
    kind = get_kind(draft.action)
    change = _row(draft)
    if not _claim(change):
        return Made(Change.objects.get(pk=change.pk), repeated=True)
    try:
        with audit.attempt(
            draft.action,
            actor=draft.actor,
            connection=draft.connection,
            target=draft.target,
            reason=draft.reason,
            app_id=draft.app_id,
            before=draft.before,
            details={"wanted": draft.wanted},
        ) as entry:
            update_fields(change, attempt_id=entry.attempt_id)
            made_id = send(entry)
    except OutcomeUnknown as problem:
        now = timezone.now()
        update_fields(
            change,
            outcome=Change.Outcome.UNKNOWN,
            problem=keep(problem),
            request_id=problem.request_id,
            answered_at=now,
            next_look_at=now + _FIRST_LOOK,
            open=not kind.harmless,
        )
    except SparkError as problem:
        _close(change, Change.Outcome.FAILED, problem=keep(problem), request_id=problem.request_id)
        kind.settled(change)
        raise
    else:
        more = {"app_id": made_id} if made_id else {}
        _close(change, Change.Outcome.SUCCEEDED, request_id=entry.request_id, **more)
        kind.settled(change)
    kind.forget(change)
    return Made(change)


def _row(draft: Draft) -> Change:
    now = timezone.now()
    return Change(
        id=draft.change_id or uuid.uuid4(),
        connection=draft.connection,
        app_id=draft.app_id,
        action=draft.action,
        subject=draft.subject[:160],
        target=clean_id(draft.target.name or draft.target.id, 256),
        wanted=draft.wanted,
        actor=draft.actor,
        actor_name=str(draft.actor)[:150] if draft.actor else "",
        reason=draft.reason,
        asked_at=now,
        next_look_at=now + _LEASE,
    )


def _claim(change: Change) -> bool:
    """Write down what is about to be asked; False when this very form was sent before. Raises AlreadyAsked."""
    here = {"connection": change.connection, "app_id": change.app_id, "subject": change.subject}
    return insert_alone(change, Change.objects.filter(open=True, **here), AlreadyAsked)


def _close(change: Change, outcome: Change.Outcome, **more: object) -> None:
    now = timezone.now()
    update_fields(
        change, outcome=outcome, answered_at=now, ended_at=now, next_look_at=None, open=False, **more
    )
