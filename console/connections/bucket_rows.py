"""The two statements of every permit, written out: composing them anew would be half of what a permit costs."""

from __future__ import annotations

import msgspec
from django.db import connection

from console.connections.clocks import Moment
from console.connections.models import Bucket
from console.sparkrtc.book import Book

__all__ = ["lock_row", "write_row"]

_TABLE = Bucket._meta.db_table
_FIELDS = [one.attname for one in Bucket._meta.concrete_fields if one.name not in ("book", "refused_at")]
_COLUMNS = ", ".join(f'"{name}"' for name in [*_FIELDS, "book"])
_READ = f"SELECT {_COLUMNS} FROM {_TABLE} WHERE id = %s"  # noqa: S608 - the names of a table of ours
_WRITE = f"UPDATE {_TABLE} SET book = %s, stamp = %s, seen_at = %s WHERE id = %s"  # noqa: S608
_decode, _encode = msgspec.json.Decoder(Book).decode, msgspec.json.Encoder().encode


def lock_row(pk: int) -> tuple[Bucket, Book] | None:
    """Lock and return a bucket, and its book, within a transaction; None when it is gone.

    The bucket has no book, nor when it was refused: what it is not asked for is not read.
    """
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""  # SQLite locks as it begins
    with connection.cursor() as cursor:
        cursor.execute(_READ + lock, [pk])
        found = cursor.fetchone()
    if found is None:
        return None
    *row, book = found
    return Bucket.from_db(connection.alias, _FIELDS, row), _decode(book)


def write_row(bucket: Bucket, book: Book, moment: Moment) -> None:
    """Write the book of a bucket that is locked, and the moment at which it was looked at."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [_encode(book).decode(), moment.stamp, moment.now, bucket.pk])
