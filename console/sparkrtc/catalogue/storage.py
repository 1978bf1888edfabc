"""The bucket operations. Source: API Reference, OBS Bucket Management."""

from __future__ import annotations

from console.sparkrtc.operation import Effect, Operation, Param, in_body, in_query, switch, text
from console.sparkrtc.quotas import OBS
from console.sparkrtc.replies import Buckets, Objects

__all__ = ["AUTHORIZE_BUCKET", "BUCKET_REGIONS", "LIST_BUCKETS", "LIST_OBJECTS"]

BUCKET_REGIONS = ("cn-north-4", "cn-north-1", "cn-north-5", "cn-north-6", "cn-south-1", "cn-east-2")

LIST_BUCKETS = Operation(
    name="storage.bucket.list",
    method="GET",
    path="/v2/rtc-ops/buckets",
    quota=OBS,
    effect=Effect.READS,
    params=(),
    reply=Buckets,
    success=(200,),
    source="API Reference, ListObsBuckets",
    notes=("The page names tokens only, the vendor's SDK signs it with access keys.", "No paging."),
)

LIST_OBJECTS = Operation(
    name="storage.object.list",
    method="GET",
    path="/v2/rtc-ops/buckets/objects",
    quota=OBS,
    effect=Effect.READS,
    params=(
        Param("bucket", in_query, text, required=True, shortest=1),
        Param("prefix", in_query, text),
        Param("type", in_query, text, required=True, choices=("folders", "objects")),
        Param("location", in_query, text, required=True, choices=BUCKET_REGIONS),
    ),
    reply=Objects,
    success=(200,),
    source="API Reference, ListObsBucketObjects",
    notes=("No paging.",),
)

AUTHORIZE_BUCKET = Operation(
    name="storage.bucket.authorize",
    method="PUT",
    path="/v2/rtc-ops/buckets/authentication",
    quota=OBS,
    effect=Effect.CHANGES,
    params=(
        Param("bucket", in_body, text, required=True, shortest=1),
        Param("authorized", in_body, switch, wire="operation", required=True),
        Param("location", in_body, text, required=True, choices=BUCKET_REGIONS),
        # The project of the bucket's region, not the one the request is signed for.
        Param("bucket_project_id", in_body, text, wire="project_id", shortest=1),
    ),
    reply=None,
    success=(200,),
    source="API Reference, UpdateObsBucketAuthority",
    body_type="application/json",
    notes=("What becomes of recordings when it is withdrawn is open: expect to lose them.",),
)
