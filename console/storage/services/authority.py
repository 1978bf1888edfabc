"""Letting the service write into a bucket, and no longer: on record, sent once, settled by looking when it must be."""

import uuid

from django.urls import reverse

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
from console.connections import reads
from console.connections.client import client_for
from console.connections.models import Connection
from console.sparkrtc.catalogue.storage import AUTHORIZE_BUCKET, LIST_BUCKETS
from console.sparkrtc.permits import Lane
from console.storage.actions import (
    AUTHORIZE,
    GONE,
    NOT_AUTHORIZED,
    SEEN_AUTHORIZED,
    SEEN_WITHDRAWN,
    STILL_AUTHORIZED,
    WITHDRAW,
)
from console.storage.services.buckets import list_buckets
from console.storage.shapes import Bucket

__all__ = ["NothingToDo", "authorize_bucket", "withdraw_bucket"]


class NothingToDo(Exception):
    """The bucket is in that state already; nothing was sent."""


def authorize_bucket(
    connection: Connection,
    bucket: Bucket,
    *,
    project_id: str = "",
    actor: User | None,
    reason: str = "",
    change_id: uuid.UUID | None = None,
) -> Made:
    """Let recordings be written to a bucket. One call of the storage quota.

    project_id: of the bucket's region, for accounts whose regions have several; "" leaves it to the cloud. change_id:
    of the form; the same one never acts twice. A reply that got lost leaves the change unknown, settled by the list of
    buckets.
    Raises NothingToDo; AlreadyAsked; QuotaExhausted (nothing was sent); BadRequest where there is no such bucket;
    another SparkError. Source: API reference, UpdateObsBucketAuthority (answers 200 without a body).
    """
    return _change(connection, bucket, True, project_id, actor, reason, change_id)


def withdraw_bucket(
    connection: Connection,
    bucket: Bucket,
    *,
    project_id: str = "",
    actor: User | None,
    reason: str,
    change_id: uuid.UUID | None = None,
) -> Made:
    """Let recordings be written to a bucket no longer. What becomes of those that go on is not documented: they are
    lost from then on. For costs and errors see authorize_bucket.
    """
    return _change(connection, bucket, False, project_id, actor, reason, change_id)


def _change(
    connection: Connection,
    bucket: Bucket,
    authorized: bool,
    project_id: str,
    actor: User | None,
    reason: str,
    change_id: uuid.UUID | None,
) -> Made:
    if bucket.authorized is authorized:
        raise NothingToDo
    draft = Draft(
        action=AUTHORIZE if authorized else WITHDRAW,
        connection=connection,
        app_id="",
        subject=f"bucket:{bucket.location}/{bucket.name}",
        target=audit.Target("bucket", bucket.name),
        wanted={"bucket": bucket.name, "location": bucket.location, "authorized": authorized},
        actor=actor,
        reason=reason,
        before={"authorized": bucket.authorized},
        change_id=change_id,
    )

    def send(entry: audit.Entry) -> None:
        answer = client_for(connection).call(
            AUTHORIZE_BUCKET,
            max_wait=MAX_WAIT_SECONDS,
            bucket=bucket.name,
            location=bucket.location,
            authorized=authorized,
            bucket_project_id=project_id or None,
        )
        entry.request_id = answer.request_id
        entry.after = {"authorized": authorized}

    return make_change(draft, send)


def _look(change: Change) -> Found | None:
    """Look whether the list of buckets says what was asked for."""
    found = list_buckets(change.connection, lane=Lane.ALERT, fresh_after=change.seen_at)
    bucket = found.find(change.wanted["bucket"], change.wanted["location"])
    if bucket is None:
        return Found(False, GONE)
    if bucket.authorized is not change.wanted["authorized"]:
        return None
    seen = SEEN_AUTHORIZED if bucket.authorized else SEEN_WITHDRAWN
    return Found(True, seen, seen={"authorized": bucket.authorized})


def _forget(change: Change) -> None:
    reads.drop(change.connection, LIST_BUCKETS)


def _address(change: Change) -> str:
    return reverse("storage:list", args=[change.connection.slug])


register_kind(Kind(AUTHORIZE, _look, NOT_AUTHORIZED, _forget, _address))
register_kind(Kind(WITHDRAW, _look, STILL_AUTHORIZED, _forget, _address))
