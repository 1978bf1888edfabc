"""OBS buckets: list, list the objects of one, authorize."""

from __future__ import annotations

from operator import attrgetter

from console.sandbox.checks import Body
from console.sandbox.cloud import Cloud, locked
from console.sandbox.errors import bad_value, bucket_refused, missing, not_found
from console.sandbox.http_types import Reply, Request, Route, page_of
from console.sandbox.options import REGIONS, region_project
from console.sandbox.state.buckets import StoredObject

__all__ = ["ROUTES"]

_CELL = "obs_2_per_s"


@locked
def list_obs_buckets(request: Request, cloud: Cloud) -> Reply:
    """List all buckets. Source: API reference, ListObsBuckets."""
    rows = [bucket.body() for bucket in cloud.buckets]
    return Reply(200, {"count": len(rows), "buckets": rows})


@locked
def list_obs_bucket_objects(request: Request, cloud: Cloud) -> Reply:
    """List the objects whose names begin with the prefix, or the folders right below it.

    All rows come back, sorted by name, unless control has set a most; count tells how many there are.
    Source: API reference, ListObsBucketObjects.
    """
    name, location = _needed(request, "bucket"), _needed(request, "location")
    kind = _needed(request, "type")
    prefix = request.first("prefix") or ""
    if location not in REGIONS:
        raise bad_value("location")
    if kind not in ("folders", "objects"):
        raise bad_value("type")
    bucket = cloud.buckets.find(name, location)
    if bucket is None:
        raise not_found("bucket")
    if bucket.condition:
        raise bucket_refused(bucket.condition)
    cloud.recorder.advance(request.received_at)
    stored = [item for item in bucket.objects if item.name.startswith(prefix)]
    stored += cloud.recorder.objects_in(bucket, prefix, request.received_at)
    listing = cloud.buckets.listing
    if kind == "objects" and listing.shallow:
        stored = [item for item in stored if "/" not in item.name[len(prefix) :]]
    rows = stored if kind == "objects" else _folders(stored, prefix)
    rows.sort(key=attrgetter("name"))
    most = listing.most or len(rows)
    return page_of({"count": len(rows)}, "objects", [item.text() for item in rows[:most]])


@locked
def update_obs_bucket_authority(request: Request, cloud: Cloud) -> Reply:
    """Let the service write to a bucket, or no longer. Source: API reference, UpdateObsBucketAuthority."""
    body = Body(request.json)
    name = body.text("bucket", required=True) or ""
    operation = body.whole("operation", 0, 1, required=True)
    location = body.choice("location", REGIONS, required=True) or ""
    project = body.text("project_id")
    if project is not None and project != region_project(cloud.options, location):
        raise bad_value("project_id")
    bucket = cloud.buckets.find(name, location)
    if bucket is None:
        raise bad_value("bucket")
    cloud.recorder.advance(request.received_at)
    bucket.authorized = operation == 1
    return Reply(200)


def _needed(request: Request, name: str) -> str:
    value = request.first(name)
    if not value:
        raise missing(name)
    return value


def _folders(stored: list[StoredObject], prefix: str) -> list[StoredObject]:
    """Return the folders right below the prefix, each with the size and the latest change of its objects."""
    found: dict[str, tuple[int, float]] = {}
    for item in stored:
        head, slash, _ = item.name[len(prefix) :].partition("/")
        if slash:
            size, modified = found.get(head, (0, 0.0))
            found[head] = (size + item.size, max(modified, item.modified))
    return [StoredObject(f"{prefix}{head}/", *sums) for head, sums in found.items()]


ROUTES = [
    Route("GET", "/v2/rtc-ops/buckets", list_obs_buckets, _CELL, "obs"),
    Route("GET", "/v2/rtc-ops/buckets/objects", list_obs_bucket_objects, _CELL, "obs"),
    Route("PUT", "/v2/rtc-ops/buckets/authentication", update_obs_bucket_authority, _CELL, "obs"),
]
