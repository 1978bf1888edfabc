"""Odd answers of the cloud: each leaves a page that says what is odd, and none breaks it.

The page is looked at once; then the stored answers are replaced by odd ones, read as the cloud's bytes are read.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.html import escape

from console.accounts.models import User
from console.connections.models import Connection, SharedAnswer
from console.sparkrtc.catalogue.analytics import GET_ABNORMAL_EVENTS, GET_CLIENT_QOS
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.operation import Operation
from console.sparkrtc.replies import read_answer, store
from tests.investigate.conftest import KnownCall
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
Answer = Callable[[Operation, Any], Any]


@pytest.fixture
def call(known: Known) -> KnownCall:
    return known("peer_no_frames_pair")


@pytest.fixture
def answered(as_: Any, bob: User, connected: Connection, call: KnownCall, sandbox: Sandbox) -> Answer:
    """Return a function that puts another answer of the cloud in the place of the stored one, and loads the page."""
    browser = as_(bob)
    assert browser.get(call.url()).status_code == 200

    # What an odd answer makes the engine ask in addition shall not mend it.
    for asked in ("list_abnormal_events", "list_client_qos_details", "list_client_events"):
        sandbox.fail_next("status", operation=asked, status=400, code="x", message="x", times=0)

    def put(operation: Operation, body: Any) -> Any:
        assert operation.reply is not None
        packed = store(read_answer(operation.reply, json.dumps(body).encode()))
        assert SharedAnswer.objects.filter(operation=operation.name).update(value=packed)
        return browser.get(call.url())

    return put


def user(call: KnownCall, user_id: str = "", **more: Any) -> dict[str, Any]:
    times = {"join_time": f"{call.start:%Y-%m-%dT%H:%M:%SZ}", "leave_time": f"{call.end:%Y-%m-%dT%H:%M:%SZ}"}
    who = user_id or call.user_id
    return (
        {"app": call.app_id, "room_id": call.room_id, "uid": who, "session": f"s-{who}", "state": "OFFLINE"}
        | times
        | more
    )


def series(
    call: KnownCall, metric: str, values: list[tuple[int, Any]], *, down: bool = True
) -> dict[str, Any]:
    """Values by minutes around the moment that hurt."""
    at = call.at.replace(second=0, microsecond=0)
    return {
        "uid": call.peer_id,
        "peerid": call.user_id if down else "0",
        "mid": metric,
        "data": [
            {"time": f"{at + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}", "value": value}
            for minute, value in values
        ],
    }


@pytest.mark.parametrize("body", [{"users": None, "total": 0}, {}, {"users": [], "total": None}, []])
def test_a_list_that_is_null_or_missing_is_an_empty_one(answered: Answer, body: Any) -> None:
    answer = answered(LIST_PARTICIPANTS, body)
    assert answer.status_code == 404
    assert "Nobody joined the room" in answer.content.decode()


def test_one_object_where_a_list_is_meant(answered: Answer, call: KnownCall) -> None:
    answer = answered(LIST_PARTICIPANTS, {"users": user(call), "total": 1})
    assert [lane.person.user_id for lane in answer.context["timeline"].lanes] == [call.user_id]


def test_rows_without_fields_are_left_out_or_shown_with_dashes(answered: Answer, call: KnownCall) -> None:
    bare = user(call, "bare", session=None, platform=None, region=None)
    rows = [user(call), {"uid": "nobody-else"}, {"room_id": call.room_id}, None, bare]
    answer = answered(LIST_PARTICIPANTS, {"users": rows, "total": 5})
    assert {lane.person.user_id for lane in answer.context["timeline"].lanes} == {call.user_id, "bare"}


def test_a_session_that_ends_before_it_begins_is_told(answered: Answer, call: KnownCall) -> None:
    skewed = user(call, "skewed", leave_time=f"{call.start - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}")
    answer = answered(LIST_PARTICIPANTS, {"users": [user(call), skewed], "total": 2})
    assert "1 session ends before it begins: a clock is wrong" in answer.content.decode()


@pytest.mark.parametrize("body", [{"room_id": "x", "data": None}, {"data": []}, {}])
def test_without_curves_the_pair_says_why_there_are_none(answered: Answer, body: Any) -> None:
    answer = answered(GET_CLIENT_QOS, body)
    assert answer.status_code == 200
    assert "There are no curves of these two" in answer.content.decode()
    assert not any(lane.measured for lane in answer.context["timeline"].lanes)


def test_missing_metrics_leave_their_charts_out(answered: Answer, call: KnownCall) -> None:
    answer = answered(GET_CLIENT_QOS, {"data": [series(call, "abit", [(0, 30), (1, 31)])]})
    assert [multiple.key for multiple in answer.context["multiples"]] == ["bitrate"]
    assert answer.context["multiples"][0].above is None


def test_points_twice_or_out_of_order_are_mended_and_told(answered: Answer, call: KnownCall) -> None:
    body = {"data": [series(call, "vloss", [(2, 0.2), (0, 0.0), (1, 0.01), (1, 0.3)])]}
    answer = answered(GET_CLIENT_QOS, body)
    pair = answer.context["pair"]
    values = pair.row(pair.received["vloss"])
    assert values == [0.0, 0.3, 0.2]
    assert "2 points came twice or out of order" in answer.content.decode()


def test_gaps_are_gaps_and_never_zero(answered: Answer, call: KnownCall) -> None:
    body = {"data": [series(call, "vloss", [(0, 0.1), (1, None), (2, "x"), (5, 0.1)])]}
    pair = answered(GET_CLIENT_QOS, body).context["pair"]
    assert pair.row(pair.received["vloss"]) == [0.1, None, None, None, None, 0.1]


def test_one_series_instead_of_a_list_of_them(answered: Answer, call: KnownCall) -> None:
    answer = answered(GET_CLIENT_QOS, {"data": series(call, "vloss", [(0, 0.4)])})
    assert answer.context["pair"].received["vloss"]


def test_curves_of_somebody_who_was_not_there_harm_nobody(answered: Answer, call: KnownCall) -> None:
    stranger = series(call, "vloss", [(0, 0.4)]) | {"uid": "stranger", "peerid": "ghost"}
    answer = answered(GET_CLIENT_QOS, {"data": [stranger, series(call, "vloss", [(0, 0.4)])]})
    assert answer.status_code == 200
    assert "ghost" not in {lane.person.user_id for lane in answer.context["timeline"].lanes}


@pytest.mark.parametrize("body", [{"total": 0, "events": None}, {"total": None}, {}])
def test_without_events_the_page_says_that_this_proves_nothing(answered: Answer, body: Any) -> None:
    answer = answered(GET_ABNORMAL_EVENTS, body)
    assert "That is no proof of a good call" in answer.content.decode()


def event(call: KnownCall, **more: Any) -> dict[str, Any]:
    told = {
        "time": f"{call.at:%Y-%m-%dT%H:%M:%SZ}",
        "uid": call.user_id,
        "room_id": call.room_id,
        "stage": "communication",
        "location": "local",
        "peer_uid": "",
        "abnormal_type": 2,
        "abnormal_factor": 777,
    }
    return told | more


def test_unknown_reasons_keep_their_number_and_unknown_kinds_are_left_out(
    answered: Answer, call: KnownCall
) -> None:
    odd = [event(call, abnormal_type=99), event(call, time="whenever"), event(call, uid="")]
    answer = answered(GET_ABNORMAL_EVENTS, {"total": 5, "events": [event(call), *odd, event(call)]})
    assert len(answer.context["events"]) == 1  # the same twice is once
    assert "a reason without a name (777)" in answer.content.decode()
    assert "on their own side" in answer.content.decode()


@pytest.mark.parametrize(
    ("told", "theirs"),
    [
        ({"abnormal_type": 1, "abnormal_factor": 9}, True),
        ({"abnormal_type": 1, "abnormal_factor": 32000030}, False),
        ({"abnormal_factor": 1}, True),
        ({"abnormal_factor": 16}, False),
        ({"abnormal_factor": 20}, False),
    ],
)
def test_a_fault_of_the_service_is_not_said_to_be_on_their_own_side(
    answered: Answer, call: KnownCall, told: dict[str, Any], theirs: bool
) -> None:
    answer = answered(GET_ABNORMAL_EVENTS, {"total": 1, "events": [event(call, **told)]})
    assert [row["own"] for row in answer.context["event_rows"]] == [theirs]
    assert ("on their own side" in answer.content.decode()) == theirs


def test_more_events_than_one_answer_holds_are_told(answered: Answer, call: KnownCall) -> None:
    answer = answered(GET_ABNORMAL_EVENTS, {"total": 5000, "events": [event(call)]})
    assert "more than fits one answer" in answer.content.decode()


def test_of_many_events_paper_gets_the_nearest_and_says_where_the_others_are(
    answered: Answer, call: KnownCall
) -> None:
    seconds = [*range(0, 300, 10), *range(5, 305, 10)]
    many = [event(call, time=f"{call.at + timedelta(seconds=one):%Y-%m-%dT%H:%M:%SZ}") for one in seconds]
    answer = answered(GET_ABNORMAL_EVENTS, {"total": len(many), "events": many})
    rows = answer.context["event_rows"]
    assert [row["printed"] for row in rows] == [True] * 20 + [False] * 40
    text = answer.content.decode()
    assert text.count('class="screen-only"') == 40
    assert "On paper are 20 of 60" in text
    assert f"More of them: http://testserver{escape(call.url())}" in text


def test_events_that_the_screen_leaves_out_are_printed_where_they_are_nearest(
    answered: Answer, call: KnownCall
) -> None:
    times = [call.at - timedelta(seconds=one) for one in range(230, 0, -1)]
    many = [event(call, time=f"{one:%Y-%m-%dT%H:%M:%SZ}") for one in times]
    answer = answered(GET_ABNORMAL_EVENTS, {"total": len(many), "events": many})
    assert [row["number"] for row in answer.context["event_rows"] if row["printed"]] == [*range(210, 230)]
    text = answer.content.decode()
    assert (text.count('<tr id="event-'), text.count('class="paper-only">')) == (220, 20)
    assert "the first 200 are shown" in text


def test_markup_in_every_field_stays_text(answered: Answer, call: KnownCall) -> None:
    evil = "<img src=x onerror=alert(1)>"
    row = user(call) | dict.fromkeys(("nick_name", "device_model", "platform", "sdk", "region", "isp"), evil)
    text = answered(LIST_PARTICIPANTS, {"users": [row], "total": 1}).content.decode()
    assert evil not in text
    assert "&lt;img src=x" in text
