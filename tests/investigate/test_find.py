"""The way in: from what somebody pasted to the call, at the least cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.investigate.models import SeenSession
from console.investigate.services import remembering
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from tests.investigate.conftest import KnownCall, spoken, statistics
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
FIND = "/c/demo/investigate/"


def test_the_empty_page_asks_for_the_complaint(
    as_: Any, bob: User, connected: Connection, calls: Any
) -> None:
    answer = as_(bob).get(FIND)
    assert "What is the complaint?" in answer.content.decode()
    assert statistics(calls()) == []


def test_a_user_and_an_hour_lead_to_the_call_with_one_request(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get(FIND)
    calls()
    answer = browser.get(FIND, {"q": spoken(call), "app": call.app_id})
    assert calls() == ["list_users"]
    assert answer.status_code == 302
    assert answer.url.startswith(f"/c/demo/investigate/calls/{call.app_id}/{call.room_id}/?at=")
    assert f"user={call.user_id}" in answer.url
    assert "symptom=no_picture" in answer.url


def test_from_paste_to_verdict_at_most_five_requests_and_three_clicks(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_uplink_loss_group")
    browser = as_(bob)
    browser.get(FIND)
    calls()
    answer = browser.get(FIND, {"q": spoken(call), "app": call.app_id}, follow=True)  # one click: "Find"
    assert answer.status_code == 200
    assert answer.context["call"].room_id == call.room_id
    assert answer.context["told"].verdict.rule == "R7"
    assert answer.context["told"].first.finding.person == call.peer_id
    assert len(calls()) <= 5
    reply = answer.wsgi_request.path + "reply/?" + answer.wsgi_request.GET.urlencode()
    assert reply.replace("&", "&amp;") in answer.content.decode()
    assert "lost or delayed what they sent" in browser.get(reply).context["text"]  # the second click
    assert calls() == []


def test_list_1_shows_the_list_where_there_is_no_doubt(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    answer = as_(bob).get(FIND, {"q": spoken(call), "app": call.app_id, "list": "1"})
    assert answer.status_code == 200
    assert answer.context["near"] == 1
    assert answer.context["rows"][0]["session"].room_id == call.room_id


def test_without_a_time_the_sessions_of_the_last_day_are_listed(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair", hours=20)
    answer = as_(bob).get(FIND, {"q": call.user_id, "app": call.app_id})
    assert answer.status_code == 200
    assert call.room_id in {row["session"].room_id for row in answer.context["rows"]}
    assert all(row["session"].user_id == call.user_id for row in answer.context["rows"])


def test_what_was_read_once_is_found_in_our_index_without_the_cloud(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any, no_cloud: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get(f"/c/demo/rooms/{call.app_id}/{call.room_id}/")  # whoever looked at the room has paid for it
    seen = SeenSession.objects.get(user_id=call.user_id, room_id=call.room_id)
    assert seen.session_id
    assert seen.ip
    calls()
    for wanted in (seen.session_id, seen.ip, f'"{seen.nickname}"'):
        found = browser.get(FIND, {"q": wanted, "range": "7d", "list": "1", "app": call.app_id})
        rows = {row["session"].session_id for row in found.context["rows"]}
        assert seen.session_id in rows, wanted
    made = statistics(calls())
    assert made == ["list_users"]  # the nickname; sessions and addresses the cloud can't search for
    no_cloud()
    offline = browser.get(FIND, {"q": call.user_id, "range": "7d", "list": "1", "app": call.app_id})
    assert seen.session_id in {row["session"].session_id for row in offline.context["rows"]}
    assert offline.context["trouble"] is not None


def test_an_address_that_never_passed_by_says_what_the_index_knows(
    as_: Any, bob: User, connected: Connection, calls: Any
) -> None:
    answer = as_(bob).get(FIND, {"q": "198.51.100.77"})
    text = answer.content.decode()
    assert "our own index can" in text
    assert "Search everywhere" not in text  # it would not help
    assert statistics(calls()) == []


def test_an_id_that_is_a_room_s_is_found_as_one_with_two_requests(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get(FIND)
    calls()
    answer = browser.get(FIND, {"q": call.room_id, "app": call.app_id, "range": "7d"})
    assert calls() == ["list_users", "list_rooms"]
    rooms = answer.context["rooms"]
    assert {room["room_id"] for room in rooms} == {call.room_id}
    assert browser.get(rooms[0]["url"]).context["call"].room_id == call.room_id


def test_who_is_in_which_room_is_one_question(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_uplink_loss_group")
    text = f"user {call.user_id} in room {call.room_id} on {call.at:%Y-%m-%d} {call.at:%H:%M}"
    browser = as_(bob)
    browser.get(FIND)
    calls()
    answer = browser.get(FIND, {"q": text, "app": call.app_id, "list": "1"})
    assert calls() == ["list_users"]
    assert {row["session"].room_id for row in answer.context["rows"]} == {call.room_id}


def test_the_application_is_the_one_where_they_were_seen_last(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get(f"/c/demo/rooms/{call.app_id}/{call.room_id}/")
    browser.session.flush()
    answer = as_(bob).get(FIND, {"q": spoken(call)})
    assert answer.status_code == 302
    assert f"/calls/{call.app_id}/{call.room_id}/" in answer.url


def test_a_link_of_the_console_leads_where_it_leads(as_: Any, bob: User, connected: Connection) -> None:
    link = "https://console.example.com/c/demo/rooms/app-1/lecture-7/?use=20270302T071000Z"
    answer = as_(bob).get(FIND, {"q": f"look at {link}"})
    assert answer.status_code == 302
    assert answer.url == "/c/demo/rooms/app-1/lecture-7/?use=20270302T071000Z"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the sound was gone", "Nothing in this can be looked for"),
        ("u-1 at 2029-01-01 10:00", "That has not happened yet"),
        ("u-1 15:30-15:10", "The time range ends before it starts"),
        ("u-1 " + "x" * 8000, "The text has 8,004 characters; at most 8,000 can be read."),
        ("no-such-user-1", "Nothing was found"),
    ],
)
def test_what_cannot_be_found_says_why(
    text: str, said: str, as_: Any, bob: User, connected: Connection
) -> None:
    assert said in as_(bob).get(FIND, {"q": text}).content.decode()


def test_hostile_text_stays_text(as_: Any, bob: User, connected: Connection) -> None:
    for text in ('"<script>alert(1)</script>"', 'u-1 "\u202e<img src=x onerror=alert(1)>"'):
        page = as_(bob).get(FIND, {"q": text}).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\u202e<" not in page.replace('value="', "")


def test_the_cloud_s_refusal_is_told_and_the_index_shown(
    as_: Any, bob: User, connected: Connection, known: Known, sandbox: Sandbox
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get(FIND)
    sandbox.fail_next("status", operation="list_users", status=503, code="APIGW.0201", message="x", times=10)
    answer = browser.get(FIND, {"q": spoken(call), "app": call.app_id})
    assert answer.status_code == 200
    assert answer.context["trouble"] is not None


def test_without_a_permit_it_counts_down(
    as_: Any, bob: User, connected: Connection, known: Known, use_up: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get(FIND)
    use_up(LIST_PARTICIPANTS)
    answer = browser.get(FIND, {"q": spoken(call), "app": call.app_id})
    assert "data-countdown" in answer.content.decode()


def test_only_what_one_may_see_is_found(
    as_: Any, carol: User, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    as_(bob).get(f"/c/demo/rooms/{call.app_id}/{call.room_id}/")
    seen = SeenSession.objects.get(user_id=call.user_id, room_id=call.room_id)
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connected, app_id="another-app")
    answer = as_(carol).get(FIND, {"q": seen.session_id, "range": "7d"})
    assert answer.context["rows"] == []
    assert as_(carol).get(FIND, {"q": call.user_id, "app": call.app_id}).status_code == 404


def test_the_page_costs_few_queries(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    asked = {"q": spoken(call), "app": call.app_id, "list": "1"}
    browser.get(FIND, asked)
    with CaptureQueriesContext(database) as queries:
        browser.get(FIND, asked)
    assert len(queries) <= 24, [query["sql"][:140] for query in queries]


def test_the_index_forgets_what_is_too_old(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    call = known("peer_no_frames_pair")
    as_(bob).get(f"/c/demo/rooms/{call.app_id}/{call.room_id}/")
    assert SeenSession.objects.exists()
    remembering.forget_old(timezone.now() + timedelta(days=89))
    assert SeenSession.objects.exists()
    remembering.forget_old(timezone.now() + timedelta(days=92))
    assert not SeenSession.objects.exists()
