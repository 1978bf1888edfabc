"""Parameters are checked before anything is sent, and sent as the reference wants them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc import Client
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.errors import InvalidParameters
from tests.sparkrtc.building import build, changed, problems
from tests.sparkrtc.doubles import NOW, Cloud, FakePermits
from tests.sparkrtc.samples import APP, SAMPLES


def test_nothing_is_sent_and_no_permit_taken_when_a_parameter_is_wrong(
    client: Client, cloud: Cloud, permits: FakePermits
) -> None:
    with pytest.raises(InvalidParameters) as caught:
        client.call(OPERATIONS["rooms.room.list"], app_id=APP, state="OPEN", limit=0)
    assert set(caught.value.problems) == {"state", "limit"}
    assert cloud.seen == []
    assert permits.asked == []


def test_a_problem_keeps_its_code_and_values_for_a_translation() -> None:
    with pytest.raises(InvalidParameters) as caught:
        changed("recording.single_job.start", max_idle_time=4)
    (problem,) = caught.value.problems.values()
    assert str(problem) == "max_idle_time must be 5 to 43200 seconds"
    assert problem.code == "range"
    assert problem.text % {**problem.values, "field": "Idle time"} == "Idle time must be 5 to 43200 seconds"
    assert caught.value.sentence == ("The request was not sent: max_idle_time must be 5 to 43200 seconds.")


@pytest.mark.parametrize("value", [5, 43_200])
def test_the_ends_of_a_range_are_allowed(value: int) -> None:
    assert json.loads(changed("recording.single_job.start", max_idle_time=value).body or b"")


MIX = SAMPLES["recording.mix_job.start"].params["mix_param"]
TEMPLATE = SAMPLES["recording.template.replace"].params
PANE = MIX["layout_panes"][0]

REFUSED: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("rooms.room.list", {"app_id": None}, {"app_id": "app_id is required"}),
    ("rooms.room.list", {"app_id": ""}, {"app_id": "app_id must not be empty"}),
    ("rooms.room.list", {"app_id": 7}, {"app_id": "app_id must be text"}),
    ("rooms.room.list", {"app": APP}, {"app": "app is not a parameter of this operation"}),
    (
        "rooms.room.list",
        {"project_id": "p"},
        {"project_id": "project_id is filled in by the client and cannot be given"},
    ),
    ("rooms.room.list", {"limit": "10"}, {"limit": "limit must be a whole number"}),
    ("rooms.room.list", {"limit": True}, {"limit": "limit must be a whole number"}),
    ("rooms.room.list", {"limit": 0}, {"limit": "limit must be at least 1 rows"}),
    ("rooms.room.list", {"state": "OPEN"}, {"state": "state must be one of RUNNING, CLOSED"}),
    (
        "rooms.room.list",
        {"room_id": "\ud800"},
        {"room_id": "room_id contains characters that cannot be sent"},
    ),
    (
        "applications.application.list",
        {"limit": 101},
        {"limit": "limit must be 1 to 100 applications"},
    ),
    ("applications.application.list", {"offset": -1}, {"offset": "offset must be at least 0 pages"}),
    (
        "applications.application.list",
        {"state": "DELETED"},
        {"state": "state must be one of ACTIVATION, DEACTIVATION, ARREARS"},
    ),
    (
        "applications.application.create",
        {"app_name": "two words"},
        {"app_name": 'app_name must be up to 64 letters, digits, "_" or "-"'},
    ),
    (
        "rooms.participant.remove",
        {"user_ids": "u-1"},
        {"user_ids": "user_ids must be a list"},
    ),
    ("rooms.participant.remove", {"user_ids": []}, {"user_ids": "user_ids must not be empty"}),
    ("rooms.participant.remove", {"user_ids": ["u", ""]}, {"user_ids.1": "user_ids.1 must not be empty"}),
    ("rooms.participant.remove", {"user_ids": ["u", "u"]}, {"user_ids": "user_ids names u more than once"}),
    (
        "storage.object.list",
        {"location": "eu-west-0"},
        {
            "location": "location must be one of cn-north-4, cn-north-1, cn-north-5, cn-north-6, cn-south-1, "
            "cn-east-2"
        },
    ),
    ("storage.bucket.authorize", {"authorized": 1}, {"authorized": "authorized must be true or false"}),
    (
        "recording.callback.update",
        {"url": "ftp://example.org/"},
        {"url": "url must be an address that begins with http:// or https://"},
    ),
    (
        "recording.callback.update",
        {"auth_key": "short"},
        {"auth_key": "auth_key must have 32 to 64 characters"},
    ),
    (
        "recording.automatic.update",
        {"record_rule_id": ""},
        {"record_rule_id": "record_rule_id is required when mode is AUTO_INDIVIDUAL_RECORD"},
    ),
    (
        "recording.template.replace",
        {"hls_config": None},
        {"hls_config": "hls_config is required when record_formats is HLS"},
    ),
    (
        "recording.template.replace",
        {"record_formats": ["hls"]},
        {"record_formats.0": "record_formats.0 must be one of HLS, MP4"},
    ),
    (
        "recording.template.replace",
        {"obs_addr": {**TEMPLATE["obs_addr"], "location": "cn-east-2", "bucket": ""}},
        {
            "obs_addr.location": "obs_addr.location must be one of cn-north-4",
            "obs_addr.bucket": "obs_addr.bucket must not be empty",
        },
    ),
    (
        "recording.template.replace",
        {"hls_config": {"record_cycle": 59, "record_slice_duration": 61, "cycle": 1}},
        {
            "hls_config.record_cycle": "hls_config.record_cycle must be 0 or 60 to 43200 seconds",
            "hls_config.record_slice_duration": ("hls_config.record_slice_duration must be 2 to 60 seconds"),
            "hls_config.cycle": "hls_config.cycle is not a parameter of this operation",
        },
    ),
    (
        "recording.template.replace",
        {"mp4_config": {"record_cycle": 0, "record_max_duration_to_merge_file": -1}},
        {
            "mp4_config.record_cycle": "mp4_config.record_cycle must be 60 to 10800 seconds",
            "mp4_config.record_max_duration_to_merge_file": (
                "mp4_config.record_max_duration_to_merge_file must be 0 to 300 seconds"
            ),
        },
    ),
    (
        "recording.mix_job.start",
        {"mix_param": "x"},
        {"mix_param": "mix_param must be an object with named fields"},
    ),
    ("recording.mix_job.start", {"record_param": None}, {"record_param": "record_param is required"}),
    (
        "recording.mix_job.start",
        {"mix_param": {**MIX, "layout_template": None}},
        {
            "mix_param.layout_template": (
                "mix_param.layout_template is required when mix_param.encode_template is 1280x720_15_2260"
            )
        },
    ),
    (
        "recording.mix_job.start",
        {"mix_param": {**MIX, "layout_panes": []}},
        {
            "mix_param.layout_panes": (
                "mix_param.layout_panes is required when mix_param.layout_template is custom"
            )
        },
    ),
    (
        "recording.mix_job.start",
        {"mix_param": {**MIX, "layout_panes": [PANE, {**PANE, "x": 1.5, "width": 0, "zorder": 25}]}},
        {
            "mix_param.layout_panes.1.x": "mix_param.layout_panes.1.x must be 0 to 1 of the canvas",
            "mix_param.layout_panes.1.width": (
                "mix_param.layout_panes.1.width must be more than 0 and at most 1 of the canvas"
            ),
            "mix_param.layout_panes.1.zorder": "mix_param.layout_panes.1.zorder must be 0 to 24 layers",
        },
    ),
    (
        "recording.mix_job.start",
        {"mix_param": {**MIX, "background_image": "https://example.org/a.png"}},
        {
            "mix_param.background_image": "mix_param.background_image must be an address like s3://bucket/object"
        },
    ),
    (
        "recording.mix_job.start",
        {"mix_param": {**MIX, "layout_panes": [{**PANE, "x": float("nan")}]}},
        {"mix_param.layout_panes.0.x": "mix_param.layout_panes.0.x must be a number"},
    ),
    (
        "recording.mix_job.update",
        {"mix_param": {"layout_template": "nine_grids_view"}},
        {"mix_param.layout_template": "mix_param.layout_template must be one of custom"},
    ),
    (
        "recording.single_job.start",
        {"room_id": "r" * 65, "is_record_audio": "yes"},
        {
            "room_id": 'room_id must be up to 64 letters, digits, "_" or "-"',
            "is_record_audio": "is_record_audio must be true or false",
        },
    ),
    (
        "analytics.client_qos.get",
        {"mid": ["all", "vbit"]},
        {"mid": "mid must stand alone when it is all"},
    ),
    ("analytics.client_qos.get", {"mid": []}, {"mid": "mid must not be empty"}),
    (
        "analytics.history_usage.get",
        {"start_date": "2026-05-01", "end_date": NOW},
        {"start_date": "start_date must be a date", "end_date": "end_date must be a date"},
    ),
    (
        "rooms.room.list",
        {"start_time": datetime(2026, 5, 4)},
        {"start_time": "start_time must be a time with a time zone"},
    ),
]


@pytest.mark.parametrize(("name", "changes", "expected"), REFUSED)
def test_what_is_wrong_is_said_per_field(
    name: str, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert problems(name, **changes) == expected


@pytest.mark.parametrize("segment", [".", "..", "a/b", "a\\b", "a\nb", "\x00", "../../v2/apps"])
@pytest.mark.parametrize("field", ["app_id", "room_id"])
def test_an_id_cannot_lead_to_another_path(field: str, segment: str) -> None:
    expected = {field: f"{field} contains characters that cannot stand in an address"}
    assert problems("rooms.room.dismiss", **{field: segment}) == expected


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1))
def test_any_other_room_id_stays_one_segment_of_the_path(room_id: str) -> None:
    if room_id in (".", ".."):
        return
    path = changed("rooms.room.dismiss", room_id=room_id).path
    assert path.count("/") == 6
    assert path.isascii()


def test_a_callback_key_does_not_appear_in_the_message_about_it() -> None:
    key = "too-short-but-secret"
    with pytest.raises(InvalidParameters) as caught:
        changed("recording.callback.update", auth_key=key)
    assert key not in f"{caught.value!s}{caught.value!r}{caught.value.problems}"


_junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary(max_size=5)
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(OPERATIONS)), data=st.data())
def test_junk_is_refused_with_problems_and_nothing_else(name: str, data: st.DataObject) -> None:
    params = dict(SAMPLES[name].params)
    if not params:
        return
    victim = data.draw(st.sampled_from(sorted(params)))
    params[victim] = data.draw(_junk)
    refused: InvalidParameters | None = None
    try:
        made = build(name, **params)
    except InvalidParameters as error:
        refused = error
    if refused:
        assert refused.problems
        assert all(str(problem) for problem in refused.problems.values())
    else:
        assert made.path.isascii()
        assert made.body is None or json.loads(made.body)
