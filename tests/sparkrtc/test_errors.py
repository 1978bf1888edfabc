"""What the cloud refuses becomes the right error, with everything a person or a program needs."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from console.sparkrtc import Client, errors
from console.sparkrtc.catalogue.applications import CREATE_APPLICATION, GET_APPLICATION
from console.sparkrtc.catalogue.rooms import DISMISS_ROOM, LIST_ROOMS
from console.sparkrtc.error_codes import ERROR_CODES, key_of
from console.sparkrtc.errors import (
    BadRequest,
    CloudFault,
    Conflict,
    Forbidden,
    InvalidParameters,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    QuotaExhausted,
    Refused,
    SparkError,
    Throttled,
    Unauthenticated,
    Unreachable,
)
from console.sparkrtc.messages import Message, Problem
from tests.sparkrtc.doubles import KEY, NOW, Cloud, Reply
from tests.sparkrtc.samples import APP

ROOM = {"app_id": APP, "room_id": "lecture-7"}

STATUSES: list[tuple[int, str, type[SparkError], type[SparkError]]] = [
    # status, code, error of a read, error of a change
    (400, "RTC.00001003", BadRequest, BadRequest),
    (400, "RTC.00001021", Forbidden, Forbidden),
    (400, "DATA.100011001", BadRequest, BadRequest),
    (401, "APIGW.0301", Unauthenticated, Unauthenticated),
    (403, "APIGW.0302", Forbidden, Forbidden),
    (404, "RTC.00001003", NotFound, NotFound),
    (404, "APIGW.0101", NotFound, NotFound),
    (405, "APIGW.0501", BadRequest, BadRequest),
    (409, "", Conflict, Conflict),
    (413, "APIGW.0201", BadRequest, BadRequest),
    (429, "APIGW.0308", Throttled, Throttled),
    (494, "APIGW.0201", BadRequest, BadRequest),
    (500, "RTC.00002002", CloudFault, CloudFault),
    (502, "APIGW.0201", CloudFault, CloudFault),
    (502, "APIGW.0610", CloudFault, CloudFault),
    (502, "", CloudFault, OutcomeUnknown),
    (503, "APIGW.0613", CloudFault, CloudFault),
    (504, "APIGW.0201", CloudFault, OutcomeUnknown),
    (302, "", NoAnswer, OutcomeUnknown),
    (304, "", NoAnswer, OutcomeUnknown),
]


def fail(client: Client, cloud: Cloud, operation: Any, *replies: Reply, **params: Any) -> SparkError:
    cloud.answer(*replies)
    with pytest.raises(SparkError) as caught:
        client.call(operation, max_wait=0, **params)
    return caught.value


def refusal(status: int, code: str = "", **headers: str) -> Reply:
    return Reply.json({"error_code": code, "error_msg": "words of the cloud"}, status, **headers)


@pytest.mark.parametrize(("status", "code", "of_read", "of_change"), STATUSES)
def test_statuses(
    status: int,
    code: str,
    of_read: type[SparkError],
    of_change: type[SparkError],
    client: Client,
    cloud: Cloud,
) -> None:
    for operation, params, expected in (
        (LIST_ROOMS, {"app_id": APP}, of_read),
        (DISMISS_ROOM, ROOM, of_change),
    ):
        error = fail(client, cloud, operation, refusal(status, code), **params)
        assert type(error) is expected
        assert (error.status, error.request_id, error.operation) == (status, "rq-1", operation.name)
        if status >= 400:
            assert (error.error_code, error.cloud_message) == (code, "words of the cloud")
        assert str(error) == error.sentence != ""


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"error_code": "A", "error_msg": "b"}', "A", "b"),
        (b'{"errorCode": "A", "errorMsg": "b"}', "A", "b"),
        (b'{"code": "A", "message": "b"}', "A", "b"),
        (b'{"error": {"code": 404, "message": "b", "title": "c"}}', "404", "b"),
        (b'{"error": "no object"}', "", ""),
        (b'{"error_code": null, "error_msg": {"a": 1}}', "", ""),
        (b"[]", "", ""),
        (b"<html>Not Found</html>", "", ""),
        (b"", "", ""),
    ],
)
def test_error_bodies_of_every_kind_are_read(
    body: bytes, code: str, message: str, client: Client, cloud: Cloud
) -> None:
    error = fail(client, cloud, GET_APPLICATION, Reply(404, body), app_id=APP)
    assert (type(error), error.error_code, error.cloud_message) == (NotFound, code, message)


def test_the_request_id_of_the_gateway_is_taken_from_the_body(client: Client, cloud: Cloud) -> None:
    reply = Reply.json({"error_code": "APIGW.0302", "request_id": "gw-7"}, 403, X_request_Id="")
    assert fail(client, cloud, GET_APPLICATION, reply, app_id=APP).request_id == "gw-7"


def test_a_request_id_holds_nothing_that_could_forge_a_log_line(client: Client, cloud: Cloud) -> None:
    reply = Reply(404, b"", {"X-request-Id": "a\x1b[31m\tb\x7f" + "c" * 500})
    found = fail(client, cloud, GET_APPLICATION, reply, app_id=APP).request_id
    assert found.startswith("a[31mbc")
    assert len(found) == 128


def test_a_long_message_of_the_cloud_is_cut(client: Client, cloud: Cloud) -> None:
    reply = Reply.json({"error_code": "x" * 9_000, "error_msg": "y" * 9_000}, 400)
    error = fail(client, cloud, GET_APPLICATION, reply, app_id=APP)
    assert (len(error.error_code), len(error.cloud_message)) == (128, 2_000)


def test_the_cloud_quoting_our_secret_does_not_bring_it_out(client: Client, cloud: Cloud) -> None:
    secret = KEY.sk.reveal()
    reply = Reply.json({"error_code": "APIGW.0301", "error_msg": f"verify {secret} failed"}, 401)
    error = fail(client, cloud, GET_APPLICATION, reply, app_id=APP)
    assert secret not in f"{error.cloud_message}{error!r}{error}{error.__dict__}"
    assert error.cloud_message.startswith("verify ")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 30.0),
        (format_datetime(NOW - timedelta(seconds=30), usegmt=True), 0.0),
        ("soon", None),
        ("-3", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_retry_after(header: str, seconds: float | None, client: Client, cloud: Cloud) -> None:
    error = fail(client, cloud, LIST_ROOMS, refusal(429, "APIGW.0308", Retry_After=header), app_id=APP)
    assert error.retry_after == seconds


# --- clock ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [16, -16])
def test_a_401_says_when_the_clocks_differ(minutes: int, client: Client, cloud: Cloud) -> None:
    date = format_datetime(NOW + timedelta(minutes=minutes), usegmt=True)
    error = fail(client, cloud, GET_APPLICATION, refusal(401, "APIGW.0301", Date=date), app_id=APP)
    assert isinstance(error, Unauthenticated)
    assert error.clock_skew_seconds == minutes * 60
    assert "clock differs from the cloud's by 960 s" in error.sentence


@pytest.mark.parametrize("date", [format_datetime(NOW + timedelta(seconds=60), usegmt=True), "no date", ""])
def test_a_401_says_nothing_about_clocks_that_agree(date: str, client: Client, cloud: Cloud) -> None:
    error = fail(client, cloud, GET_APPLICATION, refusal(401, "APIGW.0301", Date=date), app_id=APP)
    assert isinstance(error, Unauthenticated)
    assert error.clock_skew_seconds is None
    assert error.sentence.startswith("The cloud did not accept the credentials.")


# --- sentences ------------------------------------------------------------------------------------------------


def test_a_known_code_adds_what_it_means_and_what_to_do(client: Client, cloud: Cloud) -> None:
    error = fail(client, cloud, CREATE_APPLICATION, refusal(400, "RTC.00001020"), app_name="lectures")
    assert error.sentence == (
        "The cloud refused the request as wrong (HTTP 400). The account already has an application of this "
        "name. Choose another name."
    )
    assert [message.id for message in error.messages] == [
        "bad_request",
        "RTC.00001020.meaning",
        "RTC.00001020.action",
    ]


def test_a_404_is_explained_by_its_status_and_not_by_its_code(client: Client, cloud: Cloud) -> None:
    error = fail(client, cloud, GET_APPLICATION, refusal(404, "RTC.00001003"), app_id=APP)
    assert "does not exist" in error.sentence
    assert key_of("RTC.00001003", 400) == "RTC.00001003"
    assert key_of("RTC.00001003", 404) == "RTC.00001003/404"


@pytest.mark.parametrize("code", ["RTC.00002004", "RTC.00002006", "RTC.00002xxx"])
def test_internal_faults_without_a_published_text_share_one(code: str) -> None:
    assert key_of(code, 500) == "RTC.00002"


def test_an_unknown_code_adds_nothing() -> None:
    assert key_of("RTC.99999999", 400) is None
    assert len(BadRequest(status=400, error_code="RTC.99999999").messages) == 1


@pytest.mark.parametrize("key", ERROR_CODES)
def test_every_code_has_whole_sentences(key: str) -> None:
    code = ERROR_CODES[key]
    assert 400 <= code.status < 600
    for text in (str(Message(f"{key}.meaning")), str(Message(f"{key}.action"))):
        assert text[0].isupper()
        assert text.endswith(".")


def test_a_quota_says_in_whole_seconds_when_to_try_again() -> None:
    error = QuotaExhausted("analytics", 11.2)
    assert error.sentence == ("The request was not sent: the quota analytics is used up. Try again in 12 s.")
    assert (error.retry_after, error.quota, error.status) == (11.2, "analytics", None)
    assert "in 1 s" in QuotaExhausted("obs", 0.01).sentence


def _every_error() -> list[SparkError]:
    made: list[SparkError] = [
        InvalidParameters({"a.b": Problem("required", {"field": "a.b"})}, operation="x.y.z"),
        QuotaExhausted("obs", 1.5),
    ]
    for name in errors.__all__:
        kind = getattr(errors, name)
        if kind not in (InvalidParameters, QuotaExhausted):
            made.append(kind(status=500, values={"host": "h"}, operation="x.y.z", request_id="r"))
    return made


@pytest.mark.parametrize("error", _every_error(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_every_error_has_a_sentence_and_survives_being_copied(
    error: SparkError, copied: Callable[[SparkError], SparkError]
) -> None:
    back = copied(error)
    assert type(back) is type(error)
    assert back.sentence == error.sentence
    assert back.__dict__ == error.__dict__
    assert error.sentence.endswith(".")
    assert "%" not in error.sentence


def test_the_tree() -> None:
    for kind in (BadRequest, Unauthenticated, Forbidden, NotFound, Conflict, Throttled):
        assert kind.__bases__ == (Refused,)
    for kind in (errors.NameNotResolved, errors.ConnectionFailed, errors.TlsFailed, errors.NoToken):
        assert kind.__bases__ == (Unreachable,)
    for kind in (
        Refused,
        Unreachable,
        CloudFault,
        NoAnswer,
        OutcomeUnknown,
        InvalidParameters,
        QuotaExhausted,
    ):
        assert kind.__bases__ == (SparkError,)
    assert all(name in (errors.__doc__ or "") for name in errors.__all__)
