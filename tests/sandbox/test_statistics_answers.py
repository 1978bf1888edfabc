"""What the statistics operations answer: shapes, agreement with each other, lateness."""

from __future__ import annotations

import json
import re
import threading
from datetime import datetime

import pytest

from console.sandbox.world import World
from console.sandbox.world.lag import MOST_LAG
from console.sandbox.world.texts import HOSTILE_TEXTS
from tests.sandbox.statistics_asking import DAY, HOUR, MINUTE, NOW, Asker, day, iso

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
WORLD = World(7, "small", NOW)
APPS = {app.character: app.app_id for app in WORLD.applications() if app.character != "quiet"}
ROOM_FIELDS = {"domain", "app", "room_id", "state", "duration", "start_time", "end_time"}
USER_FIELDS = {
    "domain", "app", "room_id", "uid", "session", "state", "nick_name", "ip", "region", "isp", "device_model",
    "platform", "sdk", "join_time", "leave_time",
}  # fmt: skip


@pytest.fixture(scope="module")
def ask() -> Asker:
    """Ask the small world."""
    return Asker(WORLD)


# -- rooms and users ------------------------------------------------------------------------------------------


def test_rooms_have_all_fields_and_an_open_one_has_no_end(ask):
    app = APPS["meeting"]
    found = ask("list_rooms", app=app, start_time=iso(NOW - DAY), limit="50")
    assert (found["limit"], found["offset"]) == (50, 0)
    assert found["total"] > 50
    assert len(found["room_info_list"]) == 50
    for room in found["room_info_list"]:
        assert room.keys() == ROOM_FIELDS
        assert room["domain"].startswith(app)
        assert TIME.fullmatch(room["start_time"])
        assert (room["end_time"] == "-") == (room["state"] == "RUNNING")


def test_without_a_window_the_last_hour_is_told_ten_rows_at_a_time(ask):
    app = APPS["support"]
    found = ask("list_rooms", app=app)
    assert (found["limit"], found["offset"], len(found["room_info_list"])) == (10, 0, 10)
    hour = ask("list_rooms", app=app, start_time=iso(NOW - HOUR), end_time=iso(NOW + 1))
    assert found == hour
    second = ask("list_rooms", app=app, offset="10")
    assert second["total"] == found["total"]
    assert not {room["room_id"] for room in second["room_info_list"]} & {
        room["room_id"] for room in found["room_info_list"]
    }


def test_a_page_behind_the_end_is_empty_and_a_huge_limit_is_cut(ask):
    found = ask("list_rooms", app=APPS["support"], offset="999999", limit="999999")
    assert found["room_info_list"] == []
    assert found["limit"] == 1000
    assert found["total"] > 0


def test_users_by_detail_and_by_summary(ask):
    app = APPS["classroom"]
    window = {"start_time": iso(NOW - 6 * HOUR), "limit": "1000"}
    detail = ask("list_users", app=app, type="detail", **window)
    summary = ask("list_users", app=app, **window)
    assert all(user.keys() == USER_FIELDS for user in detail["users"])
    assert all((user["leave_time"] == "-") == (user["state"] == "ONLINE") for user in detail["users"])
    people = {(user["room_id"], user["uid"]) for user in detail["users"]}
    assert summary["total"] == len(people) < detail["total"]
    last = {(user["room_id"], user["uid"]): user["session"] for user in detail["users"]}
    assert {user["session"] for user in summary["users"]} == set(last.values())


def test_lists_of_values_may_be_repeated_or_separated_by_commas(ask):
    app = APPS["webinar"]
    repeated = ask("list_users", app=app, state=["ONLINE", "FAIL"], region=["GD", "浙江"], isp=["CTCC"])
    joined = ask("list_users", app=app, state="ONLINE,FAIL", region="GD,ZJ", isp="CTCC")
    assert repeated == joined
    assert repeated["total"] > 0
    assert {user["region"] for user in repeated["users"]} <= {"广东", "浙江"}


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def test_users_are_written_as_any_json_is_however_hostile_their_names(ask):
    app = APPS["webinar"]
    window = {"start_time": iso(NOW - DAY), "end_time": iso(NOW), "limit": "1000"}
    names = set()
    for offset in range(0, 4000, 1000):
        reply = ask.reply("list_users", app=app, type="detail", offset=str(offset), **window)
        assert reply.written == _written(json.loads(reply.written))
        names |= {user["nick_name"] for user in json.loads(reply.written)["users"]}
    assert len(names & set(HOSTILE_TEXTS)) > 20
    empty = ask.reply("list_users", app=app, nickname="nobody is called so")
    assert json.loads(empty.written) == {"total": 0, "limit": 10, "offset": 0, "users": []}


def test_users_of_one_room_by_id_and_nickname(ask):
    app = APPS["webinar"]
    everybody = ask("list_users", app=app, start_time=iso(NOW - 8 * HOUR), limit="1000")["users"]
    somebody = everybody[17]
    asked = {"start_time": iso(NOW - 8 * HOUR), "room_id": somebody["room_id"], "limit": "1000"}
    assert somebody in ask("list_users", app=app, uid=somebody["uid"], **asked)["users"]
    assert somebody in ask("list_users", app=app, nickname=somebody["nick_name"], **asked)["users"]
    assert ask("list_users", app=app, uid="nobody", **asked)["total"] == 0
    room = ask("list_users", app=app, **asked)["users"]
    assert {user["room_id"] for user in room} == {somebody["room_id"]}


def test_call_data_older_than_90_days_is_gone(ask):
    app = APPS["support"]
    oldest = {"start_time": iso(NOW - 120 * DAY), "end_time": iso(NOW - 91 * DAY)}
    assert ask("list_rooms", app=app, **oldest)["total"] == 0
    assert ask("list_users", app=app, **oldest)["total"] == 0


def test_removal_and_dismissal_show_in_the_lists_at_once():
    world = World(7, "small", NOW)
    ask, app = Asker(world), APPS["meeting"]
    running = ask("list_rooms", app=app, start_time=iso(NOW - DAY), state="RUNNING", limit="100")[
        "room_info_list"
    ]
    room_id = running[0]["room_id"]
    assert world.dismiss(app, room_id, NOW)
    asked = {"app": app, "room_id": room_id, "start_time": iso(NOW - DAY)}
    (room,) = ask("list_rooms", at=NOW + 6, **asked)["room_info_list"]
    assert room["state"] == "CLOSED"
    assert iso(NOW) < room["end_time"] <= iso(NOW + 5)
    users = ask("list_users", at=NOW + 6, **asked)["users"]
    assert "ONLINE" not in {user["state"] for user in users}


# -- live figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", sorted(APPS))
def test_live_counts_are_those_of_the_lists(character, ask):
    app = APPS[character]
    users = ask("list_realtime_scale", app=app, metric="OnlineUsers")["scale"]
    rooms = ask("list_realtime_scale", app=app, metric="RoomCount")["scale"]
    for point, room_point in list(zip(users, rooms, strict=True))[::13]:
        moment = next(at for at in range(NOW - HOUR - 60, NOW, 1) if iso(at) == point["time"])
        back = {"app": app, "start_time": iso(moment - 2 * DAY), "at": moment}
        assert ask("list_users", state="ONLINE", type="detail", **back)["total"] == point["value"]
        assert ask("list_rooms", state="RUNNING", **back)["total"] == room_point["value"]


def test_a_series_has_a_point_a_minute_without_gaps_and_ends_late(ask):
    asked = {"app": APPS["support"], "metric": "RoomCount", "start_time": iso(NOW - DAY)}
    lags = set()
    before: list[dict[str, object]] = []
    for at in range(NOW, NOW + 1200, 17):
        points = ask(
            "list_realtime_scale", at=at, **asked | {"start_time": iso(at - HOUR), "end_time": iso(at)}
        )["scale"]
        times = [point["time"] for point in points]
        first = -(-(at - HOUR) // MINUTE) * MINUTE
        assert times == [iso(first + MINUTE * place) for place in range(len(times))]
        lags.add(at - (first + MINUTE * len(times)))
        known = {point["time"]: point["value"] for point in points}
        assert all(known.get(point["time"], point["value"]) == point["value"] for point in before)
        assert not before or times[-1] >= before[-1]["time"]
        before = points
    assert min(lags) >= MINUTE
    assert max(lags) <= MOST_LAG + MINUTE
    assert len(lags) > 3


def test_minutes_are_forgotten_after_a_day(ask):
    start = NOW - DAY - 2 * HOUR
    found = ask(
        "list_realtime_scale",
        app=APPS["support"],
        metric="OnlineUsers",
        start_time=iso(start),
        end_time=iso(start + 4 * HOUR),
    )["scale"]
    assert len(found) == 120
    assert found[0]["time"] == iso(NOW - DAY)


def test_the_series_of_a_room_counts_that_room(ask):
    app = APPS["webinar"]
    (room, *_) = ask("list_rooms", app=app, start_time=iso(NOW - DAY), state="RUNNING")["room_info_list"]
    asked = {"app": app, "room_id": room["room_id"]}
    series = ask("list_realtime_scale", metric="RoomCount", **asked)["scale"]
    assert {point["value"] for point in series} <= {0, 1}
    people = ask("list_realtime_scale", metric="OnlineUsers", **asked)["scale"][-1]
    moment = next(at for at in range(NOW - HOUR, NOW) if iso(at) == people["time"])
    listed = ask(
        "list_users", at=moment, state="ONLINE", type="detail", start_time=iso(moment - DAY), **asked
    )
    assert listed["total"] == people["value"]


@pytest.mark.parametrize("dimension", ["region", "access_net", "platform", "sdk"])
def test_a_distribution_is_ranked_and_adds_up(dimension, ask):
    app = APPS["webinar"]
    at = NOW - 10 * MINUTE - NOW % MINUTE
    found = ask(
        "list_realtime_scale_dimension", app=app, metric="OnlineUsers", dimension=dimension, time=iso(at)
    )
    counts = [group["online_users"] for group in found["dimensions"]]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) > 2
    series = ask("list_realtime_scale", app=app, metric="OnlineUsers")["scale"]
    assert sum(counts) == next(point["value"] for point in series if point["time"] == iso(at))
    if dimension == "region":
        assert "GD" in {group["dimension"] for group in found["dimensions"]}
    fresh = ask(
        "list_realtime_scale_dimension", app=app, metric="OnlineUsers", dimension=dimension, time=iso(NOW)
    )
    assert fresh == {"dimensions": []}


QUALITY = ("JoinSuccessRate", "JoinSuccess5SecsRate", "VideoFreezeRate", "AudioFreezeRate")
NETWORK = (
    "VideoUpstreamExcellentTransRate", "AudioUpstreamExcellentTransRate", "VideoExcellentTransRate",
    "AudioExcellentTransRate",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["native", "webrtc"])
@pytest.mark.parametrize("metric", [*QUALITY, *NETWORK])
def test_ratios_are_ratios_and_move(metric, kind, ask):
    operation, key = (
        ("list_realtime_quality", "quality") if metric in QUALITY else ("list_realtime_network", "network")
    )
    points = ask(operation, app=APPS["meeting"], metric=metric, sdk_type=kind, start_time=iso(NOW - DAY))[key]
    values = [point["value"] for point in points]
    assert all(0 <= value <= 1 for value in values)
    assert len(values) > 1400
    assert len(set(values)) > 5


# -- past days ------------------------------------------------------------------------------------------------

SCALE = [
    "UserCount", "SessionCount", "RoomCount", "MaxOnlineUserCount", "MaxOnlineRoomCount", "CommunicationDuration",
    "VideoCommunicationDuration", "AudioCommunicationDuration",
]  # fmt: skip


@pytest.mark.parametrize("character", ["support", "meeting", "social"])
def test_history_agrees_with_the_lists_and_with_what_was_seen_live(character, ask):
    app = APPS[character]
    (row,) = ask("list_history_scale", app=app, metric=SCALE)["scale"]
    assert row["date"] == day(1)
    start = NOW - NOW % DAY - DAY
    window = {"app": app, "start_time": iso(start), "end_time": iso(start + DAY)}
    assert row["room_count"] == ask("list_rooms", **window)["total"]
    inside = {"state": ["ONLINE", "OFFLINE"], **window}
    assert row["session_count"] == ask("list_users", type="detail", **inside)["total"]
    assert row["user_count"] == ask("list_users", **inside)["total"]
    live = ask("list_realtime_scale", at=start + DAY + 600, metric="OnlineUsers", app=app,
               start_time=iso(start + 600), end_time=iso(start + DAY))["scale"]  # fmt: skip
    assert row["max_online_user_count"] >= max(point["value"] for point in live)
    assert row["communication_duration"] == (
        row["video_communication_duration"] + row["audio_communication_duration"]
    )
    seconds = 0
    for first in range(0, 10**6, 1000):
        page = ask("list_users", app=app, type="detail", state=["ONLINE", "OFFLINE"], limit="1000", offset=str(first),
                   start_time=iso(start - 4 * HOUR), end_time=iso(start + DAY))["users"]  # fmt: skip
        for user in page:
            leave = iso(NOW) if user["leave_time"] == "-" else user["leave_time"]
            seconds += _overlap(user["join_time"], leave, start, start + DAY)
        if len(page) < 1000:
            break
    assert seconds == row["communication_duration"]


def _overlap(join: str, leave: str, start: int, end: int) -> int:
    begin, stop = (datetime.fromisoformat(text).timestamp() for text in (join, leave))
    return int(max(0, min(stop, end) - max(begin, start)))


def test_usage_is_the_duration_by_tier(ask):
    asked = {"start_date": day(3), "end_date": day(1)}
    for app in APPS.values():
        usage = ask("list_history_usage", app=app, metric="CommunicationDuration", **asked)["usage"]
        scale = ask(
            "list_history_scale",
            app=app,
            metric=["CommunicationDuration", "AudioCommunicationDuration"],
            **asked,
        )
        for used, row in zip(usage, scale["scale"], strict=True):
            assert used["date"] == row["date"]
            parts = sum(used[tier] for tier in ("video_sd", "video_hd", "video_hdp", "audio"))
            assert used["total_duration"] == parts == row["communication_duration"] > 0
            assert used["audio"] == row["audio_communication_duration"]


def test_the_running_day_is_not_told_and_yesterday_only_when_it_is_known(ask):
    asked = {"app": APPS["clinic"], "metric": "RoomCount"}
    rows = ask("list_history_scale", start_date=day(2), end_date=day(0), **asked)["scale"]
    assert [row["date"] for row in rows] == [day(2), day(1)]
    midnight = NOW - NOW % DAY
    assert ask("list_history_scale", at=midnight + 30, **asked)["scale"] == []
    assert len(ask("list_history_scale", at=midnight + 400, **asked)["scale"]) == 1


def test_only_what_was_wanted_is_told_of_a_days_quality(ask):
    wanted = ["JoinSuccess5SecsRate", "VideoTransDelay", "FirstVideoRecvTime"]
    (row,) = ask("list_history_quality", app=APPS["meeting"], metric=wanted)["quality"]
    assert row.keys() == {"date", "join_success_in5secs_rate", "video_trans_delay", "first_video_recv_time"}
    assert 0.9 < row["join_success_in5secs_rate"] < 1
    assert 20 < row["video_trans_delay"] < 200
    assert isinstance(row["first_video_recv_time"], int)


def test_a_days_join_success_is_that_of_its_sessions(ask):
    app, start = APPS["support"], NOW - NOW % DAY - DAY
    (row,) = ask("list_history_quality", app=app, metric="JoinSuccessRate")["quality"]
    window = {"app": app, "type": "detail", "start_time": iso(start), "end_time": iso(start + DAY)}
    failed = ask("list_users", state="FAIL", **window)["total"]
    every = ask("list_users", **window)["total"]
    assert row["join_success_rate"] == pytest.approx(1 - failed / every, abs=1e-4)


def test_while_days_of_people_are_counted_the_account_can_change(ask):
    """Counting takes seconds; whoever removes somebody meanwhile must not wait for it."""
    told = []
    question = {"metric": "CommunicationDuration", "start_date": day(2), "end_date": day(1)}
    counting = threading.Thread(
        target=lambda: told.append(ask("list_history_usage", app=APPS["webinar"], **question))
    )
    with ask.cloud.lock:
        counting.start()
        counting.join(60)
        assert len(told[0]["usage"]) == 2
