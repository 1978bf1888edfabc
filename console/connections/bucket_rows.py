"""The two statements of every permit, written out: composing them anew would be half of what a permit costs."""

from __future__ import annotations

import json

from django.db import connection

from console.connections.clocks import Moment
from console.connections.models import Bucket

__all__ = ["lock_row", "write_row"]

_TABLE = Bucket._meta.db_table
_READ = f"SELECT * FROM {_TABLE} WHERE id = %s"  # noqa: S608 - the name of a table of ours
_WRITE = f"UPDATE {_TABLE} SET book = %s, stamp = %s, seen_at = %s WHERE id = %s"  # noqa: S608


def lock_row(pk: int) -> Bucket | None:
    """Lock and return a bucket within a transaction; None when it is gone."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""  # SQLite locks as it begins
    return next(iter(Bucket.objects.raw(_READ + lock, [pk])), None)


def write_row(bucket: Bucket, moment: Moment) -> None:
    """Write the book of a bucket that is locked, and the moment at which it was looked at."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(bucket.book), moment.stamp, moment.now, bucket.pk])
