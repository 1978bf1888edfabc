"""What the bucket operations answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from console.sparkrtc.reading import Reply

__all__ = [
    "Bucket",
    "Buckets",
    "Objects",
    "StoredObject",
]


class Bucket(Reply, frozen=True, kw_only=True):
    """A bucket. is_authorized: whether the service may write to it."""

    bucket: str = ""
    location: str = ""
    creation_date: datetime | None = None
    is_authorized: bool | None = None


class Buckets(Reply, frozen=True, kw_only=True):
    """All buckets."""

    count: int | None = None
    buckets: tuple[Bucket, ...] = ()


class StoredObject(Reply, frozen=True, kw_only=True):
    """An object or a folder of a bucket. size_kb: as documented, in KB."""

    wire: ClassVar[Mapping[str, str]] = {"size_kb": "size"}

    file_name: str = ""
    size_kb: int | None = None
    last_modified: datetime | None = None


class Objects(Reply, frozen=True, kw_only=True):
    """All objects, or folders, below a prefix."""

    count: int | None = None
    objects: tuple[StoredObject, ...] = ()
