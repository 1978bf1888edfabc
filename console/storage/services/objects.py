"""What lies in a bucket, as folders.

One question brings all names of a bucket, and everybody shares its answer: whoever walks through folders costs nothing
more. Where the cloud gives less than everything (too many rows, or only what lies right below), each folder is asked
for by itself, and which folders are below it.
"""

from datetime import datetime

from console.connections import reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.connections.reads import Reading
from console.sparkrtc.catalogue.storage import BUCKET_REGIONS, LIST_OBJECTS
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import Objects, StoredObject
from console.storage.folders import Wanted, look, told_folders
from console.storage.shapes import FolderPage, Stored

__all__ = ["can_be_listed", "find_object", "list_folder", "read_objects"]


def can_be_listed(location: str) -> bool:
    """Say whether the cloud lists the objects of buckets in this region."""
    return location in BUCKET_REGIONS


def list_folder(
    connection: Connection, bucket: str, location: str, folder: str, wanted: Wanted, *, lane: Lane = Lane.PAGE
) -> FolderPage:
    """Return one page of a folder. One call for the whole bucket, shared; up to three where that is not all of it.

    folder: with a slash at its end, "" for the top.
    Raises NotFound when there is no such bucket; QuotaExhausted or another SparkError when nothing usable is stored and
    the cloud gives nothing. Source: API reference, ListObsBucketObjects.
    """
    whole = _ask(connection, bucket, location, "", lane)
    if _is_whole(whole.value) and whole.value.nested:
        return _page(whole.value, folder, wanted, [whole])
    own = _ask(connection, bucket, location, folder, lane) if folder else whole
    told = _ask(connection, bucket, location, folder, lane, kind="folders")
    if not folder and _is_whole(whole.value) and not told.value.listed:
        return _page(whole.value, folder, wanted, [whole])  # a bucket without any folder
    return _page(own.value, folder, wanted, [own, told], told.value)


def find_object(
    connection: Connection, bucket: str, location: str, name: str, *, lane: Lane = Lane.PAGE
) -> tuple[Stored | None, Age]:
    """Return an object by its name, None when the cloud lists none of that name, and how old that is.

    One call for the whole bucket, shared; one more where that is not all. Raises as list_folder does.
    """
    reading = read_objects(connection, bucket, location, name, lane=lane)
    row = _row(reading.value, name)
    age = Age.of(reading)
    if row is None:
        return None, age
    return Stored(bucket, location, name, row.size_kb, row.last_modified, age), age


def read_objects(
    connection: Connection,
    bucket: str,
    location: str,
    prefix: str,
    *,
    lane: Lane = Lane.PAGE,
    fresh_after: datetime | None = None,
) -> Reading:
    """Return an answer that holds every object whose name begins with the prefix, as far as the cloud gives them.

    It is that of the whole bucket where that is complete. The value is a sparkrtc.replies.Objects. Raises as
    list_folder does.
    """
    whole = _ask(connection, bucket, location, "", lane, fresh_after=fresh_after)
    if not prefix or (_is_whole(whole.value) and (whole.value.nested or "/" not in prefix)):
        return whole
    return _ask(connection, bucket, location, prefix, lane, fresh_after=fresh_after)


def _ask(
    connection: Connection,
    bucket: str,
    location: str,
    prefix: str,
    lane: Lane,
    *,
    kind: str = "objects",
    fresh_after: datetime | None = None,
) -> Reading:
    return reads.read(
        connection,
        LIST_OBJECTS,
        lane=lane,
        require_fresh_after=fresh_after,
        bucket=bucket,
        location=location,
        type=kind,
        prefix=prefix or None,
    )


def _is_whole(answer: Objects) -> bool:
    return answer.kept >= max(answer.listed, answer.count or 0)


def _row(answer: Objects, name: str) -> StoredObject | None:
    return next((row for row in answer.rows(name) if row.file_name == name), None)


def _page(
    answer: Objects, folder: str, wanted: Wanted, readings: list[Reading], told: Objects | None = None
) -> FolderPage:
    found = look(answer, folder, wanted, () if told is None else told_folders(told, folder))
    return FolderPage(
        entries=found.entries,
        folders=found.folders,
        files=found.files,
        below=found.below,
        size_kb=found.size_kb,
        latest=found.latest,
        whole=_is_whole(answer) and (told is None or _is_whole(told)),
        told=answer.count,
        listed=answer.kept,
        age=Age.of(*readings),
    )
