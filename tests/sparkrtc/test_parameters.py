"""Parameters are checked before anything is sent, and sent as the reference wants them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc import Client
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.catalogue.shapes import ENCODE_TEMPLATES
from console.sparkrtc.errors import InvalidParameters
from console.sparkrtc.outgoing import Outgoing, make_request
from tests.sparkrtc.doubles import NOW, PROJECT, Cloud, FakePermits
from tests.sparkrtc.samples import APP, SAMPLES


def build(name: str, **params: Any) -> Outgoing:
    return make_request(OPERATIONS[name], params, project_id=PROJECT, now=NOW)


def changed(name: str, **changes: Any) -> Outgoing:
    return build(name, **{**SAMPLES[name].params, **changes})


def problems(name: str, **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidParameters) as caught:
        changed(name, **changes)
    return {path: str(problem) for path, problem in caught.value.problems.items()}


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


# --- windows --------------------------------------------------------------------------------------------------


def _hours(count: float) -> datetime:
    return NOW - timedelta(hours=count)


def _days(count: float) -> datetime:
    return NOW - timedelta(days=count)


WINDOWS = [
    ("rooms.room.list", 90 * 24),
    ("rooms.participant.list", 90 * 24),
    ("analytics.realtime_scale.get", 24),
    ("analytics.realtime_quality.get", 24),
    ("analytics.realtime_network.get", 24),
    ("analytics.client_qos.get", 24),
    ("analytics.client_events.get", 1),
    ("analytics.client_abnormal_events.get", 1),
    ("analytics.abnormal_events.get", 24),
    ("analytics.abnormal_event_dimension.get", 24),
]


@pytest.mark.parametrize(("name", "hours"), WINDOWS)
def test_the_longest_window_is_allowed_and_a_second_more_is_not(name: str, hours: int) -> None:
    changed(name, start_time=_hours(hours), end_time=NOW)
    longest = f"{hours // 24} days" if hours > 24 else f"{hours} hours"
    found = problems(name, start_time=_hours(hours) - timedelta(seconds=1), end_time=NOW)
    assert found == {"end_time": f"end_time must be at most {longest} after start_time"}


@pytest.mark.parametrize(("name", "hours"), WINDOWS)
def test_a_window_must_not_run_backwards(name: str, hours: int) -> None:
    found = problems(name, start_time=_hours(0.5), end_time=_hours(0.5))
    assert found == {"end_time": "end_time must be after start_time"}


@pytest.mark.parametrize(
    "name",
    ["analytics.client_qos.get", "analytics.client_events.get", "analytics.client_abnormal_events.get"],
)
def test_call_data_is_kept_for_five_days(name: str) -> None:
    changed(name, start_time=_days(5), end_time=_days(5) + timedelta(hours=1))
    found = problems(name, start_time=_days(5.001), end_time=_days(5.001) + timedelta(hours=1))
    assert found == {"start_time": "start_time must be within the last 5 days"}


def test_a_window_whose_ends_the_cloud_fills_in_is_checked_with_them() -> None:
    assert problems("rooms.room.list", start_time=_days(91), end_time=None)
    assert problems("rooms.room.list", start_time=None, end_time=_hours(2)) == {
        "end_time": "end_time must be after start_time"
    }
    changed("rooms.room.list", start_time=None, end_time=_hours(0.5))
    changed("rooms.room.list", start_time=None, end_time=None)


@pytest.mark.parametrize("name", ["analytics.history_scale.get", "analytics.history_quality.get"])
def test_history_covers_31_days_that_are_over(name: str) -> None:
    today = NOW.date()
    yesterday, first = today - timedelta(days=1), today - timedelta(days=31)
    changed(name, start_date=first, end_date=yesterday)
    assert problems(name, start_date=first - timedelta(days=1), end_date=yesterday) == {
        "start_date": "start_date must be within the last 31 days"
    }
    assert problems(name, start_date=yesterday, end_date=today) == {
        "end_date": "end_date must be a day that is over (UTC)"
    }
    assert problems(name, start_date=yesterday, end_date=first) == {
        "end_date": "end_date must not be before start_date"
    }


def test_which_day_is_over_is_judged_in_utc() -> None:
    operation = OPERATIONS["analytics.history_scale.get"]
    params = {"app_id": APP, "metric": ["UserCount"], "start_date": date(2026, 5, 3)}
    early_in_beijing = datetime(2026, 5, 4, 1, tzinfo=timezone(timedelta(hours=8)))
    with pytest.raises(InvalidParameters):
        make_request(operation, params, project_id=PROJECT, now=early_in_beijing)


def test_usage_has_no_documented_limit_and_may_ask_for_today() -> None:
    changed("analytics.history_usage.get", start_date=date(2026, 1, 1), end_date=NOW.date())


# --- on the wire ----------------------------------------------------------------------------------------------


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
