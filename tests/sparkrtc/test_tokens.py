"""Tokens: fetched once, kept, renewed in time, replaced once when refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.sparkrtc import Client, IamUser, InProcessTokens, Secret, Timeouts, Token, TokenCache
from console.sparkrtc.catalogue.applications import CREATE_APPLICATION
from console.sparkrtc.catalogue.rooms import DISMISS_ROOM, LIST_ROOMS
from console.sparkrtc.errors import (
    CloudFault,
    ConnectionFailed,
    InvalidParameters,
    NoToken,
    QuotaExhausted,
    SparkError,
    Unauthenticated,
)
from tests.sparkrtc.doubles import KEY, NOW, Cloud, FakePermits, RawCloud, Reply, Seen, Time, silent, user
from tests.sparkrtc.samples import APP

Make = Callable[..., Client]
ROOM = {"app_id": APP, "room_id": "lecture-7"}
TOKENS_PATH = "/v3/auth/tokens"


def token(value: str, hours: float = 24, time: Time | None = None) -> Reply:
    start = time.now() if time else NOW
    expires = (start + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    return Reply.json({"token": {"expires_at": expires}}, 201, X_Subject_Token=value)


def refused(status: int = 401) -> Reply:
    return Reply.json({"error_code": "APIGW.0307"}, status)


def tokens_sent(cloud: Cloud) -> list[str]:
    return [seen.headers["X-Auth-Token"] for seen in cloud.seen if seen.path != TOKENS_PATH]


def fetches(cloud: Cloud) -> int:
    return sum(seen.path == TOKENS_PATH for seen in cloud.seen)


@pytest.fixture
def iam_client(make_client: Make, cloud: Cloud) -> Client:
    return make_client(credentials=user(cloud.endpoint))


def test_a_token_is_asked_for_as_the_reference_says(iam_client: Client, cloud: Cloud) -> None:
    cloud.answer(token("t-1"))
    iam_client.call(LIST_ROOMS, app_id=APP)
    asked = cloud.seen[0]
    assert (asked.method, asked.path) == ("POST", TOKENS_PATH)
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.json == {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {
                        "name": "console",
                        "password": "pw-unit-test-not-real",
                        "domain": {"name": "acme"},
                    }
                },
            },
            "scope": {"domain": {"name": "acme"}},
        }
    }


def test_one_token_serves_many_calls_and_costs_no_permit(
    iam_client: Client, cloud: Cloud, permits: FakePermits
) -> None:
    cloud.answer(token("t-1"))
    for _ in range(3):
        iam_client.call(LIST_ROOMS, app_id=APP)
    assert tokens_sent(cloud) == ["t-1"] * 3
    assert fetches(cloud) == 1
    assert len(permits.given) == 3


@pytest.mark.parametrize(
    ("life_hours", "still_good_hours", "due_hours"), [(24, 22.9, 23.1), (1, 0.89, 0.91), (240, 238.9, 239.1)]
)
def test_a_token_is_renewed_before_it_expires(
    life_hours: float,
    still_good_hours: float,
    due_hours: float,
    iam_client: Client,
    cloud: Cloud,
    time: Time,
) -> None:
    cloud.answer(token("t-1", life_hours))
    iam_client.call(LIST_ROOMS, app_id=APP)
    time.elapsed = still_good_hours * 3600
    iam_client.call(LIST_ROOMS, app_id=APP)
    time.elapsed = due_hours * 3600
    cloud.answer(token("t-2", life_hours, time))
    iam_client.call(LIST_ROOMS, app_id=APP)
    assert tokens_sent(cloud) == ["t-1", "t-1", "t-2"]


@pytest.mark.parametrize("body", [{}, {"token": {}}, {"token": {"expires_at": "-"}}, [], "?"])
def test_an_answer_without_an_expiry_gets_the_usual_day(
    body: Any, iam_client: Client, cloud: Cloud, time: Time
) -> None:
    cloud.answer(Reply.json(body, 201, X_Subject_Token="t-1"))
    iam_client.call(LIST_ROOMS, app_id=APP)
    time.elapsed = 22 * 3600
    iam_client.call(LIST_ROOMS, app_id=APP)
    assert fetches(cloud) == 1


def test_a_token_due_for_renewal_is_used_on_while_the_identity_service_fails(
    iam_client: Client, cloud: Cloud, time: Time
) -> None:
    cloud.answer(token("t-1"))
    iam_client.call(LIST_ROOMS, app_id=APP)
    time.elapsed = 23.5 * 3600
    cloud.answer(Reply(500, b""))
    iam_client.call(LIST_ROOMS, app_id=APP)
    assert tokens_sent(cloud) == ["t-1", "t-1"]
    time.elapsed = 24.5 * 3600
    cloud.answer(*[Reply(500, b"")] * 3)
    with pytest.raises(CloudFault) as caught:
        iam_client.call(LIST_ROOMS, app_id=APP)
    assert caught.value.operation == "identity.token.create"


@pytest.mark.parametrize(
    ("operation", "params", "status"),
    [
        (LIST_ROOMS, {"app_id": APP}, 200),
        (DISMISS_ROOM, ROOM, 202),
        (CREATE_APPLICATION, {"app_name": "a"}, 201),
    ],
)
def test_a_refused_token_is_replaced_once_whatever_the_operation(
    operation: Any,
    params: dict[str, str],
    status: int,
    iam_client: Client,
    cloud: Cloud,
    permits: FakePermits,
) -> None:
    cloud.answer(token("t-1"), refused(), token("t-2"), Reply(status))
    iam_client.call(operation, max_wait=0, **params)
    assert tokens_sent(cloud) == ["t-1", "t-2"]
    assert permits.endings == ["answered", "answered"]


def test_a_token_refused_twice_is_an_error(iam_client: Client, cloud: Cloud) -> None:
    cloud.answer(token("t-1"), refused(), token("t-2"), refused())
    with pytest.raises(Unauthenticated) as caught:
        iam_client.call(LIST_ROOMS, app_id=APP)
    assert caught.value.operation == "rooms.room.list"
    assert fetches(cloud) == 2


def test_a_refused_signature_is_not_tried_again(make_client: Make, cloud: Cloud) -> None:
    cloud.answer(refused())
    with pytest.raises(Unauthenticated):
        make_client(credentials=KEY).call(LIST_ROOMS, app_id=APP)
    assert len(cloud.seen) == 1


def test_a_token_that_somebody_else_replaced_is_not_fetched_again(make_client: Make, cloud: Cloud) -> None:
    cache = InProcessTokens()
    credentials = user(cloud.endpoint)
    key = credentials.cache_key(cache.pepper)

    def another_process_renews(seen: Seen) -> Reply:
        cache.put(key, Token(Secret("t-2"), NOW, NOW + timedelta(hours=24)))
        return refused()

    cloud.answer(token("t-1"), another_process_renews)
    make_client(credentials=credentials, tokens=cache).call(LIST_ROOMS, app_id=APP)
    assert tokens_sent(cloud) == ["t-1", "t-2"]
    assert fetches(cloud) == 1


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (Reply.json({"error": {"code": 401, "message": "wrong"}}, 401), Unauthenticated, "iam"),
        (Reply.json({}, 201), NoToken, "garbage"),
        (Reply(201, b"<html>"), NoToken, "garbage"),
        (Reply(302, b"", {"Location": "https://elsewhere.invalid/"}), NoToken, "redirect"),
        (Reply(503, b""), CloudFault, ""),
    ],
)
def test_when_no_token_comes_the_operation_is_not_sent(
    reply: Reply, kind: type[SparkError], reason: str, iam_client: Client, cloud: Cloud, permits: FakePermits
) -> None:
    cloud.answer(reply)
    with pytest.raises(kind) as caught:
        iam_client.call(CREATE_APPLICATION, app_name="a", max_wait=0)
    assert (type(caught.value), caught.value.reason) == (kind, reason)
    assert caught.value.operation == "identity.token.create"
    assert caught.value.sentence.endswith(".")
    assert permits.asked == []
    assert tokens_sent(cloud) == []


def test_a_wrong_password_is_named_as_such(iam_client: Client, cloud: Cloud) -> None:
    cloud.answer(Reply.json({"error": {"code": 401, "message": "pw-unit-test-not-real is wrong"}}, 401))
    with pytest.raises(Unauthenticated) as caught:
        iam_client.call(LIST_ROOMS, app_id=APP)
    assert caught.value.sentence == (
        "The identity service did not accept the account, user name or password."
    )
    assert "pw-unit-test" not in caught.value.cloud_message
    assert fetches(cloud) == 1


def test_fetching_is_tried_again_even_for_a_create(iam_client: Client, cloud: Cloud) -> None:
    cloud.answer(Reply(503, b""), token("t-1"), Reply.json({"app_id": APP}, 201))
    assert iam_client.call(CREATE_APPLICATION, app_name="a").value.app_id == APP


def test_an_identity_service_that_is_down(make_client: Make, cloud: Cloud) -> None:
    client = make_client(credentials=user("http://127.0.0.1:9"))
    with pytest.raises(ConnectionFailed) as caught:
        client.call(LIST_ROOMS, app_id=APP, max_wait=0)
    assert "127.0.0.1:9" in caught.value.sentence


def test_an_identity_endpoint_that_is_none_is_refused(make_client: Make) -> None:
    with pytest.raises(InvalidParameters) as caught:
        make_client(credentials=user("iam.example.org"))
    assert list(caught.value.problems) == ["iam_endpoint"]


def test_a_slow_identity_service_leaves_no_time_for_another_try(
    make_client: Make, raw_cloud: Callable[..., RawCloud]
) -> None:
    server = raw_cloud(silent)
    client = make_client(credentials=user(server.endpoint), timeouts=Timeouts(connect=1, read=5, total=0.3))
    with pytest.raises(NoToken):
        client.call(LIST_ROOMS, app_id=APP, max_wait=10)
    assert server.connections == 1


# --- sharing --------------------------------------------------------------------------------------------------


def test_many_threads_fetch_one_token(make_client: Make, cloud: Cloud) -> None:
    everyone = threading.Barrier(8)
    client = make_client(credentials=user(cloud.endpoint))
    found: list[Any] = []
    cloud.answer(token("t-1"))

    def call() -> None:
        everyone.wait(5)
        found.append(client.call(LIST_ROOMS, app_id=APP).status)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 8
    assert fetches(cloud) == 1
    assert tokens_sent(cloud) == ["t-1"] * 8


def test_many_threads_replace_a_refused_token_once(make_client: Make, cloud: Cloud) -> None:
    client = make_client(credentials=user(cloud.endpoint))
    cloud.answer(token("old"))
    client.call(LIST_ROOMS, app_id=APP)
    everyone = threading.Barrier(4)
    # Answers come in any order: each request is judged by the token it carries.
    cloud.answer(*[_judge(everyone)] * 20)
    threads = [
        threading.Thread(target=client.call, args=(LIST_ROOMS,), kwargs={"app_id": APP}) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fetches(cloud) == 2
    assert sorted(tokens_sent(cloud)) == ["new"] * 4 + ["old"] * 5


def _judge(everyone: threading.Barrier) -> Callable[[Seen], Reply]:
    def judge(seen: Seen) -> Reply:
        if seen.path == TOKENS_PATH:
            return token("new")
        if seen.headers["X-Auth-Token"] == "old":
            everyone.wait(5)
            return refused()
        return Reply()

    return judge


def test_clients_that_share_a_cache_share_a_token_but_not_with_another_password(
    make_client: Make, cloud: Cloud
) -> None:
    cache: TokenCache = InProcessTokens()
    first, again = user(cloud.endpoint), user(cloud.endpoint)
    cloud.answer(token("t-1"), Reply(), Reply(), token("t-2"), Reply())
    for credentials in (first, again, user(cloud.endpoint, "another password")):
        make_client(credentials=credentials, tokens=cache).call(LIST_ROOMS, app_id=APP)
    assert tokens_sent(cloud) == ["t-1", "t-1", "t-2"]


def test_a_cache_key_tells_nothing_without_the_caches_own_secret() -> None:
    credentials = IamUser("acme", "console", "guess me", "https://iam.example.org")
    assert credentials.cache_key(b"a") != credentials.cache_key(b"b")
    assert credentials.cache_key(b"a") == credentials.cache_key(b"a")
    assert InProcessTokens().pepper != InProcessTokens().pepper


def test_no_token_is_fetched_for_parameters_that_are_wrong(iam_client: Client, cloud: Cloud) -> None:
    with pytest.raises(InvalidParameters):
        iam_client.call(LIST_ROOMS)
    assert cloud.seen == []


def test_without_a_permit_the_token_stays_for_the_next_call(make_client: Make, cloud: Cloud) -> None:
    cache = InProcessTokens()
    cloud.answer(token("t-1"))
    credentials = user(cloud.endpoint)
    with pytest.raises(QuotaExhausted):
        make_client(credentials=credentials, tokens=cache, permits=FakePermits(exhausted=True)).call(
            LIST_ROOMS, app_id=APP
        )
    make_client(credentials=credentials, tokens=cache).call(LIST_ROOMS, app_id=APP)
    assert fetches(cloud) == 1
