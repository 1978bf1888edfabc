"""What our client sends equals what the vendor's SDK sends, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import unquote

import msgspec
import pytest

from console.sparkrtc import AccessKey, Client, Param, replies
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.catalogue.storage import LIST_BUCKETS
from console.sparkrtc.operation import Place, Shape
from console.sparkrtc.signing import sign
from tests.sparkrtc import sdk
from tests.sparkrtc.doubles import KEY, Cloud, Reply, Seen, user
from tests.sparkrtc.samples import SAMPLES


def _signed_headers(seen: Seen) -> dict[str, str]:
    """The headers that a request says it signed; the SDK signs its User-Agent as well."""
    named = re.search(r"SignedHeaders=([^,]*)", seen.headers["Authorization"])
    assert named
    return {name: value for name, value in seen.headers.items() if name.lower() in named[1].split(";")}


def test_there_is_a_sample_of_every_operation() -> None:
    assert SAMPLES.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_our_request_equals_the_sdks(name: str, cloud: Cloud, client: Client) -> None:
    sample = SAMPLES[name]
    cloud.answer(*[Reply.json(sample.answer, sample.status)] * 2)
    client.call(OPERATIONS[name], **sample.params)
    sdk.send(sample, cloud.endpoint)

    ours, theirs = cloud.seen
    assert ours.method == theirs.method
    assert unquote(ours.path) == unquote(theirs.path)
    assert ours.query == theirs.query
    assert ours.json == theirs.json == sample.body
    for header in ("Content-Type", "X-Project-Id", "Host"):
        assert ours.headers[header] == theirs.headers[header]
    assert re.fullmatch(r"\d{8}T\d{6}Z", ours.headers["X-Sdk-Date"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_signature_is_what_the_other_signer_makes(name: str, cloud: Cloud, client: Client) -> None:
    sample = SAMPLES[name]
    cloud.answer(*[Reply.json(sample.answer, sample.status)] * 2)
    client.call(OPERATIONS[name], **sample.params)
    sdk.send(sample, cloud.endpoint)

    ours, theirs = cloud.seen
    assert {name.lower() for name in _signed_headers(ours)} == {
        "content-type",
        "host",
        "x-project-id",
        "x-sdk-date",
    }
    assert ours.headers["Authorization"] == sdk.signature(
        ours.method, ours.path, ours.query, _signed_headers(ours), ours.body
    )
    assert theirs.headers["Authorization"] == sign(
        KEY, theirs.method, theirs.path, theirs.query, _signed_headers(theirs), theirs.body
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_the_sdk_reads_of_an_answer_we_read_too(name: str, cloud: Cloud, client: Client) -> None:
    sample = SAMPLES[name]
    cloud.answer(*[Reply.json(sample.answer, sample.status)] * 2)
    answer = client.call(OPERATIONS[name], **sample.params)
    response = sdk.send(sample, cloud.endpoint)
    assert (answer.status, answer.request_id) == (sample.status, "rq-1")
    assert response.status_code == sample.status
    assert (answer.value is None) == (sample.answer is None)


def test_a_token_is_sent_instead_of_a_signature(cloud: Cloud, make_client: Callable[..., Client]) -> None:
    cloud.answer(Reply.json({}, 201, X_Subject_Token="token-1"), Reply.json({"count": 0, "buckets": []}))
    make_client(credentials=user(cloud.endpoint)).call(LIST_BUCKETS)
    seen = cloud.seen[1]
    assert seen.headers["X-Auth-Token"] == "token-1"
    assert "Authorization" not in seen.headers
    assert "X-Sdk-Date" not in seen.headers


def test_a_temporary_key_sends_and_signs_its_security_token(
    cloud: Cloud, make_client: Callable[..., Client]
) -> None:
    make_client(credentials=AccessKey(KEY.ak, KEY.sk, "temporary-token")).call(LIST_BUCKETS)
    (seen,) = cloud.seen
    assert seen.headers["X-Security-Token"] == "temporary-token"
    assert "x-security-token" in {name.lower() for name in _signed_headers(seen)}
    assert seen.headers["Authorization"] == sdk.signature("GET", seen.path, [], _signed_headers(seen), None)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_parameter_of_the_sdk_is_in_the_catalogue_and_no_other(name: str) -> None:
    operation, sample = OPERATIONS[name], SAMPLES[name]
    theirs = sdk.request_fields(sample) - {"body"}
    ours = {param.wire_name for param in operation.params if param.place is not Place.BODY}
    assert ours == theirs
    in_body = tuple(param for param in operation.params if param.place is Place.BODY)
    assert _shape(in_body) == sdk.body_fields(sample)


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.reply])
def test_every_field_of_the_sdks_answers_is_in_our_replies(name: str) -> None:
    reply = OPERATIONS[name].reply
    assert reply
    ours = _reply_shape(reply)
    if rows := getattr(reply, "bare_row", None):
        ours = ours[rows]
    assert ours == sdk.response_fields(SAMPLES[name])


def _shape(fields: tuple[Param, ...]) -> dict[str, Any]:
    return {
        field.wire_name: _shape(field.kind.fields) if isinstance(field.kind, Shape) else {}
        for field in fields
    }


def _reply_shape(kind: type[replies.Reply]) -> dict[str, Any]:
    if kind is replies.Objects:  # packed as it arrives: its rows have a form of their own
        return {"count": {}, "objects": {key: {} for key in replies.Objects.row.__struct_fields__}}
    found: dict[str, Any] = {}
    for info in msgspec.structs.fields(kind):
        inner = [part for part in (info.type, *get_args(info.type)) if isinstance(part, type)]
        nested = [part for part in inner if issubclass(part, replies.Reply)]
        found[kind.wire.get(info.name, info.name)] = _reply_shape(nested[0]) if nested else {}
    return found
