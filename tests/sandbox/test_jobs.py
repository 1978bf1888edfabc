"""Recording jobs: their fields, states, ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox import bodies
from tests.sandbox.caller import Caller
from tests.sandbox.doubles import APP, StillWorld
from tests.sandbox.harness import ControlError, Sandbox

ZERO = "0001-01-01T00:00:00Z"

BAD_MIX = [
    ("mix_param", []),
    ("mix_param.room_id", "a room"),
    ("mix_param.room_id", "r" * 65),
    ("mix_param.room_id", 42),
    ("mix_param.encode_template", "1280x720_15_9999"),
    ("mix_param.encode_template", 720),
    ("mix_param.max_idle_time", 4),
    ("mix_param.max_idle_time", 43_201),
    ("mix_param.max_idle_time", "60"),
    ("mix_param.layout_panes", {}),
    ("mix_param.layout_panes", [7]),
    ("mix_param.layout_panes.0.id", 0),
    ("mix_param.layout_panes.0.user_id", "not an id"),
    ("mix_param.layout_panes.0.user_id", "u" * 65),
    ("mix_param.user_background_images", [{"user_id": "", "image_uri": "s3://bucket/a.jpg"}]),
    ("mix_param.user_background_images", [{"user_id": "no id", "image_uri": "s3://bucket/a.jpg"}]),
    ("mix_param.layout_panes.0.x", -0.1),
    ("mix_param.layout_panes.0.x", 1.1),
    ("mix_param.layout_panes.0.y", "0"),
    ("mix_param.layout_panes.0.width", 0),
    ("mix_param.layout_panes.0.height", 1.01),
    ("mix_param.layout_panes.0.zorder", 25),
    ("mix_param.layout_panes.0.zorder", -1),
    ("mix_param.layout_panes.0.crop_mode", "STRETCH"),
    ("mix_param.layout_panes.0.filling_policy", "ANYBODY"),
    ("mix_param.layout_panes.0.video_type", "SCREEN"),
    ("mix_param.background_image", "https://example.com/a.jpg"),
    ("mix_param.default_user_background_image", "s3://bucket-only"),
    ("record_param", {"record_rule_id": "f" * 24}),
    ("record_param", "rule"),
]
BAD_SINGLE = [
    ("room_id", "a room"),
    ("user_id", ""),
    ("user_id", 7),
    ("is_record_audio", "true"),
    ("video_type", "SCREEN"),
    ("select_stream_type", "UHD"),
    ("max_idle_time", 4),
    ("max_idle_time", 43_201),
    ("record_param", {"record_rule_id": "f" * 24}),
]


@pytest.mark.parametrize(("path", "value"), BAD_MIX)
def test_a_bad_mix_job_is_refused(call: Caller, path: str, value: object) -> None:
    wish = bodies.wrong(bodies.mix(), path, value)
    assert call("POST", f"/v2/apps/{APP}/mix-stream-jobs", wish).refusal == (400, "RTC.00001003")


@pytest.mark.parametrize(("path", "value"), BAD_SINGLE)
def test_a_bad_single_job_is_refused(call: Caller, path: str, value: object) -> None:
    wish = bodies.wrong(bodies.single(), path, value)
    assert call("POST", f"/v2/apps/{APP}/individual-stream-jobs", wish).refusal == (400, "RTC.00001003")


@pytest.mark.parametrize(
    "path", ["mix_param", "mix_param.room_id", "mix_param.encode_template", "mix_param.layout_template"]
)
def test_a_mix_job_without_a_required_field_is_refused(call: Caller, path: str) -> None:
    wish = bodies.without(bodies.mix(), path)
    assert call("POST", f"/v2/apps/{APP}/mix-stream-jobs", wish).refusal == (400, "RTC.00001005")


@pytest.mark.parametrize("name", ["room_id", "user_id"])
def test_a_single_job_without_a_required_field_is_refused(call: Caller, name: str) -> None:
    wish = bodies.without(bodies.single(), name)
    assert call("POST", f"/v2/apps/{APP}/individual-stream-jobs", wish).refusal == (400, "RTC.00001005")


@pytest.mark.parametrize("side", ["x", "y", "width", "height"])
def test_a_pane_of_a_custom_layout_has_a_place(call: Caller, side: str) -> None:
    wish = bodies.without(bodies.mix(), f"mix_param.layout_panes.0.{side}")
    assert call("POST", f"/v2/apps/{APP}/mix-stream-jobs", wish).refusal == (400, "RTC.00001005")


@pytest.mark.parametrize("layout", ["custom", "screen_share_left", "screen_share_right"])
def test_only_the_nine_grids_need_no_panes(call: Caller, layout: str) -> None:
    path = f"/v2/apps/{APP}/mix-stream-jobs"
    bare = bodies.mix(layout_template=layout, layout_panes=[])
    assert call("POST", path, bare).refusal == (400, "RTC.00001005")
    grid = bodies.without(bodies.mix(layout_template="nine_grids_view"), "mix_param.layout_panes")
    assert call("POST", path, grid).status == 201


def test_two_panes_cannot_have_the_same_number(call: Caller) -> None:
    pane = bodies.mix()["mix_param"]["layout_panes"][0]
    path = f"/v2/apps/{APP}/mix-stream-jobs"
    wish = bodies.mix(layout_panes=[pane, {**pane, "zorder": 1}])
    assert call("POST", path, wish).refusal == (400, "RTC.00001004")
    assert call("POST", path, bodies.mix(layout_panes=[pane, {**pane, "id": 2}])).status == 201


def test_an_unknown_layout_has_a_code_of_its_own(call: Caller) -> None:
    wish = bodies.mix(layout_template="mosaic")
    assert call("POST", f"/v2/apps/{APP}/mix-stream-jobs", wish).refusal == (400, "RTC.00001010")


def test_both_ways_to_write_an_encoding_are_taken(call: Caller) -> None:
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix(encode_template="1280*720_15_2260"))
    assert (job.status, job.json["mix_param"]["encode_template"]) == (201, "1280x720_15_2260")


def test_sound_alone_needs_no_layout(call: Caller) -> None:
    wish = {"mix_param": {"room_id": "room-1", "encode_template": "audio_only", "layout_template": "mosaic"}}
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", wish)
    assert job.status == 201
    assert job.json["mix_param"] == {
        "room_id": "room-1",
        "encode_template": "audio_only",
        "max_idle_time": 30,
    }


def test_defaults_of_a_single_job(call: Caller) -> None:
    wish = {"room_id": 42, "user_id": "ann"}
    job = call("POST", f"/v2/apps/{APP}/individual-stream-jobs", wish).json
    assert job["stream_name"] == f"s_{job['job_id']}_42_ann"
    expected = {
        "room_id": "42",
        "is_record_audio": True,
        "video_type": "CAMERASTREAM",
        "select_stream_type": "FHD",
        "max_idle_time": 30,
        "state": "INIT",
        "stop_time": ZERO,
    }
    assert job.items() >= expected.items()
    assert "stop_reason" not in job


def test_a_job_lives_from_init_to_stopped(
    sandbox: Sandbox, call: Caller, world: StillWorld, now: float
) -> None:
    world.put(APP, "room-1", "ann", since=now - 60, until=now + 3600)
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix()).json
    path = f"/v2/apps/{APP}/mix-stream-jobs/{job['job_id']}"
    assert job["stream_name"] == f"m_{job['job_id']}_room-1"
    states = [job["state"]]
    for seconds in (1, 1, 600):
        sandbox.travel(seconds)
        states.append(call("GET", path).json["state"])
    assert states == ["INIT", "INIT", "RUNNING", "RUNNING"]
    stopped = call("DELETE", path)
    assert (stopped.status, stopped.body) == (204, b"")
    shown = call("GET", path).json
    assert (shown["state"], shown["stop_reason"]) == ("STOPPED", "TENANT_STOP")
    assert shown["stop_time"] > shown["start_time"]


def test_nothing_can_be_done_to_a_job_that_has_ended(call: Caller) -> None:
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix()).json["job_id"]
    path = f"/v2/apps/{APP}/mix-stream-jobs/{job}"
    call("DELETE", path)
    assert call("DELETE", path).refusal == (400, "RTC.00001009")
    assert call("PUT", path, {"mix_param": {"max_idle_time": 90}}).refusal == (400, "RTC.00001009")


def test_a_job_ends_when_the_room_falls_silent(
    sandbox: Sandbox, call: Caller, world: StillWorld, now: float
) -> None:
    world.put(APP, "room-1", "ann", since=now - 60, until=now + 100)
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix(max_idle_time=60)).json
    path = f"/v2/apps/{APP}/mix-stream-jobs/{job['job_id']}"
    sandbox.travel(150)
    assert call("GET", path).json["state"] == "RUNNING"
    sandbox.travel(15)
    shown = call("GET", path).json
    assert (shown["state"], shown["stop_reason"]) == ("STOPPED", "EXCEED_MAX_IDLE_TIME")


def test_a_single_job_ends_when_its_person_is_gone(
    sandbox: Sandbox, call: Caller, world: StillWorld, now: float
) -> None:
    world.put(APP, "room-1", "bob", since=now - 60, until=now + 3600)
    job = call("POST", f"/v2/apps/{APP}/individual-stream-jobs", bodies.single(user_id="ann")).json
    sandbox.travel(60)
    shown = call("GET", f"/v2/apps/{APP}/individual-stream-jobs/{job['job_id']}").json
    assert shown["stop_reason"] == "EXCEED_MAX_IDLE_TIME"


def test_a_job_in_an_unknown_room_starts_and_falls_idle(sandbox: Sandbox, call: Caller) -> None:
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix("nobody-here"))
    assert job.status == 201
    sandbox.travel(90)
    shown = call("GET", f"/v2/apps/{APP}/mix-stream-jobs/{job.json['job_id']}").json
    assert shown["state"] == "STOPPED"


def test_a_job_fails_only_on_order(sandbox: Sandbox, call: Caller) -> None:
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix()).json["job_id"]
    sandbox.control("jobs/fail", {"job_id": job})
    shown = call("GET", f"/v2/apps/{APP}/mix-stream-jobs/{job}").json
    assert (shown["state"], shown["stop_reason"]) == ("STOPPED", "INTERNAL_ERROR")
    with pytest.raises(ControlError, match="has not ended"):
        sandbox.control("jobs/fail", {"job_id": job})


def test_time_that_travels_back_leaves_a_job_able_to_go_on(
    sandbox: Sandbox, call: Caller, world: StillWorld, now: float
) -> None:
    world.put(APP, "room-1", "ann", since=now - 7200, until=now + 7200)
    sandbox.travel(-3600)
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix()).json["job_id"]
    sandbox.travel(5)
    assert call("GET", f"/v2/apps/{APP}/mix-stream-jobs/{job}").json["state"] == "RUNNING"


def test_a_second_job_for_the_same_is_refused(call: Caller) -> None:
    mixes, singles = f"/v2/apps/{APP}/mix-stream-jobs", f"/v2/apps/{APP}/individual-stream-jobs"
    first = call("POST", mixes, bodies.mix()).json["job_id"]
    assert call("POST", mixes, bodies.mix()).refusal == (400, "RTC.00001006")
    assert call("POST", mixes, bodies.mix("room-2")).status == 201
    assert call("POST", singles, bodies.single()).status == 201
    assert call("POST", singles, bodies.single()).refusal == (400, "RTC.00001006")
    assert call("POST", singles, bodies.single(video_type="SCREENSTREAM")).status == 201
    call("DELETE", f"{mixes}/{first}")
    again = call("POST", mixes, bodies.mix())
    assert (again.status, again.json["job_id"] != first) == (201, True)


def test_there_is_a_most_of_jobs(call: Caller) -> None:
    path = f"/v2/apps/{APP}/individual-stream-jobs"
    for number in range(200):
        assert call("POST", path, bodies.single(user_id=f"user-{number}")).status == 201
    assert call("POST", path, bodies.single(user_id="one-more")).refusal == (400, "RTC.00001007")


@pytest.mark.parametrize("state", ["DEACTIVATION", "ARREARS"])
def test_an_application_that_is_off_records_nothing(sandbox: Sandbox, call: Caller, state: str) -> None:
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix()).json["job_id"]
    sandbox.control("applications", {"app_id": APP, "state": state})
    refused = (400, "RTC.00001016")
    path = f"/v2/apps/{APP}/mix-stream-jobs"
    assert call("POST", path, bodies.mix("room-2")).refusal == refused
    assert call("POST", f"/v2/apps/{APP}/individual-stream-jobs", bodies.single()).refusal == refused
    assert call("PUT", f"{path}/{job}", {"mix_param": {"max_idle_time": 90}}).refusal == refused
    assert call("GET", f"{path}/{job}").status == 200
    assert call("DELETE", f"{path}/{job}").status == 204


def test_a_job_is_known_by_its_kind_and_application(call: Caller, app_id: str) -> None:
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix()).json["job_id"]
    assert call("GET", f"/v2/apps/{APP}/individual-stream-jobs/{job}").refusal == (404, "RTC.00001003")
    assert call("GET", f"/v2/apps/{app_id}/mix-stream-jobs/{job}").refusal == (404, "RTC.00001003")
    assert call("GET", f"/v2/apps/{APP}/mix-stream-jobs/{'0' * 32}").refusal == (404, "RTC.00001003")


def running_mix(sandbox: Sandbox, call: Caller, world: StillWorld, now: float, **changes: Any) -> str:
    """Start a mix job that runs; return its path."""
    world.put(APP, "room-1", "ann", since=now - 60, until=now + 7200)
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix(**changes)).json["job_id"]
    sandbox.travel(3)
    return f"/v2/apps/{APP}/mix-stream-jobs/{job}"


def test_a_running_job_can_be_changed(sandbox: Sandbox, call: Caller, world: StillWorld, now: float) -> None:
    path = running_mix(sandbox, call, world, now)
    pane = {"id": 2, "user_id": "bob", "x": 0.5, "y": 0.5, "width": 0.5, "height": 0.5}
    wish = {"mix_param": {"layout_template": "custom", "max_idle_time": 120, "layout_panes": [pane]}}
    changed = call("PUT", path, wish)
    assert changed.status == 200
    assert changed.json["mix_param"]["layout_panes"] == [pane]
    assert changed.json["mix_param"]["max_idle_time"] == 120
    assert changed.json["mix_param"]["encode_template"] == "1280x720_15_2260"
    assert call("GET", path).json == changed.json


def test_a_job_that_is_not_running_yet_cannot_be_changed(call: Caller) -> None:
    job = call("POST", f"/v2/apps/{APP}/mix-stream-jobs", bodies.mix()).json["job_id"]
    wish = {"mix_param": {"max_idle_time": 90}}
    assert call("PUT", f"/v2/apps/{APP}/mix-stream-jobs/{job}", wish).refusal == (400, "RTC.00001003")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({}, "RTC.00001005"),
        ({"mix_param": {"max_idle_time": 4}}, "RTC.00001003"),
        ({"mix_param": {"layout_template": "mosaic"}}, "RTC.00001010"),
        ({"mix_param": {"layout_template": "nine_grids_view"}}, "RTC.00001004"),
        ({"mix_param": {"layout_panes": [{"id": 1}]}}, "RTC.00001005"),
    ],
)
def test_a_bad_change_is_refused(
    sandbox: Sandbox, call: Caller, world: StillWorld, now: float, wish: object, code: str
) -> None:
    path = running_mix(sandbox, call, world, now)
    assert call("PUT", path, wish).refusal == (400, code)


def test_a_layout_goes_only_from_custom_to_custom(
    sandbox: Sandbox, call: Caller, world: StillWorld, now: float
) -> None:
    path = running_mix(sandbox, call, world, now, layout_template="screen_share_left")
    wish = {"mix_param": {"layout_template": "custom"}}
    assert call("PUT", path, wish).refusal == (400, "RTC.00001004")
