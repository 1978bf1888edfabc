"""A callback's key, revealed and learnt, and samples that are signed with it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.addresses import AddressRefused
from console.connections.models import Connection
from console.recording.models import CallbackDelivery, CallbackKey
from console.recording.services import receivers, samples
from console.recording.services.callback_settings import Key, set_callback
from console.recording.services.deliveries import find_deliveries
from console.sparkrtc.notifications import is_signed_by
from console.sparkrtc.secret import Secret
from tests.applications.conftest import FRAGMENT, sign_in
from tests.conftest import PASSWORD
from tests.recording.callbacks.conftest import OWN, Catcher, all_that_is_stored, at, outcomes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Form = Callable[..., dict[str, Any]]


def test_the_key_is_revealed_once_on_record(
    alice: User, connected: Connection, app_id: str, form: Form, elsewhere: str
) -> None:
    browser, filled = sign_in(alice, seconds_ago=3600), form(preset="check", password=PASSWORD)
    assert browser.post(at(app_id, "key/"), {**filled, "password": "wrong"}).status_code == 422
    answer = browser.post(at(app_id, "key/"), filled)
    assert f">{OWN}<" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert answer["Refresh"] == f"60; url={at(app_id)}"
    again = browser.post(at(app_id, "key/"), filled)
    assert again.status_code == 409
    assert OWN not in again.content.decode()
    assert outcomes()[-1] == ("recording.callback.reveal_key", "succeeded")
    assert OWN not in all_that_is_stored()


def test_a_callback_without_a_key_is_said_to_have_none(
    alice: User, connected: Connection, app_id: str, form: Form, catcher: Catcher
) -> None:
    set_callback(connected, app_id, catcher.url, Key.NONE, before=None, actor=alice)
    browser = sign_in(alice)
    assert "Reveal" not in browser.get(at(app_id)).content.decode()
    for what in ("key/", "learn/"):
        answer = browser.post(at(app_id, what), form(preset="check", source="cloud"))
        assert answer.status_code == 409
        assert "has no key" in answer.content.decode()


def test_a_key_that_was_set_elsewhere_is_taken_from_the_cloud_or_entered(
    alice: User, connected: Connection, app_id: str, elsewhere: str
) -> None:
    CallbackKey.objects.all().delete()
    browser = sign_in(alice)
    assert browser.post(at(app_id, "learn/"), {"source": "cloud"}).status_code == 302
    key = CallbackKey.objects.get()
    assert (key.standing, key.origin) == ("current", "cloud")
    assert receivers.is_key(key, Secret(OWN))
    assert browser.post(at(app_id, "learn/"), {"source": "typed", "given": "t" * 31}).status_code == 422
    assert browser.post(at(app_id, "learn/"), {"source": "typed", "given": ""}).status_code == 422
    assert browser.post(at(app_id, "learn/"), {"source": "typed", "given": "t" * 32}).status_code == 302
    assert receivers.is_key(CallbackKey.objects.get(standing="current"), Secret("t" * 32))
    entries = AuditEntry.objects.filter(action="recording.callback.learn_key").order_by("id")
    assert [entry.details["from"] for entry in entries] == ["cloud", "entered"]
    assert OWN not in all_that_is_stored()


def test_a_sample_is_signed_as_the_cloud_signs(
    alice: User, connected: Connection, app_id: str, elsewhere: str, catcher: Catcher
) -> None:
    answer = sign_in(alice).post(at(app_id, "sample/"), headers=FRAGMENT)
    html = answer.content.decode()
    assert "Answered with 200" in html
    assert "{&quot;ok&quot;: true}" in html
    headers, body = catcher.posts[0]
    assert is_signed_by(
        [Secret(OWN)], headers["X-Rtc-Rand"], headers["X-Rtc-Timestamp"], body, headers["X-Rtc-Signature"]
    )
    told = json.loads(body)
    assert told["job_id"].startswith("console-test-")
    assert told["app_id"] == app_id
    assert outcomes()[-1] == ("recording.callback.send_sample", "succeeded")
    assert AuditEntry.objects.filter(kind="outcome").last().details["status"] == 200


@pytest.mark.parametrize(("status", "answer"), [(204, b""), (404, b"<b>no</b>"), (500, b"x" * 9000)])
def test_any_other_answer_is_shown_as_it_came(
    status: int,
    answer: bytes,
    alice: User,
    connected: Connection,
    app_id: str,
    elsewhere: str,
    catcher: Catcher,
) -> None:
    catcher.status, catcher.answer = status, answer
    html = sign_in(alice).post(at(app_id, "sample/")).content.decode()
    assert f"Answered with {status}; the cloud wants 200." in html
    assert "<b>no</b>" not in html
    assert "x" * 600 not in html


def test_a_redirect_is_not_followed(
    alice: User, connected: Connection, app_id: str, elsewhere: str, catcher: Catcher
) -> None:
    catcher.status, catcher.location = 302, catcher.url
    assert "Answered with 302" in sign_in(alice).post(at(app_id, "sample/")).content.decode()
    assert len(catcher.posts) == 1


def test_nobody_there_is_said_so(
    alice: User, connected: Connection, app_id: str, elsewhere: str, catcher: Catcher
) -> None:
    catcher.server.shutdown()
    catcher.server.server_close()
    html = sign_in(alice).post(at(app_id, "sample/")).content.decode()
    assert "No connection to 127.0.0.1 came about" in html


def test_a_private_address_is_not_posted_to(
    alice: User,
    connected: Connection,
    app_id: str,
    elsewhere: str,
    catcher: Catcher,
    settings: Any,
    monkeypatch: Any,
) -> None:
    """The connection itself leads to this machine here, so the guard of the sample alone is switched on."""

    def refuse(url: str) -> None:
        raise AddressRefused("not_public", address="10.0.0.1")

    monkeypatch.setattr(samples, "check_public_url", refuse)
    assert "is not a public address" in sign_in(alice).post(at(app_id, "sample/")).content.decode()
    assert catcher.posts == []


def test_a_sample_to_ourselves_is_in_the_inbox_and_no_evidence(
    alice: User, connected: Connection, app_id: str, form: Form, here: str
) -> None:
    browser = sign_in(alice)
    browser.post(at(app_id, "own/"), form())
    assert "Answered with 200" in browser.post(at(app_id, "sample/")).content.decode()
    delivery = CallbackDelivery.objects.get()
    assert (delivery.verdict, delivery.test) == ("verified", True)
    assert "sample" in browser.get("/c/demo/recording/inbox/").content.decode()
    assert find_deliveries(connected, app_id) == []


def test_without_a_callback_there_is_nothing_to_send_to(
    alice: User, connected: Connection, app_id: str
) -> None:
    answer = sign_in(alice).post(at(app_id, "sample/"))
    assert answer.status_code == 409
    assert not AuditEntry.objects.exists()
