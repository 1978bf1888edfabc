"""Answers are read whatever the cloud leaves out, adds or bends, and never crash a page."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc import Secret, SecretForgotten
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.reading import Reply, UnreadableAnswer, read_answer, restore, store
from console.sparkrtc.replies import (
    AbnormalEvents,
    Application,
    Applications,
    Buckets,
    CallbackSetting,
    ClientEvents,
    Experiences,
    MixJob,
    Objects,
    Participants,
    QosDetails,
    QualityHistory,
    RecordingTemplates,
    Rooms,
    ScaleSeries,
    SingleJob,
    UsageHistory,
)
from tests.sparkrtc.samples import APP, APP_KEY, AUTH_KEY, SAMPLES

REPLIES = {name: operation.reply for name, operation in OPERATIONS.items() if operation.reply}


def read(kind: type[Any], body: Any) -> Any:
    return read_answer(kind, body if isinstance(body, bytes) else json.dumps(body).encode())


def sample(name: str) -> Any:
    return read(REPLIES[name], SAMPLES[name].answer)


@pytest.mark.parametrize("name", REPLIES)
def test_every_sample_is_read_and_nothing_of_it_is_lost(name: str) -> None:
    """Each value of the sample, except null, is found under its field's wire name."""
    _compare(sample(name), SAMPLES[name].answer)


def _compare(value: Any, raw: Any) -> None:
    if isinstance(value, Objects):
        assert value.count == raw["count"]
        for row, told in zip(value.rows(), raw["objects"], strict=True):
            assert (row.file_name, row.size_kb) == (told["file_name"], told["size"])
            _compare(row.last_modified, told["last_modified"])
    elif isinstance(value, Reply):
        if isinstance(raw, dict) and (rows := getattr(value, "bare_row", None)):
            _compare(getattr(value, rows), [raw])
            return
        names = {value.wire.get(name, name): name for name in value.__struct_fields__}
        for wire, item in raw.items():
            if item is not None:
                _compare(getattr(value, names[wire]), item)
    elif isinstance(raw, list):
        assert len(value) == len(raw)
        for made, item in zip(value, raw, strict=True):
            _compare(made, item)
    elif isinstance(value, Secret):
        assert value.reveal() == raw
    elif isinstance(value, datetime | date):
        assert str(value.year) in str(raw)
    elif raw in ("-", "0001-01-01T00:00:00Z"):
        assert value is None
    else:
        assert value == raw


def test_an_application() -> None:
    found = sample("applications.application.get")
    assert (found.app_id, found.app_name, found.state.state) == (APP, "lectures", "ACTIVATION")
    assert found.create_time == datetime(2026, 4, 30, 9, 0, 0, 471_000, tzinfo=UTC)
    assert found.authentication.expire_seconds == 300
    assert found.authentication.app_key.reveal() == APP_KEY
    assert found.callbacks.record_callback.auth_key.reveal() == AUTH_KEY
    assert found.callbacks.push_callback is None


def test_a_room_and_a_participant_who_are_still_there_have_no_end() -> None:
    (room,) = sample("rooms.room.list").rooms
    assert (room.app_id, room.room_id, room.duration_seconds, room.end_time) == (APP, "lecture-7", 4680, None)
    (person,) = sample("rooms.participant.list").participants
    assert (person.user_id, person.session_id) == ("student-2", "0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    assert (person.nickname, person.sdk_version, person.leave_time) == ("Lin", "2.3.1", None)
    assert person.join_time == datetime(2026, 5, 4, 7, 0, 41, tzinfo=UTC)


def test_a_running_job_has_no_stop_time_although_the_cloud_sends_one() -> None:
    assert sample("recording.mix_job.get").stop_time is None
    assert sample("recording.single_job.get").stop_time == datetime(2026, 5, 4, 9, 2, 44, 871_000, tzinfo=UTC)


def test_bucket_dates_in_both_forms_become_utc() -> None:
    (bucket,) = sample("storage.bucket.list").buckets
    assert bucket.creation_date == datetime(2026, 4, 18, 2, 5, tzinfo=UTC)
    (stored,) = sample("storage.object.list").rows()
    assert stored.last_modified == datetime(2026, 5, 4, 8, 20, 31, tzinfo=UTC)
    assert stored.size_kb == 12


def test_a_gap_in_a_series_is_none_and_not_zero() -> None:
    points = sample("analytics.realtime_quality.get").points
    assert [point.value for point in points] == [0.99, None]


def test_history_rows_are_days_with_units() -> None:
    (usage,) = sample("analytics.history_usage.get").days
    assert (usage.day, usage.video_hd_seconds, usage.total_seconds) == (date(2026, 5, 1), 90_200, 142_200)
    (quality,) = sample("analytics.history_quality.get").days
    assert (quality.join_success_in5secs_rate, quality.video_trans_delay_ms) == (0.996, 58.0)
    assert quality.video_freeze_rate is None


# --- tolerance ------------------------------------------------------------------------------------------------

ROOM = {"room_id": "r"}

TOLERATED: list[tuple[type[Any], Any, str, Any]] = [
    (Rooms, {}, "rooms", ()),
    (Rooms, {"room_info_list": None, "total": None}, "rooms", ()),
    (Rooms, {"room_info_list": []}, "total", None),
    (Rooms, {"total": "17"}, "total", 17),
    (Rooms, {"total": 17.0}, "total", 17),
    (Rooms, {"total": "many"}, "total", None),
    (Rooms, {"total": True}, "total", None),
    (Rooms, {"total": [1]}, "total", None),
    (Rooms, {"total": {"n": 1}}, "total", None),
    (Rooms, {"total": 10**30}, "total", None),
    (Rooms, {"total": "9" * 5000}, "total", None),
    (Rooms, {"room_info_list": ROOM}, "rooms.0.room_id", "r"),
    (Rooms, [ROOM], "rooms.0.room_id", "r"),
    (Rooms, {"room_info_list": [None, ROOM, None]}, "rooms.0.room_id", "r"),
    (Rooms, {"room_info_list": [{**ROOM, "new": 1}], "newer": {}}, "rooms.0.room_id", "r"),
    (Rooms, {"room_info_list": [{"room_id": 42}]}, "rooms.0.room_id", "42"),
    (Rooms, {"room_info_list": [{"room_id": None, "state": None}]}, "rooms.0.room_id", ""),
    (Rooms, {"room_info_list": [{"room_id": {"a": 1}}]}, "rooms.0.room_id", ""),
    (Rooms, {"room_info_list": [{"end_time": "-"}]}, "rooms.0.end_time", None),
    (Rooms, {"room_info_list": [{"end_time": ""}]}, "rooms.0.end_time", None),
    (Rooms, {"room_info_list": [{"end_time": "soon"}]}, "rooms.0.end_time", None),
    (Rooms, {"room_info_list": [{"duration": "4680"}]}, "rooms.0.duration_seconds", 4680),
    (Rooms, {"room_info_list": [{"duration": "-"}]}, "rooms.0.duration_seconds", None),
    (Rooms, {"room_info_list": ["r", 7]}, "rooms.0.room_id", ""),
    (Application, [{"app_id": "a"}], "app_id", "a"),
    (Application, {"state": None}, "state.state", ""),
    (Application, {"state": [{"state": "ARREARS"}]}, "state.state", "ARREARS"),
    (Application, {"state": "ACTIVATION"}, "state.state", ""),
    (Application, {"authentication": {"enable": "true"}}, "authentication.enable", True),
    (Application, {"authentication": {"enable": 0}}, "authentication.enable", False),
    (Application, {"authentication": {"enable": "perhaps"}}, "authentication.enable", None),
    (Application, {"callbacks": {"record_callback": None}}, "callbacks.record_callback", None),
    (
        Application,
        {"callbacks": {"record_callback": {"notify_event_subscription": "A"}}},
        "callbacks.record_callback.notify_event_subscription",
        ("A",),
    ),
    (Applications, {"count": 3, "apps": {"app_id": "a"}}, "apps.0.app_id", "a"),
    (CallbackSetting, {"record_callback": {}}, "record_callback.url", ""),
    (RecordingTemplates, [], "templates", ()),
    (RecordingTemplates, {"rules": [{"hls_config": None}]}, "templates.0.hls_config", None),
    (MixJob, {"mix_param": {"max_idle_time": 0}}, "mix_param.max_idle_seconds", 0),
    (MixJob, {"mix_param": {"layout_panes": {"x": "0.5"}}}, "mix_param.layout_panes.0.x", 0.5),
    (SingleJob, {"room_id": 123456}, "room_id", "123456"),
    (SingleJob, {"stop_time": "0001-01-01T00:00:00Z"}, "stop_time", None),
    (Buckets, {"buckets": [{"is_authorized": "false"}]}, "buckets.0.is_authorized", False),
    (Objects, {"objects": [{"size": "12.6"}]}, "size_kb", 13),
    (Participants, {"users": [{"nick_name": "<b>\u202e=1+1"}]}, "participants.0.nickname", "<b>\u202e=1+1"),
    (ScaleSeries, {"scale": [{"value": "1e3"}]}, "points.0.value", 1000.0),
    (ScaleSeries, {"scale": [{"value": ""}]}, "points.0.value", None),
    (QosDetails, {"data": [{"data": None}]}, "series.0.points", ()),
    (ClientEvents, {}, "events", ()),
    (ClientEvents, {"ctime": 1_777_878_070_123}, "events.0.time.year", 2026),
    (ClientEvents, {"ctime": "yesterday"}, "events.0.time", None),
    (ClientEvents, {"ctime": "yesterday"}, "events.0.time_text", "yesterday"),
    (ClientEvents, [{"event_id": 1}, {"event_id": 2}], "events.1.event_id", "2"),
    (ClientEvents, {"events": [{"event_id": "1"}]}, "events.0.event_id", "1"),
    (Experiences, {"uid": "u", "abnormal_list": None}, "experiences.0.causes", ()),
    (Experiences, [{"uid": "u"}], "experiences.0.user_id", "u"),
    (AbnormalEvents, {"events": [{"abnormal_type": "2"}]}, "events.0.abnormal_type", 2),
    (UsageHistory, {"usage": [{"date": "-"}]}, "days.0.day", None),
    (QualityHistory, {"quality": [{"date": "2026-05-01T00:00:00Z"}]}, "days.0.day", date(2026, 5, 1)),
]


@pytest.mark.parametrize(("kind", "body", "path", "expected"), TOLERATED)
def test_bent_answers_are_read(kind: type[Any], body: Any, path: str, expected: Any) -> None:
    found = read(kind, body)
    for step in path.split("."):
        found = found[int(step)] if step.isdigit() else getattr(found, step)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html>Sign in</html>",
        b'{"total": 1',
        b"null",
        b"true",
        b"42",
        b'"ok"',
        b"[1, 2]",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        read_answer(Application, body)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"app_name": "\\ud83d"}', "\ufffd"),
        (b'{"app_name": "\xff"}', "\ufffd"),
        (b'\xef\xbb\xbf{"app_name": "bom"}', "bom"),
        (b'{"app_name": "\\u0000"}', "\x00"),
        (b'{"app_name": "a", "expire": NaN}', "a"),
    ],
)
def test_text_that_cannot_be_kept_is_mended(body: bytes, name: str) -> None:
    found = read_answer(Application, body)
    assert found.app_name == name
    assert found.app_name.encode()


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["-", "0001-01-01T00:00:00Z", "2026-05-04T08:15:30Z", "2026-13-45", "9999-12-31T23:59:59-14:00"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(name=st.sampled_from(sorted(REPLIES)), data=st.data())
def test_any_json_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """Take a sample and replace any of its values by any JSON: the reader never fails in another way."""
    answer = _mutated(data, SAMPLES[name].answer)
    kind = REPLIES[name]
    assert kind
    if not isinstance(answer, dict | list):
        with pytest.raises(UnreadableAnswer):
            read(kind, answer)
    elif isinstance(answer, dict):
        found = read(kind, answer)
        assert restore(kind, store(found)).__class__ is kind


def _mutated(data: st.DataObject, value: Any) -> Any:
    if data.draw(st.integers(0, 9)) == 0:
        return data.draw(_json)
    if isinstance(value, dict):
        return {key: _mutated(data, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mutated(data, item) for item in value]
    return value


# --- storing --------------------------------------------------------------------------------------------------


KEYLESS = [name for name in REPLIES if not name.startswith(("applications.", "recording.callback."))]


@pytest.mark.parametrize("name", KEYLESS)
def test_a_stored_reply_comes_back_as_it_was(name: str) -> None:
    found = sample(name)
    assert restore(type(found), store(found)) == found
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("name", ["applications.application.get", "recording.callback.get"])
@pytest.mark.parametrize(
    "way", [lambda v: restore(type(v), store(v)), lambda v: pickle.loads(pickle.dumps(v))]
)
def test_a_stored_reply_has_forgotten_its_secrets(name: str, way: Any) -> None:
    found = sample(name)
    assert APP_KEY.encode() not in store(found) + pickle.dumps(found)
    assert AUTH_KEY.encode() not in store(found) + pickle.dumps(found)
    back = way(found)
    callback = back.callbacks.record_callback if "application" in name else back.record_callback
    assert callback.url == "https://hooks.example.org/recordings"
    assert callback.auth_key  # there is one, but nobody knows it any more
    with pytest.raises(SecretForgotten):
        callback.auth_key.reveal()


def test_that_there_is_no_secret_is_remembered() -> None:
    found = read(CallbackSetting, {"record_callback": {"url": "https://x", "auth_key": ""}})
    back = restore(CallbackSetting, store(found))
    assert not back.record_callback.auth_key
    assert back.record_callback.auth_key.reveal() == ""


def test_what_another_version_stored_is_refused_and_not_misread() -> None:
    with pytest.raises(msgspec.DecodeError):
        restore(Rooms, b'{"total": "x"}')


def test_replies_cannot_be_changed() -> None:
    found = sample("rooms.room.list")
    with pytest.raises(AttributeError):
        found.total = 3
    with pytest.raises(AttributeError):
        found.rooms[0].room_id = "other"
