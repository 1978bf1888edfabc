"""A callback's key: asked of the cloud each time it is shown, and stored here sealed to verify what arrives."""

import secrets
import string
from dataclasses import dataclass

from console import audit
from console.accounts.models import User
from console.applications.services.changes import MAX_WAIT_SECONDS
from console.applications.services.keys import NoKey
from console.connections.client import client_for
from console.connections.models import Connection
from console.recording.actions.callbacks import LEARN_KEY, REVEAL_KEY
from console.recording.models import CallbackKey
from console.recording.services import receivers
from console.recording.services.reverifying import verify_waiting
from console.sparkrtc.catalogue.recording import GET_CALLBACK
from console.sparkrtc.permits import Lane
from console.sparkrtc.secret import Secret

__all__ = [
    "KEY_LENGTHS",
    "Stored",
    "enter_key",
    "learn_key",
    "make_key",
    "reveal_callback_key",
    "stored_callback",
]

KEY_LENGTHS = (32, 64)  # characters
_MADE_LENGTH = 48
_SIGNS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Stored:
    """A callback as the cloud has it, with its key in clear for the moment."""

    url: str
    key: Secret
    request_id: str


def make_key() -> Secret:
    """Return a new key: 48 letters and digits."""
    return Secret("".join(secrets.choice(_SIGNS) for _number in range(_MADE_LENGTH)))


def stored_callback(connection: Connection, app_id: str, *, lane: Lane = Lane.CLICK) -> Stored:
    """Ask the cloud for the callback with its key, past the shared answers. The caller keeps neither.

    Raises NotFound, QuotaExhausted or another SparkError.
    """
    answer = client_for(connection).call(GET_CALLBACK, lane=lane, max_wait=MAX_WAIT_SECONDS, app_id=app_id)
    found = answer.value.record_callback
    if found is None:
        return Stored("", Secret(""), answer.request_id)
    return Stored(found.url, found.auth_key, answer.request_id)


def reveal_callback_key(
    connection: Connection, app_id: str, *, actor: User, reason: str, name: str = ""
) -> Secret:
    """Return the key that the cloud signs with, once it is on record that it was asked for. One call, not shared.

    Raises NoKey, NotFound, QuotaExhausted or another SparkError.
    """
    target = audit.Target("application", app_id, name)
    with audit.attempt(
        REVEAL_KEY, actor=actor, connection=connection, target=target, reason=reason, app_id=app_id
    ) as entry:
        stored = stored_callback(connection, app_id)
        entry.request_id = stored.request_id
        entry.details = {"shown": bool(stored.key)}
    if not stored.key:
        raise NoKey
    return stored.key


def learn_key(connection: Connection, app_id: str, *, actor: User, name: str = "") -> int:
    """Take the key that the cloud signs with, to verify what arrives here. Return how many deliveries that verified.

    For a callback that was set elsewhere. One call, not shared. Raises NoKey, NotFound, QuotaExhausted or another
    SparkError.
    """
    stored = stored_callback(connection, app_id)
    if not stored.key:
        raise NoKey
    return _keep(connection, app_id, stored.key, CallbackKey.Origin.CLOUD, actor, name, stored.request_id)


def enter_key(connection: Connection, app_id: str, key: Secret, *, actor: User, name: str = "") -> int:
    """Store a key that somebody knows, to verify what arrives here. Return how many deliveries that verified."""
    return _keep(connection, app_id, key, CallbackKey.Origin.ENTERED, actor, name)


def _keep(
    connection: Connection,
    app_id: str,
    key: Secret,
    origin: CallbackKey.Origin,
    actor: User,
    name: str,
    request_id: str = "",
) -> int:
    receiver = receivers.receiver_of(connection, app_id)
    kept = receivers.keep_key(receiver, key, origin)
    receivers.adopt_key(receiver, kept.pk)
    verified = verify_waiting(receiver)
    audit.record(
        LEARN_KEY,
        actor=actor,
        connection=connection,
        target=audit.Target("application", app_id, name),
        app_id=app_id,
        details={"from": origin.value, "deliveries_verified": verified},
        request_id=request_id,
    )
    return verified
