"""Creating, enabling, disabling and deleting applications: on record, sent once, settled by looking when it must be."""

import uuid
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from console import audit
from console.accounts.models import User
from console.applications.actions import CREATE, DELETE, DISABLE, ENABLE
from console.applications.addresses import address
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
from console.applications.services.facts import get_application
from console.applications.services.listing import read_all
from console.applications.shapes import ApplicationFacts
from console.connections import reads
from console.connections.client import client_for
from console.connections.models import Connection
from console.core.sayings import register_sayings
from console.sparkrtc.catalogue.applications import (
    CREATE_APPLICATION,
    DELETE_APPLICATION,
    DISABLE_APPLICATION,
    ENABLE_APPLICATION,
    GET_APPLICATION,
    LIST_APPLICATIONS,
)
from console.sparkrtc.errors import NotFound
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane

__all__ = [
    "NothingToDo",
    "StillEnabled",
    "create_application",
    "delete_application",
    "disable_application",
    "enable_application",
]

_LISTED = _("seen in the list of applications: it was created")
_THERE_BEFORE = _("an application of that name was there before: none was created")
_AS_WANTED = _("the application was seen in the state asked for")
_GONE = _("the application is not there any more")
register_sayings([_LISTED, _THERE_BEFORE, _AS_WANTED, _GONE])
_CLOCKS = timedelta(minutes=2)  # so much may the cloud's clock be behind ours


class NothingToDo(Exception):
    """The application is in that state already; nothing was sent."""


class StillEnabled(Exception):
    """An application is disabled before it is deleted; nothing was sent."""


def create_application(
    connection: Connection,
    name: str,
    *,
    actor: User | None,
    reason: str = "",
    change_id: uuid.UUID | None = None,
) -> Made:
    """Create an application; the change returned carries its id.

    name: 1-64 letters, digits, "_" or "-", and no other application's. change_id: of the form; the same one never acts
    twice. Costs one call. A reply that got lost leaves the change unknown: it is looked for in the list, and another
    creation of the same name is refused until that is settled.
    Raises AlreadyAsked; QuotaExhausted (nothing was sent); BadRequest when the name is taken (RTC.00001020), there are
    as many as the account may have (RTC.00001017) or the name is not allowed; another SparkError.
    Source: API reference, CreateApp (answers the id alone).
    """
    draft = Draft(
        action=CREATE,
        connection=connection,
        app_id="",
        subject=f"name:{name}",
        target=audit.Target("application", "", name),
        wanted={"name": name},
        actor=actor,
        reason=reason,
        change_id=change_id,
    )

    def send(entry: audit.Entry) -> str:
        answer = client_for(connection).call(CREATE_APPLICATION, max_wait=MAX_WAIT_SECONDS, app_name=name)
        entry.request_id = answer.request_id
        entry.after = {"app_id": answer.value.app_id, "name": name}
        return str(answer.value.app_id)

    return make_change(draft, send)


def enable_application(
    connection: Connection,
    app: ApplicationFacts,
    *,
    actor: User | None,
    reason: str = "",
    change_id: uuid.UUID | None = None,
) -> Made:
    """Enable an application: rooms can open in it again. One call; for the errors see disable_application.

    Source: API reference, StartApp.
    """
    return _switch(connection, app, ENABLE, actor, reason, change_id)


def disable_application(
    connection: Connection,
    app: ApplicationFacts,
    *,
    actor: User | None,
    reason: str,
    change_id: uuid.UUID | None = None,
) -> Made:
    """Disable an application: nobody can enter its rooms any more, and nothing of it is mixed or recorded.

    Who is in a room stays there. One call. A reply that got lost leaves the change unknown, settled by reading the
    application. Raises NothingToDo; AlreadyAsked; NotFound; QuotaExhausted (nothing was sent); another SparkError.
    Source: API reference, StopApp.
    """
    return _switch(connection, app, DISABLE, actor, reason, change_id)


def delete_application(
    connection: Connection,
    app: ApplicationFacts,
    *,
    actor: User | None,
    reason: str,
    change_id: uuid.UUID | None = None,
) -> Made:
    """Delete an application with its key, templates and settings; nothing documented brings it back. One call.

    The cloud refuses with BadRequest (RTC.00001003) while conditions are not met that it does not publish.
    Raises StillEnabled; AlreadyAsked; NotFound; QuotaExhausted (nothing was sent); another SparkError.
    Source: API reference, DeleteApp (answers 204).
    """
    if app.enabled:
        raise StillEnabled
    draft = Draft(
        action=DELETE,
        connection=connection,
        app_id=app.app_id,
        subject="state",
        target=_target(app),
        wanted={"state": "DELETED"},
        actor=actor,
        reason=reason,
        before=_told(app),
        change_id=change_id,
    )

    def send(entry: audit.Entry) -> None:
        answer = client_for(connection).call(DELETE_APPLICATION, max_wait=MAX_WAIT_SECONDS, app_id=app.app_id)
        entry.request_id = answer.request_id
        entry.after = {"state": "DELETED"}

    return make_change(draft, send)


_SWITCHES: dict[str, tuple[Operation, str]] = {
    ENABLE: (ENABLE_APPLICATION, "ACTIVATION"),
    DISABLE: (DISABLE_APPLICATION, "DEACTIVATION"),
}


def _switch(
    connection: Connection,
    app: ApplicationFacts,
    action: str,
    actor: User | None,
    reason: str,
    change_id: uuid.UUID | None,
) -> Made:
    operation, state = _SWITCHES[action]
    if app.state == state:
        raise NothingToDo
    draft = Draft(
        action=action,
        connection=connection,
        app_id=app.app_id,
        subject="state",
        target=_target(app),
        wanted={"state": state},
        actor=actor,
        reason=reason,
        before={"state": app.state},
        change_id=change_id,
    )

    def send(entry: audit.Entry) -> None:
        answer = client_for(connection).call(operation, max_wait=MAX_WAIT_SECONDS, app_id=app.app_id)
        entry.request_id = answer.request_id
        entry.after = {"state": answer.value.state.state}

    return make_change(draft, send)


def _target(app: ApplicationFacts) -> audit.Target:
    return audit.Target("application", app.app_id, app.name)


def _told(app: ApplicationFacts) -> dict[str, object]:
    """What is gone with the application, as the trail keeps it."""
    return {
        "name": app.name,
        "state": app.state,
        "created_at": app.created_at,
        "automatic_recording": app.automatic.on,
        "template": app.automatic.template_id,
        "callback": app.callback.url,
    }


# --- what became of it --------------------------------------------------------------------------------


def _look_for_new(change: Change) -> Found | None:
    """Look in the list for an application of that name, newer than the attempt."""
    name = change.wanted["name"]
    replies, _age = read_all(change.connection, lane=Lane.ALERT, fresh_after=change.seen_at)
    one = next((reply for reply in replies if reply.app_name == name), None)
    if one is None:
        return None
    if one.create_time is not None and one.create_time < change.asked_at - _CLOCKS:
        return Found(False, _THERE_BEFORE)
    return Found(True, _LISTED, one.app_id, {"app_id": one.app_id})


def _look_at_state(change: Change) -> Found | None:
    """Look whether the application is in the state that was asked for."""
    wanted = change.wanted["state"]
    try:
        app, _age = get_application(
            change.connection, change.app_id, lane=Lane.ALERT, fresh_after=change.seen_at
        )
    except NotFound:
        return Found(wanted == "DELETED", _GONE, change.app_id, {"state": "DELETED"})
    if app.state != wanted:
        return None
    return Found(True, _AS_WANTED, app.app_id, {"state": app.state})


def _forget(change: Change) -> None:
    if change.action == DELETE:
        reads.drop(change.connection, None, app_id=change.app_id)
        return
    reads.drop(change.connection, LIST_APPLICATIONS)
    if change.app_id:
        reads.drop(change.connection, GET_APPLICATION, app_id=change.app_id)


def _address(change: Change) -> str:
    if change.action == DELETE or not change.app_id:
        return reverse("applications:list", args=[change.connection.slug])
    return address("applications:detail", change.connection, change.app_id)


def _register() -> None:
    for action, look, absent, harmless in (
        (CREATE, _look_for_new, _("not in the list of applications: it was not created"), False),
        (ENABLE, _look_at_state, _("the application is not enabled: it had no effect"), True),
        (DISABLE, _look_at_state, _("the application is still enabled: it had no effect"), True),
        (DELETE, _look_at_state, _("the application is still there: it was not deleted"), True),
    ):
        register_kind(Kind(action, look, absent, _forget, _address, harmless))


_register()
