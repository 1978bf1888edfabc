"""The page of a call: its timeline, its pair, its events, and what it says when something is odd."""

import gzip
import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from console.accounts.models import User
from console.connections.models import Connection
from console.investigate.models import Investigation
from console.investigate.shapes import call_key
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from tests.conftest import MOMENT
from tests.investigate.conftest import KnownCall, known_calls, statistics
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
PIECE = {"HX-Request": "true", "HX-Target": "call"}


def test_everybody_has_a_lane_and_the_one_who_complains_is_first(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    answer = as_(bob).get(call.url())
    assert answer.status_code == 200
    lanes = answer.context["timeline"].lanes
    assert len(lanes) == len(answer.context["call"].people) >= 4
    assert lanes[0].person.user_id == call.user_id
    assert lanes[0].bad_minutes > 0
    text = answer.content.decode()
    assert text.count('<svg class="lane"') == len(lanes)
    assert "style=" not in re.sub(r"<link[^>]*>", "", text)


def test_at_most_four_requests_then_none_whoever_looks(
    as_: Any, alice: User, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    for name in ("peer_no_frames_pair", "peer_uplink_loss_group", "peer_muted_pair"):
        call = known(name)
        calls()
        as_(bob).get(call.url())
        made = statistics(calls())
        assert 3 <= len(made) <= 4, made
        assert made[0] == "list_users"
        as_(alice).get(call.url(sort="name"))
        as_(bob).get(call.url(), headers=PIECE)
        assert calls() == []


def test_the_curves_of_a_call_that_is_over_are_never_asked_for_again(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any, grow_older: Any
) -> None:
    call = known("peer_no_frames_pair")
    as_(bob).get(call.url())
    grow_older(3600)
    calls()
    as_(bob).get(call.url())
    assert set(statistics(calls())) <= {"list_users"}


def test_what_the_cloud_noticed_is_told_in_words(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    text = as_(bob).get(call.url()).content.decode()
    assert "picture froze" in text
    assert "the other one sent no pictures" in text
    assert 'id="event-0"' in text
    assert 'href="#event-0"' in text


def test_the_pair_is_whom_the_cloud_names(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    call = known("peer_uplink_loss_group")
    answer = as_(bob).get(call.url())
    pair = answer.context["pair"]
    assert (pair.sender, pair.receiver) == (call.peer_id, call.user_id)
    keys = {multiple.key for multiple in answer.context["multiples"]}
    assert {"bitrate", "loss", "delay", "jitter", "cpu"} <= keys
    loss = next(multiple for multiple in answer.context["multiples"] if multiple.key == "loss")
    assert loss.above.unit.kind == "ratio"
    assert loss.below.upside_down
    assert {line.value for line in loss.above.lines} == {0.02, 0.05}
    text = answer.content.decode()
    assert text.count("data-chart-data") >= 10
    assert "As table" in text


def test_comparing_with_a_good_peer_is_one_click(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("user_downlink_loss_group")
    browser = as_(bob)
    first = browser.get(call.url())
    assert first.context["pair"].theirs == {}
    calls()
    answer = browser.get(first.wsgi_request.path + first.context["compare_url"])
    assert len(statistics(calls())) <= 1
    pair = answer.context["pair"]
    assert pair.good not in ("", call.user_id, call.peer_id)
    found = set()
    for chart in (multiple.below for multiple in answer.context["multiples"] if multiple.below):
        compared = [one for one in chart.series if one.look == "dotted"]
        assert len({one.colour // 8 for one in compared}) == len(compared)  # told apart without their colours
        assert [one.colour % 8 for one in compared] == [
            one.colour for one in chart.series if f"good-{one.key}" in {other.key for other in compared}
        ]
        found |= {one.key for one in compared}
    assert {"good-abit", "good-vbit"} <= found
    name = answer.context["good_name"]
    assert any(head.endswith(f"· at {name}") for head in answer.context["pair_heads"])
    ended = browser.get(answer.wsgi_request.path + answer.context["compare_url"])
    assert ended.context["pair"].theirs == {}


def test_any_two_can_be_looked_at(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_uplink_loss_group")
    browser = as_(bob)
    people = [one.user_id for one in browser.get(call.url()).context["call"].people if not one.failed]
    other = next(one for one in people if one not in (call.user_id, call.peer_id))
    calls()
    answer = browser.get(call.url(sender=other, receiver=call.peer_id))
    pair = answer.context["pair"]
    assert (pair.sender, pair.receiver) == (other, call.peer_id)
    assert len(statistics(calls())) <= 1


def test_order_filter_and_range_live_in_the_address(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    browser = as_(bob)
    by_name = browser.get(call.url(user="", sort="name")).context["timeline"].lanes
    assert [lane.person.name.casefold() for lane in by_name] == sorted(
        lane.person.name.casefold() for lane in by_name
    )
    only = browser.get(call.url(q=call.peer_id)).context["timeline"]
    assert [lane.person.user_id for lane in only.lanes] == [call.peer_id]
    nobody = browser.get(call.url(q="qqqqqq")).content.decode()
    assert "Nobody fits" in nobody
    start, end = call.at - timedelta(minutes=3), call.at + timedelta(minutes=3)
    zoomed = browser.get(call.url(**{"from": call_key(start), "to": call_key(end)}))
    shown = zoomed.context["shown"]
    assert (shown.range.start, shown.range.end) == (start.replace(microsecond=0), end.replace(microsecond=0))
    assert "Whole call" in zoomed.content.decode()
    piece = browser.get(call.url(), headers={"HX-Request": "true", "HX-Target": "timeline"}).content.decode()
    assert piece.lstrip().startswith('<section id="timeline"')


@pytest.mark.parametrize(
    ("range_", "said"),
    [
        ({"from": "x", "to": "y"}, "cannot be read"),
        ({"from": "20270302T100000Z"}, "cannot be read"),
        ({"from": "20270302T110000Z", "to": "20270302T100000Z"}, "ends before it starts"),
        ({"from": "20200302T110000Z", "to": "20200302T120000Z"}, "outside of the call"),
    ],
)
def test_ranges_that_make_no_sense_show_the_whole_call_and_say_so(
    range_: dict[str, str], said: str, as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    answer = as_(bob).get(known("peer_no_frames_pair").url(**range_))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not answer.context["shown"].zoomed


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("20280101T000000Z", "in the future"),
        ("yesterday", "cannot be read"),
        ("20260101T000000Z", "Nobody joined the room"),
    ],
)
def test_moments_that_no_call_can_have(
    at: str, said: str, as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    answer = as_(bob).get(f"/c/demo/investigate/calls/{call.app_id}/{call.room_id}/?at={at}")
    assert answer.status_code == 404
    assert said in answer.content.decode()


def test_an_application_that_the_cloud_does_not_know(as_: Any, bob: User, connected: Connection) -> None:
    answer = as_(bob).get("/c/demo/investigate/calls/no-such-app/room-1/")
    assert answer.status_code == 404
    assert "There is no such application" in answer.content.decode()


@pytest.mark.parametrize("room_id", ["a b", "x" * 65, "%F0%9F%98%80"])
def test_an_id_that_no_room_can_have_costs_nothing(
    room_id: str, as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    answer = as_(bob).get(f"/c/demo/investigate/calls/{call.app_id}/{room_id}/")
    assert answer.status_code == 404
    assert "No room can have such an id" in answer.content.decode()
    assert statistics(calls()) == []


def test_somebody_who_was_not_there_and_a_time_when_nobody_was(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    text = as_(bob).get(call.url(user="no-such-user")).content.decode()
    assert "was not in this call" in text
    late = call.end + timedelta(minutes=20)
    text = as_(bob).get(call.url(at=call_key(late))).content.decode()
    assert "Nobody was in this room at" in text


def test_the_customer_s_clock_stands_beside_the_agent_s(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    text = as_(bob).get(call.url(zone="Asia/Shanghai")).content.decode()
    assert "UTC+8)</span>" in text
    assert "UTC+8)</span>" not in as_(bob).get(call.url()).content.decode()


def test_whoever_may_not_is_refused(
    as_: Any, carol: User, audrey: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    assert as_(audrey).get(call.url()).status_code == 403
    assert as_(carol).get(call.url()).status_code == 404


def test_without_a_permit_the_page_counts_down(
    as_: Any, bob: User, connected: Connection, known: Known, use_up: Any
) -> None:
    call = known("peer_no_frames_pair")
    use_up(LIST_PARTICIPANTS)
    answer = as_(bob).get(call.url())
    assert answer.status_code == 503
    assert answer["Retry-After"] == answer["Refresh"]
    piece = as_(bob).get(call.url(), headers=PIECE)
    assert piece["HX-Retarget"] == "#call"


def test_when_the_curves_can_t_be_read_the_rest_is_shown_and_it_tries_again(
    as_: Any, bob: User, connected: Connection, known: Known, sandbox: Sandbox
) -> None:
    call = known("peer_no_frames_pair")
    sandbox.fail_next(
        "status", operation="list_client_qos_details", status=503, code="x", message="x", times=9
    )
    answer = as_(bob).get(call.url())
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Not everything could be read" in text
    assert 'hx-trigger="countdown-over"' in text
    assert len(answer.context["timeline"].lanes) == 2
    assert "picture froze" in text


def test_hostile_names_stay_text(as_: Any, bob: User, connected: Connection, hostile: OpenRoom) -> None:
    seen = ""
    for page in ("1", "2"):
        url = (
            f"/c/demo/investigate/calls/{hostile.app_id}/{hostile.room_id}/?at={call_key(MOMENT)}&page={page}"
        )
        seen += as_(bob).get(url).content.decode()
    assert "\u202e" not in seen
    assert not re.search(r"<(script|img|svg/onload|b)\b[^>]*(alert|onerror|onload)", seen)
    assert "&lt;" in seen  # somebody there has markup for a name
    offered = re.findall(r"<option[^>]*>([^<]*)</option>", seen)
    assert max(len(html.unescape(name)) for name in offered) <= 60  # names can be hundreds of letters long


def test_looking_is_remembered_and_pinned(
    as_: Any, bob: User, mona: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    answer = browser.get(call.url())
    browser.get(call.url(), headers=PIECE)
    row = Investigation.objects.get()
    assert (row.room_id, row.user_id, row.owner) == (call.room_id, call.user_id, bob)
    text = browser.get("/c/demo/investigate/").content.decode()
    assert call.room_id in text
    assert f"?{row.query}".replace("&", "&amp;") in text
    pin = f"/c/demo/investigate/pins/{row.pk}/"
    assert browser.post(pin, {"next": answer.wsgi_request.get_full_path()}).url == call.url()
    row.refresh_from_db()
    assert row.pinned
    assert browser.post(pin, {"next": "https://evil.example/"}).url == "/c/demo/investigate/"
    assert as_(mona).post(pin).status_code == 404


def test_a_full_room_stays_usable_and_light(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_uplink_loss_crowd")
    browser = as_(bob)
    browser.get(call.url())
    with CaptureQueriesContext(database) as queries:
        answer = browser.get(call.url())
    assert len(answer.context["call"].people) >= 200
    assert len(answer.context["timeline"].lanes) == 60
    assert answer.context["page"].total == len(answer.context["call"].people)
    assert answer.context["timeline"].lanes[0].person.user_id == call.user_id
    assert len(queries) <= 30, [query["sql"][:140] for query in queries]


def test_five_hundred_people_take_little_room_and_few_queries(
    as_: Any, bob: User, connected: Connection, sandbox: Sandbox
) -> None:
    call = max(known_calls(sandbox, 30), key=lambda one: one.size)
    assert call.size >= 500
    browser = as_(bob)
    browser.get(call.url())
    with CaptureQueriesContext(database) as queries:
        answer = browser.get(call.url())
    assert len(answer.context["call"].people) >= 500
    assert answer.context["told"] is not None
    assert len(gzip.compress(answer.content, 6)) <= 200_000
    assert len(queries) <= 30, [query["sql"][:140] for query in queries]


def test_in_chinese(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    answer = as_(bob).get(known("peer_no_frames_pair").url(), headers={"Accept-Language": "zh-hans"})
    assert answer.status_code == 200
    assert 'lang="zh-hans"' in answer.content.decode()


def test_a_call_that_goes_on(as_: Any, bob: User, connected: Connection, sandbox: Sandbox) -> None:
    assert sandbox.app is not None
    world, now = sandbox.app.cloud.world, sandbox.control("clock")["world"]
    for application in world.applications():
        for room in world.rooms(application.app_id, now - 3600, now + 1, "RUNNING", now=now):
            url = f"/c/demo/investigate/calls/{application.app_id}/{room.room_id}/?at={call_key(MOMENT)}"
            answer = as_(bob).get(url)
            assert answer.status_code == 200
            assert answer.context["call"].open
            assert "going on" in answer.content.decode()
            return
    raise AssertionError("no room is open")
