"""Recording of a whole room into one picture: start, show, change, stop."""

from __future__ import annotations

from typing import Any

from console.sandbox.checks import ROOM_ID, Body
from console.sandbox.cloud import Cloud, locked
from console.sandbox.errors import bad_value
from console.sandbox.http_types import Reply, Request, Route
from console.sandbox.layouts import MAX_IDLE, check_change, check_layout, check_pictures, encode_template
from console.sandbox.state.jobs import Job

__all__ = ["ROUTES"]

_CELL = "jobs_10_per_s"
_DEFAULT_IDLE = 30
_AUDIO_KBPS = 64


@locked
def create_mix_job(request: Request, cloud: Cloud) -> Reply:
    """Start a job; of sound alone the picture fields are ignored. Source: API reference, CreateMixJob."""
    app = cloud.applications.get(request.path_params["app_id"])
    body = Body(request.json)
    mix = body.table("mix_param", required=True)
    assert mix is not None
    room_id = mix.text("room_id", required=True, pattern=ROOM_ID) or ""
    encoding = encode_template(mix)
    idle = mix.whole("max_idle_time", *MAX_IDLE) or _DEFAULT_IDLE
    stored: dict[str, Any] = {"room_id": room_id, "encode_template": encoding, "max_idle_time": idle}
    if encoding != "audio_only":
        stored |= check_layout(mix) | check_pictures(mix)
    rule_id = cloud.rule_id_in(body, app.app_id)
    app.must_be_enabled()
    cloud.recorder.advance(request.received_at)
    job_id = cloud.ids.next("job")
    picture, kbps = _size_of(encoding)
    stream = f"m_{job_id}_{room_id}"
    job = Job(
        job_id=job_id,
        kind="mix",
        app_id=app.app_id,
        room_id=room_id,
        stream=stream,
        max_idle_seconds=idle,
        created=request.received_at,
        parameters={"mix_param": stored},
        rule_id=rule_id,
        tape=cloud.tape(app.app_id, rule_id, stream, kbps, request.received_at),
        key=("mix", room_id),
        picture=picture,
    )
    cloud.jobs.add(job)
    return Reply(201, job.body())


@locked
def show_mix_job(request: Request, cloud: Cloud) -> Reply:
    """Show a job, ended ones too. Source: API reference, ShowMixJob."""
    return Reply(200, _job(request, cloud).body())


@locked
def update_mix_job(request: Request, cloud: Cloud) -> Reply:
    """Change layout, pictures or patience of a running job. Source: API reference, UpdateMixJob."""
    job = _job(request, cloud)
    mix = Body(request.json).table("mix_param", required=True)
    assert mix is not None
    cloud.applications.get(job.app_id).must_be_enabled()
    job.must_go_on()
    if job.state != "RUNNING":
        raise bad_value("the job is not running yet")
    changed = check_change(mix, job.parameters["mix_param"])
    job.parameters = {"mix_param": job.parameters["mix_param"] | changed}
    job.max_idle_seconds = job.parameters["mix_param"]["max_idle_time"]
    job.changed = request.received_at
    return Reply(200, job.body())


@locked
def stop_mix_job(request: Request, cloud: Cloud) -> Reply:
    """End a job; its files stay. Source: API reference, StopMixJob."""
    job = _job(request, cloud)
    job.must_go_on()
    cloud.recorder.stop(job, "TENANT_STOP", request.received_at)
    return Reply(204)


def _job(request: Request, cloud: Cloud) -> Job:
    app = cloud.applications.get(request.path_params["app_id"])
    cloud.recorder.advance(request.received_at)
    return cloud.jobs.get("mix", app.app_id, request.path_params["job_id"])


def _size_of(encoding: str) -> tuple[tuple[int, int], int]:
    """Return width and height, and kbit/s, of an encoding like 1280x720_15_2260."""
    if encoding == "audio_only":
        return (0, 0), _AUDIO_KBPS
    size, _, kbps = encoding.split("_")
    width, _, height = size.partition("x")
    return (int(width), int(height)), int(kbps)


_ALL = "/v2/apps/{app_id}/mix-stream-jobs"
_ONE = "/v2/apps/{app_id}/mix-stream-jobs/{job_id}"
ROUTES = [
    Route("POST", _ALL, create_mix_job, _CELL),
    Route("GET", _ONE, show_mix_job, _CELL),
    Route("PUT", _ONE, update_mix_job, _CELL),
    Route("DELETE", _ONE, stop_mix_job, _CELL),
]
