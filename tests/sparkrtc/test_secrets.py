"""No secret comes out: not in a text, a log, a pickle, an exception or its traceback."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from console.sparkrtc import MASK, AccessKey, Client, IamUser, Secret, SecretForgotten, Token
from console.sparkrtc.catalogue.recording import GET_CALLBACK, UPDATE_CALLBACK
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.errors import SparkError
from tests.sparkrtc.doubles import NOW, Cloud, RawCloud, Reply, user
from tests.sparkrtc.samples import APP, AUTH_KEY

SK, TOKEN, PASSWORD = "sk-very-secret", "temporary-very-secret", "password-very-secret"
FETCHED = "token-very-secret"
ALL = (SK, TOKEN, PASSWORD, FETCHED, AUTH_KEY)
Make = Callable[..., Client]


def test_a_secret_shows_a_mask_everywhere() -> None:
    secret = Secret(SK)
    shown = f"{secret} {secret!r} {secret:>40} {[secret]} {secret.__str__()} %s" % secret
    assert SK not in shown
    assert MASK in shown
    assert secret.reveal() == SK
    assert secret == Secret(SK) != Secret("other")
    assert secret != SK
    assert hash(secret) == hash(Secret(SK))
    assert copy.deepcopy(secret).reveal() == copy.copy(secret).reveal() == SK


def test_a_pickled_secret_is_forgotten() -> None:
    data = pickle.dumps(Secret(SK))
    assert SK.encode() not in data
    back = pickle.loads(data)
    assert bool(back)
    assert not back.known
    with pytest.raises(SecretForgotten):
        back.reveal()


def test_no_secret_is_told_from_one_that_was_forgotten() -> None:
    assert not Secret("")
    assert Secret("").known
    assert not pickle.loads(pickle.dumps(Secret("")))


@pytest.mark.parametrize(
    "credentials",
    [
        AccessKey("AK", SK),
        AccessKey("AK", SK, TOKEN),
        IamUser("d", "n", PASSWORD, "https://iam.example.org/"),
    ],
)
def test_credentials_mask_themselves_and_cannot_be_pickled(credentials: Any) -> None:
    assert not any(secret in f"{credentials} {credentials!r} {vars(credentials)}" for secret in ALL)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(credentials)


def test_credentials_are_equal_by_value() -> None:
    assert AccessKey("AK", SK) == AccessKey("AK", Secret(SK)) != AccessKey("AK", "other")
    assert IamUser("d", "n", PASSWORD, "https://i").iam_endpoint == "https://i"


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    caplog.set_level(logging.DEBUG)

    def text() -> str:
        return "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)

    return text


def _credentials(cloud: Cloud) -> list[AccessKey | IamUser]:
    return [AccessKey("AK", SK, TOKEN), IamUser("d", "n", PASSWORD, cloud.endpoint)]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    "last", [Reply(), Reply(401), Reply(500), Reply(429), Reply(200, b"<html>"), Reply(302)]
)
def test_neither_logs_nor_errors_tell_a_secret(
    which: int, last: Reply, make_client: Make, cloud: Cloud, everything_logged: Callable[[], str]
) -> None:
    if which == 1:
        cloud.answer(Reply(201, b"", {"X-Subject-Token": FETCHED}))
    cloud.answer(last)
    client = make_client(credentials=_credentials(cloud)[which])
    told = repr(client)
    try:
        client.call(UPDATE_CALLBACK, app_id=APP, url="https://x", auth_key=AUTH_KEY, max_wait=0)
    except SparkError as error:
        told += "".join(traceback.format_exception(error)) + repr(_reachable(error))
    told += everything_logged()
    assert "record-callback" in told  # so the log was looked at
    assert not [secret for secret in ALL if secret in told]


@pytest.mark.parametrize("which", [0, 1])
def test_a_failed_connection_keeps_no_request_within_reach(which: int, make_client: Make) -> None:
    """The errors of requests hold the request with its headers: ours must not lead to them."""
    endpoint = "http://127.0.0.1:9"
    credentials = [AccessKey("AK", SK, TOKEN), IamUser("d", "n", PASSWORD, endpoint)][which]
    with pytest.raises(SparkError) as caught:
        make_client(endpoint=endpoint, credentials=credentials).call(LIST_ROOMS, app_id=APP, max_wait=0)
    chain = _reachable(caught.value)
    assert all(type(error).__module__.startswith("console.") for error in chain)


def test_a_lost_answer_keeps_no_request_within_reach(
    make_client: Make, raw_cloud: Callable[..., RawCloud]
) -> None:
    server = raw_cloud(lambda connection: connection.recv(65536))
    with pytest.raises(SparkError) as caught:
        make_client(endpoint=server.endpoint).call(LIST_ROOMS, app_id=APP, max_wait=0)
    assert all(type(error).__module__.startswith("console.") for error in _reachable(caught.value))


def test_keys_in_answers_are_masked(client: Client, cloud: Cloud) -> None:
    cloud.answer(Reply.json({"app_id": APP, "record_callback": {"url": "https://x", "auth_key": AUTH_KEY}}))
    answer = client.call(GET_CALLBACK, app_id=APP)
    assert AUTH_KEY not in f"{answer} {answer!r}"
    assert answer.value.record_callback.auth_key.reveal() == AUTH_KEY


def test_the_parameters_of_a_call_can_be_shown_without_the_key() -> None:
    params = {"app_id": APP, "url": "https://x", "auth_key": AUTH_KEY}
    assert UPDATE_CALLBACK.shown(params) == {"app_id": APP, "url": "https://x", "auth_key": MASK}
    assert UPDATE_CALLBACK.shown({"auth_key": None}) == {"auth_key": None}


def test_a_token_masks_itself(cloud: Cloud) -> None:
    assert FETCHED not in repr(Token(Secret(FETCHED), NOW, NOW))
    assert "pw-unit-test" not in repr(user(cloud.endpoint))


def _reachable(error: BaseException) -> list[BaseException]:
    """The error and all that hangs on it."""
    found: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is not None and one not in found:
            found.append(one)
            todo += [one.__cause__, one.__context__]
    return found
