"""An application's key: revealed on record, and used on record. It is asked of the cloud each time and kept nowhere."""

from datetime import timedelta

from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.applications.actions import MAKE_ACCESS, REVEAL_KEY
from console.applications.services.changes import MAX_WAIT_SECONDS
from console.applications.shapes import Access
from console.connections.client import client_for
from console.connections.models import Connection
from console.sparkrtc.access import LONGEST_SECONDS, sign_access
from console.sparkrtc.catalogue.applications import GET_APPLICATION
from console.sparkrtc.secret import Secret

__all__ = ["NoKey", "make_access", "reveal_key"]


class NoKey(Exception):
    """The cloud told of no key of this application."""


def reveal_key(connection: Connection, app_id: str, *, actor: User, reason: str, name: str = "") -> Secret:
    """Return an application's key, once it is on record that it was asked for. One call, past the shared answers.

    Raises NoKey, NotFound, QuotaExhausted or another SparkError.
    """
    target = audit.Target("application", app_id, name)
    with audit.attempt(
        REVEAL_KEY, actor=actor, connection=connection, target=target, reason=reason, app_id=app_id
    ) as entry:
        key, entry.request_id = _ask_for_key(connection, app_id)
        entry.details = {"shown": bool(key)}
    if not key:
        raise NoKey
    return key


def make_access(
    connection: Connection,
    app_id: str,
    room_id: str,
    user_id: str,
    *,
    seconds: int,
    actor: User,
    reason: str,
    name: str = "",
) -> Access:
    """Return a signature with which somebody may enter a room for so long. On record, without the signature.

    room_id, user_id: 1-64 letters, digits, "_" or "-". seconds: 1 to just under 12 hours. One call, past the shared
    answers. Raises ValueError, NoKey, NotFound, QuotaExhausted or another SparkError.
    """
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"a signature holds 1 to {LONGEST_SECONDS} seconds")
    expires_at = (timezone.now() + timedelta(seconds=seconds)).replace(microsecond=0)
    ctime = int(expires_at.timestamp())
    with audit.attempt(
        MAKE_ACCESS,
        actor=actor,
        connection=connection,
        target=audit.Target("application", app_id, name),
        reason=reason,
        app_id=app_id,
        details={"room_id": room_id, "user_id": user_id, "expires_at": expires_at},
    ) as entry:
        key, entry.request_id = _ask_for_key(connection, app_id)
        entry.details = {"made": bool(key)}
    if not key:
        raise NoKey
    signature = sign_access(key, app_id, room_id, user_id, ctime)
    return Access(app_id, room_id, user_id, ctime, signature, expires_at)


def _ask_for_key(connection: Connection, app_id: str) -> tuple[Secret, str]:
    answer = client_for(connection).call(GET_APPLICATION, max_wait=MAX_WAIT_SECONDS, app_id=app_id)
    return answer.value.authentication.app_key, answer.request_id
