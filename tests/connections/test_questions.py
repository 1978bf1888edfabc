"""One question, however it is put."""

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from console.connections.models import Connection
from console.connections.questions import NOW, Ago, question
from console.sparkrtc.catalogue.analytics import (
    GET_CLIENT_QOS,
    GET_HISTORY_QUALITY,
    GET_HISTORY_SCALE,
    GET_REALTIME_SCALE,
)
from console.sparkrtc.catalogue.applications import CREATE_APPLICATION, LIST_APPLICATIONS
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS, LIST_ROOMS
from console.sparkrtc.operation import Operation

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))
HERE = Connection(pk=1)


def key(operation: Operation, **params: Any) -> str:
    return question(HERE, operation, params).key


@pytest.mark.parametrize(
    ("operation", "one", "other"),
    [
        (LIST_ROOMS, {"app_id": "a", "state": "RUNNING"}, {"state": "RUNNING", "app_id": "a"}),
        (LIST_ROOMS, {"app_id": "a", "state": None}, {"app_id": "a"}),
        (LIST_ROOMS, {"app_id": "a", "offset": 0}, {"app_id": "a"}),
        (LIST_APPLICATIONS, {"offset": 0}, {}),
        (LIST_PARTICIPANTS, {"app_id": "a", "type": "summary"}, {"app_id": "a"}),
        (LIST_PARTICIPANTS, {"state": ["FAIL", "ONLINE"]}, {"state": ("ONLINE", "FAIL", "ONLINE")}),
        (LIST_PARTICIPANTS, {"state": "ONLINE"}, {"state": ["ONLINE"]}),
        (GET_CLIENT_QOS, {"mid": ["vfps", "abit"]}, {"mid": ["abit", "vfps"]}),
        (GET_REALTIME_SCALE, {"end_time": NOON}, {"end_time": NOON + timedelta(seconds=59, microseconds=9)}),
        (GET_REALTIME_SCALE, {"end_time": NOON}, {"end_time": NOON.astimezone(CHINA)}),
        (GET_REALTIME_SCALE, {"start_time": Ago(3600)}, {"start_time": Ago(3642)}),
        (GET_REALTIME_SCALE, {"end_time": NOW}, {"end_time": Ago(30)}),
        (GET_HISTORY_SCALE, {"metric": ["UserCount"]}, {"metric": ["RoomCount", "SessionCount"]}),
        (GET_HISTORY_QUALITY, {"metric": "VideoFreezeRate"}, {"metric": ["AudioFreezeRate"]}),
    ],
)
def test_the_same_in_other_words(operation: Operation, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert key(operation, **one) == key(operation, **other)


@pytest.mark.parametrize(
    ("operation", "one", "other"),
    [
        (LIST_ROOMS, {"app_id": "a"}, {"app_id": "b"}),
        (LIST_ROOMS, {"app_id": "a"}, {"app_id": "a", "limit": 10}),  # how many come by themselves is open
        (LIST_ROOMS, {"offset": 10}, {}),
        (LIST_PARTICIPANTS, {"type": "detail"}, {}),
        (GET_REALTIME_SCALE, {"end_time": NOON}, {"end_time": NOON + timedelta(minutes=1)}),
        (GET_REALTIME_SCALE, {"end_time": NOON}, {"end_time": NOW}),
        (GET_REALTIME_SCALE, {"metric": "OnlineUsers"}, {"metric": "RoomCount"}),  # one a call
        (GET_CLIENT_QOS, {"mid": ["all"]}, {"mid": ["vfps"]}),
    ],
)
def test_another_question_stays_another(
    operation: Operation, one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert key(operation, **one) != key(operation, **other)


def test_the_order_of_parameters_never_matters() -> None:
    params: dict[str, Any] = {"app_id": "a", "metric": "RoomCount", "start_time": Ago(600), "end_time": NOW}
    chance, keys = random.Random(1), set()
    for _ in range(10):
        names = list(params)
        chance.shuffle(names)
        keys.add(key(GET_REALTIME_SCALE, **{name: params[name] for name in names}))
    assert len(keys) == 1


def test_a_window_up_to_now_is_one_question_all_day_and_sent_by_the_minute() -> None:
    asked = question(HERE, GET_REALTIME_SCALE, {"start_time": Ago(3600), "end_time": NOW})
    sent = {asked.sent_at(NOON + timedelta(seconds=second))["end_time"] for second in range(60)}
    assert sent == {NOON}
    assert asked.sent_at(NOON + timedelta(minutes=1))["start_time"] == NOON - timedelta(minutes=59)


def test_all_metrics_are_asked_for_in_one_call() -> None:
    asked = question(HERE, GET_HISTORY_SCALE, {"app_id": "a", "metric": ["UserCount"]})
    sent = asked.sent_at(NOON)["metric"]
    assert sorted(sent) == sorted(GET_HISTORY_SCALE.param("metric").choices)
    assert len(sent) == 8


def test_a_change_is_no_question() -> None:
    with pytest.raises(ValueError, match="changes the cloud"):
        question(HERE, CREATE_APPLICATION, {"app_name": "x"})
