"""Finding a call by when it was: times as the customer's clock tells them, and times alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.accounts.models import User
from console.connections.models import Connection
from tests.conftest import MOMENT
from tests.investigate.conftest import KnownCall, known_calls
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
FIND = "/c/demo/investigate/"


def test_a_time_alone_finds_the_rooms_that_were_open_then_with_one_request(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get(FIND)
    calls()
    asked = {"q": f"{call.at:%Y-%m-%d %H:%M}", "app": call.app_id, "zone": "UTC"}
    answer = browser.get(FIND, asked)
    assert calls() == ["list_rooms"]
    rooms = answer.context["rooms"]
    assert call.room_id in {room["room_id"] for room in rooms}
    assert all(room["opened_at"] <= call.at + timedelta(minutes=1) for room in rooms)
    assert all(
        room["closed_at"] is None or room["closed_at"] >= call.at - timedelta(minutes=1) for room in rooms
    )
    (url,) = [room["url"] for room in rooms if room["room_id"] == call.room_id]
    assert browser.get(url).context["call"].room_id == call.room_id
    assert "These rooms were open at that time." in answer.content.decode()
    browser.get(FIND, asked)
    assert calls().count("list_rooms") == 0
    no_app = browser.get(FIND, {"q": f"{call.at:%Y-%m-%d %H:%M}"}).content.decode()
    assert "Nothing in this can be looked for" in no_app


def test_times_are_the_customer_s(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    call = known("peer_no_frames_pair")
    text = f"{call.user_id} {call.at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}"
    answer = as_(bob).get(FIND, {"q": text, "app": call.app_id, "zone": "Asia/Shanghai"})
    assert answer.status_code == 302
    assert "zone=Asia%2FShanghai" in answer.url


def test_both_clocks_are_told_where_they_differ(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    in_china = f"{call.at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}"
    in_utc = f"{call.at:%Y-%m-%d %H:%M}"
    china, new_york = "Asia/Shanghai", "America/New_York"
    for said, zone, told in (
        (in_china, china, f"{in_china[-5:]} {china}"),
        (f"{in_china} Beijing time", new_york, f"{in_china[-5:]} {china}"),
        (f"{in_utc} UTC", china, ""),
        (in_utc, "UTC", ""),
    ):
        asked = {"q": f"{call.user_id} {said}", "app": call.app_id, "zone": zone, "list": "1"}
        answer = browser.get(FIND, asked)
        assert answer.context["pasted"].moment.at.replace(second=0) == call.at.replace(second=0)
        assert answer.context["customer_time"] == told
        leads_to = answer.context["rows"][0]["url"]
        assert (f"zone={china.replace('/', '%2F')}" in leads_to) == (china in told or zone == china)


def test_nobody_then_but_near(as_: Any, bob: User, connected: Connection, sandbox: Sandbox) -> None:
    call = next(one for one in known_calls(sandbox, 30) if one.end < MOMENT - timedelta(hours=9))
    browser = as_(bob)
    for hours in range(3, 8):  # somebody who was in one other room then is led to it
        later = call.end + timedelta(hours=hours)
        asked = {"q": f"{call.user_id} {later:%Y-%m-%d} {later:%H:%M}", "app": call.app_id}
        answer = browser.get(FIND, asked)
        if answer.status_code == 200:
            break
    text = answer.content.decode()
    if answer.context["near"] == 0:
        assert "Nobody was there at that time" in text
        assert call.room_id in {row["session"].room_id for row in answer.context["rows"]}
    else:
        assert answer.context["rows"][0]["row"].touches


def test_last_week_lists_what_was_then_and_opens_each_call_whole(
    as_: Any, bob: User, connected: Connection, sandbox: Sandbox
) -> None:
    monday = MOMENT.replace(hour=0) - timedelta(days=8)
    week = (monday, monday + timedelta(days=7))
    inside = [
        one for one in known_calls(sandbox, 200) if one.peer_id and week[0] < one.start < one.end < week[1]
    ]
    call = inside[-1]
    browser = as_(bob)
    asked = {"q": f"{call.user_id} froze last week", "app": call.app_id, "zone": "UTC"}
    answer = browser.get(FIND, asked)
    assert answer.status_code == 200  # a week leaves doubts, even about a single call
    assert "last week, Monday to Sunday:" in answer.content.decode()
    row, *_more = [one for one in answer.context["rows"] if one["session"].room_id == call.room_id]
    assert row["row"].touches
    assert "whole=1" in row["url"]
    shown = browser.get(row["url"])
    assert shown.context["call"].start == call.start
    assert not shown.context["call"].away
