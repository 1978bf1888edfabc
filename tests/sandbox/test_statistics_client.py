"""What the statistics operations answer about single calls: indicators, events, abnormal events."""

from __future__ import annotations

import json
import re

import pytest

from console.sandbox.world import World
from tests.sandbox.statistics_asking import DAY, MINUTE, NOW, Asker, iso

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
WORLD = World(7, "small", NOW)
APPS = {app.character: app.app_id for app in WORLD.applications() if app.character != "quiet"}
EVENT_FIELDS = {
    "time", "uid", "room_id", "stage", "location", "peer_uid", "abnormal_type", "abnormal_type_desc",
    "abnormal_factor", "abnormal_factor_desc",
}  # fmt: skip


@pytest.fixture(scope="module")
def ask() -> Asker:
    """Ask the small world."""
    return Asker(WORLD)


@pytest.fixture(scope="module")
def call():
    """A labelled call of several people whose peer has a bad uplink."""
    calls = WORLD.labelled_calls(NOW - 4 * DAY, NOW)
    return next(each for each in calls if each.name == "peer_uplink_loss_group")


def test_indicators_of_a_call(ask, call):
    asked = {
        "app_id": call.app_id,
        "room_id": call.room_id,
        "start_time": iso(call.start),
        "end_time": iso(call.end),
    }
    found = ask("list_client_qos_details", mid="vbit,vfps,vblock,syscpu", limit="1000", **asked)
    assert found["room_id"] == call.room_id
    assert {row["mid"] for row in found["data"]} == {"vbit", "vfps", "vblock", "syscpu"}
    for row in found["data"]:
        assert row.keys() == {"uid", "peerid", "mid", "data"}
        assert all(TIME.fullmatch(point["time"]) for point in row["data"])
        assert (row["peerid"] == "0") or row["mid"] != "syscpu"
        assert (row["peerid"] != "0") or row["mid"] != "vblock"
    pages = []
    for first in range(0, len(found["data"]), 9):
        pages += ask(
            "list_client_qos_details", mid="vbit,vfps,vblock,syscpu", limit="9", offset=str(first), **asked
        )["data"]
    assert pages == found["data"]
    pair = ask(
        "list_client_qos_details", mid=["vblock"], user_id=call.peer_id, peer_id=call.user_id, **asked
    )["data"]
    assert [(row["uid"], row["peerid"], row["mid"]) for row in pair] == [
        (call.peer_id, call.user_id, "vblock")
    ]
    assert max(point["value"] for point in pair[0]["data"]) > 0.1
    ups = ask("list_client_qos_details", mid="all", direction="up", limit="1000", **asked)["data"]
    assert {row["peerid"] for row in ups} == {"0"}
    local = ask("list_client_qos_details", mid="all", peer_id="0", limit="1000", **asked)["data"]
    assert local == ups
    downs = ask("list_client_qos_details", mid="all", direction="down", limit="1000", **asked)["data"]
    assert "0" not in {row["peerid"] for row in downs}
    assert ask("list_client_qos_details", mid="all", user_id="nobody", **asked)["data"] == []


def test_the_window_of_indicators_is_of_client_time_or_of_storing(ask, call):
    middle = (call.start + call.end) // 2 // MINUTE * MINUTE
    asked = {
        "app_id": call.app_id,
        "room_id": call.room_id,
        "mid": "abit",
        "user_id": call.peer_id,
        "direction": "up",
    }
    window = {"start_time": iso(middle), "end_time": iso(middle + 5 * MINUTE)}
    (client,) = ask("list_client_qos_details", **asked, **window)["data"]
    assert [point["time"] for point in client["data"]] == [iso(middle + MINUTE * place) for place in range(5)]
    (stored,) = ask("list_client_qos_details", time_type="stime", **asked, **window)["data"]
    assert stored["data"][0]["time"] < iso(middle)
    assert stored["data"][-1]["time"] < client["data"][-1]["time"]


def test_an_event_is_one_object(ask, call):
    found = ask("list_client_events", app_id=call.app_id, room_id=call.room_id,
                start_time=iso(call.start), end_time=iso(call.start + 600))  # fmt: skip
    assert found.keys() == {"ctime", "event_id", "event_info"}
    assert ask("list_client_events", app_id=call.app_id, room_id="no-such-room",
               start_time=iso(NOW - 600), end_time=iso(NOW)) == {}  # fmt: skip


def test_abnormal_events_of_a_person_are_one_object(ask, call):
    window = {"start_time": iso(call.since), "end_time": iso(call.since + 600)}
    found = ask("list_client_abnormal_events", app_id=call.app_id, room_id=call.room_id, **window)
    assert found.keys() == {"room_id", "uid", "exp_id", "abnormal_list"}
    assert all(cause.keys() == {"ts", "event_id", "peer_id"} for cause in found["abnormal_list"])
    assert found["abnormal_list"]
    nothing = ask("list_client_abnormal_events", app_id=call.app_id, room_id="no-such-room", **window)
    assert nothing["abnormal_list"] is None


def test_abnormal_events_are_listed_and_counted(ask, call):
    window = {
        "app": call.app_id,
        "room_id": call.room_id,
        "start_time": iso(call.start),
        "end_time": iso(call.end),
    }
    found = ask("list_abnormal_events", limit="1000", **window)
    assert found.keys() == {"total", "events"}
    assert found["total"] == len(found["events"]) > 3
    times = [event["time"] for event in found["events"]]
    assert times == sorted(times, reverse=True)
    for event in found["events"]:
        assert event.keys() == EVENT_FIELDS
        assert (event["stage"] == "join_room") == (event["abnormal_type"] == 1)
        assert (event["location"] == "remote") == bool(event["peer_uid"])
    named = [event["abnormal_factor"] for event in found["events"] if event["peer_uid"] == call.peer_id]
    assert sum(factor in {11, 12} for factor in named) > len(named) / 2
    mine = ask("list_abnormal_events", uid=call.user_id, **window)
    assert 0 < mine["total"] < found["total"]
    assert ask("list_abnormal_events", uid="nobody", **window)["total"] == 0
    groups = ask("list_abnormal_event_dimension", **window)["dimensions"]
    for group in groups:
        hit = {
            event["uid"]
            for event in found["events"]
            if (event["abnormal_type"], event["abnormal_factor"])
            == (group["abnormal_type"], group["abnormal_factor"])
        }
        assert group["user_count"] == len(hit)
    both = ask("list_abnormal_event_dimension", dimension="abnormal_type,abnormal_factor", **window)[
        "dimensions"
    ]
    assert both == groups
    kinds = ask("list_abnormal_event_dimension", dimension="abnormal_type", **window)["dimensions"]
    assert len({group["abnormal_type"] for group in kinds}) == len(kinds)


def test_abnormal_events_are_written_as_any_json_is(ask):
    reply = ask.reply("list_abnormal_events", app=APPS["webinar"], limit="1000", start_time=iso(NOW - DAY))
    body = json.loads(reply.written)
    assert len(body["events"]) == 1000
    assert {event["abnormal_type"] for event in body["events"]} == {1, 2, 3}
    assert reply.written == json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def test_what_just_happened_is_not_known_yet(ask):
    for character in ("support", "meeting"):
        found = ask("list_abnormal_events", app=APPS[character], limit="1000")["events"]
        assert all(event["time"] < iso(NOW - MINUTE) for event in found)
