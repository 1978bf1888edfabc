"""Signatures: published vectors, and everything the gateway refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given
from hypothesis import strategies as st

from console.sandbox.options import AK, PROJECT_ID, SK
from console.sandbox.signing import Authorization, canonical_request, parse_authorization, sdk_date, signature
from tests.sandbox.caller import Answered, Caller
from tests.sandbox.doubles import StillWorld
from tests.sandbox.harness import Sandbox, start_in_process

DATE = "20260504T081530Z"
HOST = "rtc-api.myhuaweicloud.com"
APP = "60d539ba00d861ef0802742ce404400c"
JSON = {"content-type": "application/json"}
UTF8 = {"content-type": "application/json;charset=utf-8"}
USERS_QUERY = [
    ("app", APP),
    ("nickname", "小明 A+B&C=100%~*'()/?"),
    ("region", "广东"),
    ("region", "GD"),
    ("state", "ONLINE"),
    ("state", "OFFLINE"),
    ("start_time", "2026-05-03T08:00:00Z"),
    ("end_time", "2026-05-04T08:00:00Z"),
    ("limit", "50"),
    ("offset", "0"),
]
VECTORS = [
    pytest.param(
        "GET",
        "/v2/apps",
        [("state", "ACTIVATION"), ("offset", "0"), ("limit", "20")],
        JSON,
        "",
        "52432784d92ffda3e4d2db5875ed351f4ebc347e5a7cc19e85149d60147e6ed4",
        "63bad1533f6739d62b838b0ef959824283266a84e337edf946d1e2ee2449c71a",
        id="plain query",
    ),
    pytest.param(
        "GET",
        f"/v1/{PROJECT_ID}/rtc/users",
        USERS_QUERY,
        JSON,
        "",
        "79c633fb1f00dfae3d735618ffaffbca5dab3ce0f52fc3303228c5f5e322ae48",
        "2532f51295e452a3a3e39bf23d9cfd43c7119a6c93313f49d44c1bd22de6c75d",
        id="unicode and repeated parameters",
    ),
    pytest.param(
        "POST",
        "/v2/apps",
        [],
        UTF8,
        '{"app_name": "console-demo_01"}',
        "b1f618488e669be3759ad410757b7741db4a4fc5d259e866f978303f744f4778",
        "8c3846225fb4873c816276ef054308fcdd8cc09a2d7ec67e8453166ff235e9d0",
        id="JSON body",
    ),
    pytest.param(
        "POST",
        f"/v2/apps/{APP}/rooms/课堂 1/batch-remove-users",
        [],
        UTF8,
        '{"user_ids": ["teacher-1", "学生_2"]}',
        "54e2384fd770e5d4e25c744c4cc4db1b04d7d7a5b325896e6d68be0c9fc440db",
        "686128c855076007cbc05e0828763e2a8065b1975a88a80884b0b562fc5f2a1f",
        id="unicode path and body",
    ),
    pytest.param(
        "DELETE",
        f"/v2/apps/{APP}/record-rules/5f5e172b9016ed5b0961a43d",
        [],
        JSON,
        "",
        "ee8d8e7a7476677beddd41f9c4b7fab107d0b247dfca5320610ca5b36de1e57b",
        "3d9f69514f224ed4e89ef75532af690b0b67ea33045ea52ffe41397fef985709",
        id="no body",
    ),
    pytest.param(
        "POST",
        f"/v2/apps/{APP}/rooms/room-42/dismiss",
        [],
        {},
        "",
        "f234638d4a14f6fb985e09d02f86d1d21df62e42a38778855fc7104509b78a79",
        "e8c818c2e385fe9429c7e444ca0b074d1dd43c7a14ad9ab2d1dc583a04f458ec",
        id="no content type",
    ),
    pytest.param(
        "GET",
        "/v2/rtc-ops/buckets",
        [],
        {**JSON, "x-security-token": "demo-security-token-not-real"},
        "",
        "b03164dc8954c452925357030b7b14b49fd1355c82ce00bbcc516ba53f0431d1",
        "a95a4dfa64e2c2db58373e876f995bf4c0dbbe4045c5fce0478d5b89c90bb49d",
        id="temporary credentials",
    ),
]


@pytest.mark.parametrize(("method", "path", "query", "headers", "body", "digest", "expected"), VECTORS)
def test_a_published_vector_is_reproduced(
    method: str,
    path: str,
    query: list[tuple[str, str]],
    headers: dict[str, str],
    body: str,
    digest: str,
    expected: str,
) -> None:
    signed = {**headers, "host": HOST, "x-project-id": PROJECT_ID, "x-sdk-date": DATE}
    canonical = canonical_request(method, path, query, signed, sorted(signed), body.encode())
    assert hashlib.sha256(canonical.encode()).hexdigest() == digest
    assert signature(SK, DATE, canonical) == expected


@pytest.mark.parametrize(
    "text", ["", "2026-05-04T08:15:30Z", "20260504081530", "20261304T081530Z", "20260504T081530"]
)
def test_a_malformed_date_is_none(text: str) -> None:
    assert sdk_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Basic abc",
        "SDK-HMAC-SHA256 Access=A, SignedHeaders=host",
        f"SDK-HMAC-SHA256 Access=A, SignedHeaders=Host, Signature={'0' * 64}",
        f"SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature={'0' * 63}",
    ],
)
def test_another_scheme_is_none(text: str) -> None:
    assert parse_authorization(text) is None


_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(
    method=st.sampled_from(("GET", "POST", "PUT", "DELETE")),
    segments=st.lists(_TEXT, min_size=1, max_size=4),
    query=st.lists(st.tuples(_TEXT, _TEXT), max_size=5),
    body=st.binary(max_size=40),
)
def test_the_vendors_signer_agrees_about_everything(
    method: str, segments: list[str], query: list[tuple[str, str]], body: bytes
) -> None:
    path = "/" + "/".join(segments)
    request = SdkRequest(
        method=method,
        host=HOST,
        resource_path=path,
        query_params=list(query),
        header_params={"X-Sdk-Date": DATE, "X-Project-Id": PROJECT_ID},
        body=body,
    )
    signed = Signer(BasicCredentials(AK, SK, PROJECT_ID)).sign(request)
    theirs = parse_authorization(signed.header_params["Authorization"])
    headers = {"host": HOST, "x-project-id": PROJECT_ID, "x-sdk-date": DATE}
    ours = signature(SK, DATE, canonical_request(method, path, query, headers, sorted(headers), body))
    assert theirs == Authorization(AK, tuple(sorted(headers)), ours)


Ask = Callable[..., Answered]


@pytest.fixture
def ask(sandbox: Sandbox) -> Ask:
    """Return a function that asks for the list of applications, signed, with whatever is to be wrong."""

    def send(
        *,
        key: str = AK,
        secret: str = SK,
        age: float = 0.0,
        drop: tuple[str, ...] = (),
        unsigned: tuple[str, ...] = (),
        late: Mapping[str, str] | None = None,
        path: str = "/v2/apps",
        **changes: str,
    ) -> Answered:
        date = (datetime.now(UTC) - timedelta(seconds=age)).strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "host": sandbox.endpoint.removeprefix("http://"),
            "x-project-id": PROJECT_ID,
            "x-sdk-date": date,
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        for name in drop:
            del headers[name]
        names = sorted(set(headers) - set(unsigned))
        canonical = canonical_request("GET", path, [], headers, names, b"")
        headers["authorization"] = (
            f"SDK-HMAC-SHA256 Access={key}, SignedHeaders={';'.join(names)}, "
            f"Signature={signature(secret, date, canonical)}"
        )
        return Caller(sandbox)("GET", path, headers=headers | dict(late or {}))

    return send


def test_a_signed_request_is_let_in(ask: Ask) -> None:
    assert ask().status == 200


@pytest.mark.parametrize(
    "spoilt",
    [
        {"secret": "wrong"},
        {"key": "AKUNKNOWN"},
        {"age": 15 * 60 + 30},
        {"age": -15 * 60 - 30},
        {"late": {"x-project-id": "1" * 32}, "path": "/v2/apps"},
        {"unsigned": ("host",)},
        {"unsigned": ("x-sdk-date",)},
        {"drop": ("x-project-id",)},
        {"x_security_token": "demo"},
    ],
    ids=str,
)
def test_a_wrong_signature_is_401_whatever_is_wrong(ask: Ask, spoilt: dict[str, object]) -> None:
    answer = ask(**spoilt)
    assert answer.refusal == (401, "APIGW.0301")
    assert answer.json["error_msg"] == "Incorrect IAM authentication information."
    assert answer.json["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("age", [-14 * 60, 14 * 60])
def test_a_clock_may_be_a_little_wrong(ask: Ask, age: float) -> None:
    assert ask(age=age).status == 200


def test_a_wrong_gateway_clock_refuses_what_was_right(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.control("clock", {"skew_seconds": 20 * 60})
    assert ask().refusal == (401, "APIGW.0301")
    assert ask(age=-20 * 60).status == 200


def test_time_travel_leaves_signatures_valid(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.travel(86_400)
    assert ask().status == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"X-Project-Id": PROJECT_ID}])
def test_no_credentials_at_all_is_401(sandbox: Sandbox, headers: dict[str, str]) -> None:
    assert Caller(sandbox)("GET", "/v2/apps", headers=headers).refusal == (401, "APIGW.0305")


def test_another_project_is_403(ask: Ask) -> None:
    assert ask(x_project_id="1" * 32).refusal == (403, "APIGW.0310")


def test_buckets_need_no_project(ask: Ask) -> None:
    assert ask(path="/v2/rtc-ops/buckets", drop=("x-project-id",)).status == 200


def test_a_temporary_key_needs_its_token() -> None:
    running = start_in_process(StillWorld, security_token="temporary", quota="off")
    try:
        plain = Caller(running)
        date = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "host": running.endpoint.removeprefix("http://"),
            "x-project-id": PROJECT_ID,
            "x-sdk-date": date,
        }

        def send(token: str) -> int:
            sent = headers | ({"x-security-token": token} if token else {})
            names = sorted(sent)
            sign = signature(SK, date, canonical_request("GET", "/v2/apps", [], sent, names, b""))
            sent["authorization"] = (
                f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders={';'.join(names)}, Signature={sign}"
            )
            return plain("GET", "/v2/apps", headers=sent).status

        assert [send(token) for token in ("temporary", "another", "")] == [200, 401, 401]
    finally:
        running.stop()
