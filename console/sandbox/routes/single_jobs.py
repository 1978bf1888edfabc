"""Recording of one participant's stream: start, show, change, stop."""

from __future__ import annotations

from typing import Any

from console.sandbox.checks import ROOM_ID, Body
from console.sandbox.cloud import Cloud, locked
from console.sandbox.errors import bad_value
from console.sandbox.http_types import Reply, Request, Route
from console.sandbox.layouts import MAX_IDLE, VIDEO_TYPES
from console.sandbox.state.jobs import Job

__all__ = ["ROUTES"]

_CELL = "jobs_10_per_s"
_DEFAULT_IDLE = 30
_TIERS = {
    "LD": ((320, 180), 200),
    "SD": ((640, 360), 500),
    "HD": ((1280, 720), 1500),
    "FHD": ((1920, 1080), 3000),
}


@locked
def create_individual_stream_job(request: Request, cloud: Cloud) -> Reply:
    """Start a job; a missing video_type counts as CAMERASTREAM, a room id may come as a number.

    Source: API reference, CreateIndividualStreamJob.
    """
    app = cloud.applications.get(request.path_params["app_id"])
    body = Body(_with_text_room_id(request.json))
    room_id = body.text("room_id", required=True, pattern=ROOM_ID) or ""
    user_id = body.text("user_id", required=True, pattern=ROOM_ID) or ""
    audio = body.flag("is_record_audio")
    tier = body.choice("select_stream_type", _TIERS) or "FHD"
    stored: dict[str, Any] = {
        "user_id": user_id,
        "is_record_audio": True if audio is None else audio,
        "video_type": body.choice("video_type", VIDEO_TYPES) or "CAMERASTREAM",
        "select_stream_type": tier,
        "max_idle_time": body.whole("max_idle_time", *MAX_IDLE) or _DEFAULT_IDLE,
    }
    rule_id = cloud.rule_id_in(body, app.app_id)
    app.must_be_enabled()
    cloud.recorder.advance(request.received_at)
    job_id = cloud.ids.next("job")
    picture, kbps = _TIERS[tier]
    stream = f"s_{job_id}_{room_id}_{user_id}"
    job = Job(
        job_id=job_id,
        kind="single",
        app_id=app.app_id,
        room_id=room_id,
        user_id=user_id,
        stream=stream,
        max_idle_seconds=stored["max_idle_time"],
        created=request.received_at,
        parameters=stored,
        rule_id=rule_id,
        tape=cloud.tape(app.app_id, rule_id, stream, kbps, request.received_at),
        key=("single", room_id, user_id, stored["video_type"]),
        picture=picture,
    )
    cloud.jobs.add(job)
    return Reply(201, job.body())


@locked
def show_individual_stream_job(request: Request, cloud: Cloud) -> Reply:
    """Show a job, ended ones too. Source: API reference, ShowIndividualStreamJob."""
    return Reply(200, _job(request, cloud).body())


@locked
def update_individual_stream_job(request: Request, cloud: Cloud) -> Reply:
    """Record a running job by another template from its next file on.

    Which situations allow a change is not published. Source: API reference, UpdateIndividualStreamJob.
    """
    job = _job(request, cloud)
    body = Body(request.json)
    cloud.applications.get(job.app_id).must_be_enabled()
    job.must_go_on()
    if job.state != "RUNNING":
        raise bad_value("the job is not running yet")
    rule_id = cloud.rule_id_in(body, job.app_id)
    if rule_id and rule_id != job.rule_id:
        kbps = _TIERS[job.parameters["select_stream_type"]][1]
        tape = cloud.tape(job.app_id, rule_id, job.stream, kbps, request.received_at)
        cloud.recorder.change_tape(job, tape, request.received_at)
        job.rule_id = rule_id
    job.changed = request.received_at
    return Reply(200, job.body())


@locked
def stop_individual_stream_job(request: Request, cloud: Cloud) -> Reply:
    """End a job; its files stay. Source: API reference, StopIndividualStreamJob."""
    job = _job(request, cloud)
    job.must_go_on()
    cloud.recorder.stop(job, "TENANT_STOP", request.received_at)
    return Reply(204)


def _job(request: Request, cloud: Cloud) -> Job:
    app = cloud.applications.get(request.path_params["app_id"])
    cloud.recorder.advance(request.received_at)
    return cloud.jobs.get("single", app.app_id, request.path_params["job_id"])


def _with_text_room_id(values: Any) -> Any:
    # The model says string, one example of the reference shows a number.
    if isinstance(values, dict) and type(values.get("room_id")) is int:
        return values | {"room_id": str(values["room_id"])}
    return values


_ALL = "/v2/apps/{app_id}/individual-stream-jobs"
_ONE = "/v2/apps/{app_id}/individual-stream-jobs/{job_id}"
ROUTES = [
    Route("POST", _ALL, create_individual_stream_job, _CELL),
    Route("GET", _ONE, show_individual_stream_job, _CELL),
    Route("PUT", _ONE, update_individual_stream_job, _CELL),
    Route("DELETE", _ONE, stop_individual_stream_job, _CELL),
]
