"""When an attempt is made again: a table, and the loop that obeys it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.sparkrtc import Client, Effect, Lane
from console.sparkrtc.catalogue.applications import CREATE_APPLICATION
from console.sparkrtc.catalogue.rooms import DISMISS_ROOM, LIST_ROOMS
from console.sparkrtc.errors import (
    BadRequest,
    CloudFault,
    ConnectionFailed,
    InvalidParameters,
    NameNotResolved,
    NoAnswer,
    NotFound,
    NoToken,
    OutcomeUnknown,
    QuotaExhausted,
    SparkError,
    Throttled,
    TlsFailed,
    Unauthenticated,
)
from console.sparkrtc.retrying import MAX_ATTEMPTS, retry_wait
from tests.sparkrtc.doubles import Cloud, FakePermits, Reply, Time
from tests.sparkrtc.samples import APP

READS, CHANGES, CREATES, DELETES = Effect.READS, Effect.CHANGES, Effect.CREATES, Effect.DELETES

TABLE: list[tuple[SparkError, set[Effect]]] = [
    # an error, and the effects with which the attempt is made again
    (NameNotResolved(), {READS, CHANGES, CREATES, DELETES}),
    (ConnectionFailed(), {READS, CHANGES, CREATES, DELETES}),
    (TlsFailed(), set()),
    (NoToken(reason="cut", values={"host": "h"}), {READS, CHANGES, CREATES, DELETES}),
    (NoToken(reason="redirect", values={"host": "h"}), set()),
    (Throttled(status=429), {READS, CHANGES, CREATES, DELETES}),
    (NoAnswer(reason="slow"), {READS}),
    (NoAnswer(reason="cut"), {READS}),
    (NoAnswer(reason="garbage"), {READS}),
    (NoAnswer(reason="large"), set()),
    (NoAnswer(reason="redirect"), set()),
    (OutcomeUnknown(reason="cut"), set()),
    (OutcomeUnknown(reason="gateway", status=504), set()),
    (CloudFault(status=500), {READS}),
    (CloudFault(status=502), {READS}),
    (CloudFault(status=503), {READS}),
    (CloudFault(status=504), {READS}),
    (CloudFault(status=501), set()),
    (BadRequest(status=408), {READS}),
    (BadRequest(status=400), set()),
    (NotFound(status=404), set()),
    (Unauthenticated(status=401), set()),
    (QuotaExhausted("rooms", 5), set()),
    (InvalidParameters({}), set()),
]


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize(
    ("error", "again"), TABLE, ids=lambda value: repr(value) if isinstance(value, SparkError) else ""
)
def test_what_is_tried_again(error: SparkError, again: set[Effect], effect: Effect) -> None:
    wait = retry_wait(error, effect=effect, attempt=1, chance=0.5)
    assert (wait is not None) == (effect in again)


def test_waits_double_and_are_spread() -> None:
    def wait(attempt: int, chance: float) -> float | None:
        return retry_wait(NoAnswer(reason="cut"), effect=READS, attempt=attempt, chance=chance)

    assert (wait(1, 0), wait(1, 1)) == (0.1, 0.2)
    assert (wait(2, 0), wait(2, 1)) == (0.2, 0.4)
    assert wait(MAX_ATTEMPTS, 0) is None


def test_the_servers_hint_goes_first() -> None:
    assert retry_wait(Throttled(retry_after=7), effect=CREATES, attempt=1, chance=0) == 7
    assert retry_wait(CloudFault(status=503, retry_after=3), effect=READS, attempt=1, chance=0) == 3
    assert retry_wait(CloudFault(status=503, retry_after=3), effect=CHANGES, attempt=1, chance=0) is None


# --- the loop -------------------------------------------------------------------------------------------------

FAULT = Reply(500, b"")
ROOM = {"app_id": APP, "room_id": "lecture-7"}


def test_a_read_is_tried_three_times_with_a_permit_each(
    client: Client, cloud: Cloud, permits: FakePermits, time: Time
) -> None:
    cloud.answer(FAULT, FAULT, Reply.json({"total": 1}))
    assert client.call(LIST_ROOMS, app_id=APP).value.total == 1
    assert len(cloud.seen) == 3
    assert permits.endings == ["answered"] * 3
    assert time.slept == [0.2, 0.4]


def test_a_read_gives_up_after_three(client: Client, cloud: Cloud) -> None:
    cloud.answer(*[FAULT] * 5)
    with pytest.raises(CloudFault):
        client.call(LIST_ROOMS, app_id=APP)
    assert len(cloud.seen) == 3


@pytest.mark.parametrize(
    ("operation", "params"), [(DISMISS_ROOM, ROOM), (CREATE_APPLICATION, {"app_name": "a"})]
)
def test_a_change_is_sent_once_when_the_cloud_fails(
    operation: Any, params: dict[str, str], client: Client, cloud: Cloud, time: Time
) -> None:
    cloud.answer(FAULT)
    with pytest.raises(CloudFault):
        client.call(operation, **params)
    assert len(cloud.seen) == 1
    assert time.slept == []


def test_even_a_create_is_sent_again_after_429(
    client: Client, cloud: Cloud, permits: FakePermits, time: Time
) -> None:
    limit = Reply(429, b"", {"Retry-After": "1"})
    cloud.answer(limit, Reply.json({"app_id": APP}, 201))
    assert client.call(CREATE_APPLICATION, app_name="lectures").value.app_id == APP
    assert permits.endings == [("refused", 1.0), "answered"]
    assert time.slept == [1.0]


def test_a_hint_that_does_not_fit_the_callers_time_ends_the_call(
    client: Client, cloud: Cloud, permits: FakePermits, time: Time
) -> None:
    cloud.answer(Reply(429, b"", {"Retry-After": "60"}))
    with pytest.raises(Throttled) as caught:
        client.call(LIST_ROOMS, app_id=APP, max_wait=2)
    assert caught.value.retry_after == 60
    assert permits.endings == [("refused", 60.0)]
    assert time.slept == []


def test_without_the_clouds_hint_the_permits_say_when_to_come_back(
    make_client: Callable[..., Client], cloud: Cloud, permits: FakePermits, time: Time
) -> None:
    permits.pause, client = 4.0, make_client(monotonic=time.monotonic)
    cloud.answer(Reply(429), Reply(429), Reply(429))
    with pytest.raises(Throttled) as caught:
        client.call(LIST_ROOMS, app_id=APP, max_wait=6)
    assert caught.value.retry_after == 4.0
    assert time.slept == [4.0]  # a second wait would not fit


def test_without_time_to_wait_there_is_one_attempt(client: Client, cloud: Cloud) -> None:
    cloud.answer(FAULT)
    with pytest.raises(CloudFault):
        client.call(LIST_ROOMS, app_id=APP, max_wait=0)
    assert len(cloud.seen) == 1


def test_waiting_for_permits_and_between_attempts_share_the_callers_time(
    make_client: Callable[..., Client], cloud: Cloud, time: Time
) -> None:
    permits = FakePermits(time=time, wait=0.9)
    cloud.answer(FAULT, FAULT, FAULT)
    client = make_client(permits=permits, monotonic=time.monotonic)
    with pytest.raises(QuotaExhausted) as caught:
        client.call(LIST_ROOMS, app_id=APP, max_wait=1.5, lane=Lane.PAGE)
    # 0.9 for the first permit, 0.2 of backoff: the second would need 0.9 and 0.4 is left.
    assert [round(wait, 3) for _, _, wait in permits.asked] == [1.5, 0.4]
    assert [lane for _, lane, _ in permits.asked] == [Lane.PAGE, Lane.PAGE]
    assert caught.value.retry_after == 12
    assert len(cloud.seen) == 1


def test_when_no_permit_comes_nothing_is_sent(make_client: Callable[..., Client], cloud: Cloud) -> None:
    with pytest.raises(QuotaExhausted):
        make_client(permits=FakePermits(exhausted=True)).call(DISMISS_ROOM, **ROOM)
    assert cloud.seen == []
