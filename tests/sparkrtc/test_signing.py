"""The signature, stage by stage against vectors, and against the vendor's signer on anything."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc import AccessKey
from console.sparkrtc.signing import canonical_query, canonical_request, sign, string_to_sign, timestamp
from tests.sparkrtc import sdk
from tests.sparkrtc.doubles import KEY

_FILE = json.loads(Path(__file__).with_name("signature_vectors.json").read_text("utf-8"))
VECTORS = pytest.mark.parametrize("vector", _FILE["vectors"], ids=lambda vector: vector["name"])


def _query(vector: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in vector["query"]]


def _body(vector: dict[str, Any]) -> bytes | None:
    return None if vector["body"] is None else vector["body"].encode()


def _sent_path(vector: dict[str, Any]) -> str:
    return quote(vector["path"], safe="/~")


@VECTORS
def test_the_canonical_request(vector: dict[str, Any]) -> None:
    made = canonical_request(
        vector["method"], _sent_path(vector), _query(vector), vector["headers"], _body(vector)
    )
    assert made == vector["canonical_request"]


@VECTORS
def test_the_string_to_sign(vector: dict[str, Any]) -> None:
    moment = vector["headers"]["X-Sdk-Date"]
    assert string_to_sign(moment, vector["canonical_request"]) == vector["string_to_sign"]


@VECTORS
def test_the_authorization_header(vector: dict[str, Any]) -> None:
    key = AccessKey(_FILE["ak"], _FILE["sk"])
    made = sign(key, vector["method"], _sent_path(vector), _query(vector), vector["headers"], _body(vector))
    assert made == vector["authorization"]


@VECTORS
def test_the_request_target_is_the_path_with_the_canonical_query(vector: dict[str, Any]) -> None:
    query = canonical_query(_query(vector))
    assert vector["request_target"] == _sent_path(vector) + (f"?{query}" if query else "")


def test_the_timestamp_is_utc_whatever_the_zone() -> None:
    moment = datetime(2026, 5, 4, 16, 15, 30, 999_999, tzinfo=timezone(timedelta(hours=8)))
    assert timestamp(moment) == "20260504T081530Z"


def test_a_header_name_with_an_underscore_is_not_signed() -> None:
    headers = {"Host": "h", "X-Sdk-Date": "20260504T081530Z", "X_Odd": "1"}
    assert "SignedHeaders=host;x-sdk-date," in sign(KEY, "GET", "/", [], headers, None)


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_segments = st.lists(_text.filter(lambda s: "/" not in s), min_size=1, max_size=5)
_pairs = st.lists(st.tuples(_text, _text), max_size=8)
_bodies = st.one_of(st.none(), st.binary(max_size=200), _text.map(str.encode))
_header_values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    segments=_segments,
    query=_pairs,
    body=_bodies,
    project=_header_values,
)
def test_our_signature_equals_the_vendors_on_anything(
    method: str, segments: list[str], query: list[tuple[str, str]], body: bytes | None, project: str
) -> None:
    headers = {
        "Host": "rtc-api.myhuaweicloud.com",
        "Content-Type": "application/json",
        "X-Project-Id": project,
        "X-Sdk-Date": "20260504T081530Z",
    }
    path = "/" + "/".join(quote(segment, safe="~") for segment in segments)
    assert sign(KEY, method, path, query, headers, body) == sdk.signature(method, path, query, headers, body)


@given(query=_pairs)
def test_the_order_of_parameters_does_not_matter(query: list[tuple[str, str]]) -> None:
    assert canonical_query(query) == canonical_query(reversed(query))
