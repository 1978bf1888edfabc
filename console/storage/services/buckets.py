"""Buckets as the cloud lists them."""

from datetime import datetime

from console.connections import reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.sparkrtc.catalogue.storage import LIST_BUCKETS
from console.sparkrtc.permits import Lane
from console.storage.shapes import Bucket, Buckets

__all__ = ["list_buckets"]


def list_buckets(
    connection: Connection,
    *,
    lane: Lane = Lane.PAGE,
    max_wait: float = 2.0,
    fresh_after: datetime | None = None,
) -> Buckets:
    """Return all buckets of the account, by name. One call, shared.

    fresh_after: the answer must not be older than this. max_wait: seconds to wait for a permit.
    Raises QuotaExhausted (with retry_after) or another SparkError when nothing usable is stored and the cloud gives
    nothing. Source: API reference, ListObsBuckets.
    """
    reading = reads.read(
        connection, LIST_BUCKETS, lane=lane, max_wait=max_wait, require_fresh_after=fresh_after
    )
    found = {(one.bucket, one.location): one for one in reading.value.buckets}
    items = (
        Bucket(name, location, one.creation_date, one.is_authorized)
        for (name, location), one in found.items()
    )
    return Buckets(tuple(sorted(items, key=lambda one: (one.name.casefold(), one.location))), Age.of(reading))
