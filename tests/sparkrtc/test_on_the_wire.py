"""Parameters are sent as the reference wants them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from console.sparkrtc.catalogue.shapes import ENCODE_TEMPLATES
from tests.sparkrtc.building import build, changed
from tests.sparkrtc.doubles import PROJECT
from tests.sparkrtc.samples import APP, SAMPLES

MIX = SAMPLES["recording.mix_job.start"].params["mix_param"]


def test_lists_are_sent_as_repeated_parameters_and_indicators_as_one() -> None:
    people = changed("rooms.participant.list", region=["广东", "GD"], state=["ONLINE", "OFFLINE"])
    assert [pair for pair in people.query if pair[0] in ("region", "state")] == [
        ("region", "广东"),
        ("region", "GD"),
        ("state", "ONLINE"),
        ("state", "OFFLINE"),
    ]
    assert ("mid", "vbit,aloss") in changed("analytics.client_qos.get", mid=["vbit", "aloss"]).query
    both = changed("analytics.abnormal_event_dimension.get", dimension=["abnormal_type", "abnormal_factor"])
    assert ("dimension", "abnormal_type,abnormal_factor") in both.query


def test_times_are_sent_in_utc_whole_seconds() -> None:
    start = datetime(2026, 5, 4, 15, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=8)))
    assert ("start_time", "2026-05-04T07:00:00Z") in changed("rooms.room.list", start_time=start).query


@pytest.mark.parametrize("template", [t for t in ENCODE_TEMPLATES if t != "audio_only"])
def test_an_encoding_is_sent_with_x_however_it_is_written(template: str) -> None:
    mix = {**MIX, "encode_template": template.replace("x", "*")}
    sent = json.loads(changed("recording.mix_job.start", mix_param=mix).body or b"")
    assert sent["mix_param"]["encode_template"] == template


def test_a_mix_of_sound_alone_needs_no_layout() -> None:
    mix = {"room_id": "lecture-7", "encode_template": "audio_only"}
    sent = json.loads(changed("recording.mix_job.start", mix_param=mix).body or b"")
    assert sent["mix_param"] == mix


def test_the_adaptive_grid_needs_no_panes() -> None:
    mix = {"room_id": "r", "encode_template": "640x480_15_500", "layout_template": "nine_grids_view"}
    assert changed("recording.mix_job.start", mix_param=mix).body


def test_the_picture_of_a_single_job_is_always_named() -> None:
    sent = json.loads(
        build(
            "recording.single_job.start",
            app_id=APP,
            room_id="lecture-7",
            user_id="u",
            record_param={"record_rule_id": "t"},
        ).body
        or b""
    )
    assert sent == {
        "room_id": "lecture-7",
        "user_id": "u",
        "video_type": "CAMERASTREAM",
        "record_param": {"record_rule_id": "t"},
    }


@pytest.mark.parametrize(("authorized", "operation"), [(True, 1), (False, 0)])
def test_authorizing_is_sent_as_1_and_withdrawing_as_0(authorized: bool, operation: int) -> None:
    sent = json.loads(changed("storage.bucket.authorize", authorized=authorized).body or b"")
    assert sent["operation"] == operation
    assert sent["operation"] is not authorized


def test_what_is_not_given_is_not_sent() -> None:
    assert build("applications.application.list").query == ()
    assert build("rooms.room.list", app_id=APP, room_id=None).query == (("app", APP),)


def test_the_project_is_put_into_the_path_by_the_client() -> None:
    assert build("rooms.room.list", app_id=APP).path == f"/v1/{PROJECT}/rtc/rooms"
    assert build("analytics.abnormal_events.get", app_id=APP).path == "/v1/rtc/data/abnormal-events"
