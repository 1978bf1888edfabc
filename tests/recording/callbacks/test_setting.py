"""Setting a callback: its address and key, what is refused, replies that got lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from huaweicloudsdkcloudrtc import v2

from console.accounts.models import User
from console.applications.models import Change
from console.applications.services.settling import PLAN
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import CallbackKey
from console.recording.services import receivers
from console.recording.services.callback_settings import Key, set_callback
from console.sparkrtc.catalogue.recording import UPDATE_CALLBACK
from console.sparkrtc.secret import Secret
from tests.applications.conftest import FRAGMENT, sign_in, state_of
from tests.recording.callbacks.conftest import OWN, Catcher, all_that_is_stored, at, outcomes
from tests.sandbox.harness import Sandbox
from tests.sandbox.test_sdk import sdk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Form = Callable[..., dict[str, Any]]


def test_set_with_a_new_key_on_record_and_sealed(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, catcher: Catcher
) -> None:
    browser = sign_in(alice)
    answer = browser.post(at(app_id, "set/"), form(url=catcher.url, key="new"))
    assert answer["Location"] == at(app_id)
    stored = state_of(sandbox, app_id).callback
    assert stored.url == catcher.url
    assert 32 <= len(stored.auth_key) <= 64
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.target_id) == ("recording.callback.update", app_id)
    assert attempt.before == {"url": "", "signed": False}
    assert outcome.after == {"url": catcher.url, "signed": True, "the_key": "new"}
    key = CallbackKey.objects.get()
    assert (key.standing, key.origin) == ("current", "set")
    assert receivers.is_key(key, Secret(stored.auth_key))
    page = browser.get(at(app_id)).content.decode()
    assert catcher.url in page
    assert "another server" in page
    assert "RECORD_FILE_COMPLETE" in page
    for text in (page, all_that_is_stored()):
        assert stored.auth_key not in text


def test_it_says_whose_place_the_address_takes(
    alice: User, connected: Connection, app_id: str, form: Form, catcher: Catcher
) -> None:
    browser = sign_in(alice)
    first = browser.get(at(app_id, "set/")).content.decode()
    assert "None is set so far." in first
    assert "gets none any more" not in first
    browser.post(at(app_id, "set/"), form(url=catcher.url, key="new"))
    second = browser.get(at(app_id, "set/")).content.decode()
    assert "gets none any more" in second
    assert "None is set so far." not in second


def test_the_vendors_sdk_reads_back_what_the_console_wrote(
    alice: User,
    connected: Connection,
    app_id: str,
    template_id: str,
    form: Form,
    sandbox: Sandbox,
    catcher: Catcher,
) -> None:
    browser = sign_in(alice)
    browser.post("/c/demo/applications/new/", form(name="read-back"))
    browser.post(at(app_id, "set/"), form(url=catcher.url, key="given", given=OWN))
    browser.post(f"/c/demo/recording/automatic/{app_id}/", form(mode="on", template=template_id))

    vendor = sdk(sandbox, v2)
    callback = vendor.show_record_callback(v2.ShowRecordCallbackRequest(app_id=app_id)).record_callback
    assert (callback.url, callback.auth_key) == (catcher.url, OWN)
    automatic = vendor.show_auto_record(v2.ShowAutoRecordRequest(app_id=app_id)).auto_record_mode
    assert (automatic.mode, automatic.record_rule_id) == ("AUTO_INDIVIDUAL_RECORD", template_id)
    listed = vendor.list_apps(v2.ListAppsRequest()).apps
    assert ("read-back", "ACTIVATION") in [(app.app_name, app.state.state) for app in listed]


def test_what_becomes_of_the_key(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, elsewhere: str
) -> None:
    browser = sign_in(alice)

    def key_after(choice: str, **more: str) -> str:
        assert browser.post(at(app_id, "set/"), form(url=elsewhere, key=choice, **more)).status_code == 302
        return str(state_of(sandbox, app_id).callback.auth_key)

    assert key_after("keep") == OWN
    assert key_after("given", given="g" * 32) == "g" * 32
    assert key_after("new") not in ("g" * 32, "", OWN)
    assert key_after("none") == ""
    nothing = browser.post(at(app_id, "set/"), form(url=elsewhere, key="keep", words="kept"))
    assert nothing.status_code == 422  # what isn't there is not offered
    assert "kept" in nothing.content.decode()
    assert CallbackKey.objects.filter(standing="current").count() == 0


def test_keeping_a_key_that_went_meanwhile_is_said_beside_the_field(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, elsewhere: str
) -> None:
    browser = sign_in(alice)
    browser.get(at(app_id, "set/"))
    app = state_of(sandbox, app_id)
    app.callback = replace(app.callback, auth_key="")
    answer = browser.post(at(app_id, "set/"), form(url=elsewhere, key="keep"))
    assert answer.status_code == 422
    assert "no key to keep" in answer.content.decode()
    assert len(sandbox.requests(operation="update_record_callback")) == 1


# Every limit stands in test_limits.py; here is what a page makes of one.
LIMITS = [
    ({"url": "https://hooks.example.com/rtc?a=b", "key": "given", "given": "k" * 32}, ""),
    ({"url": "ftp://hooks.example.com"}, "url"),
    ({"key": "given", "given": "k" * 31}, "given"),
    ({"key": "magic"}, "key"),
]


@pytest.mark.parametrize(("change", "field"), LIMITS)
def test_the_forms_limits(
    change: dict[str, str],
    field: str,
    alice: User,
    connected: Connection,
    app_id: str,
    form: Form,
    sandbox: Sandbox,
) -> None:
    filled = form(url="https://hooks.example.com/", key="new", words="kept", given="")
    answer = sign_in(alice).post(at(app_id, "set/"), {**filled, **change})
    html = answer.content.decode()
    sent = sandbox.requests(operation="update_record_callback")
    if field:
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in html
        assert "kept" in html
        assert sent == []
        assert not AuditEntry.objects.exists()
        assert not change.get("given") or change["given"] not in html
    else:
        assert answer.status_code == 302
        assert [one["status"] for one in sent] == [200]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://localhost:8000/",
        "http://192.168.1.1/",
    ],
)
def test_private_addresses_are_refused_unless_allowed(
    url: str, alice: User, connected: Connection, app_id: str, form: Form, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    answer = sign_in(alice).post(at(app_id, "set/"), form(url=url, key="new"))
    assert answer.status_code == 422
    assert "is not a public address" in answer.content.decode()


def test_an_address_that_does_not_answer_is_the_clouds_refusal_at_its_field(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    answer = sign_in(alice).post(
        at(app_id, "set/"), form(url="http://127.0.0.1:9/", key="new", words="kept"), headers=FRAGMENT
    )
    html = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#dialog-body")
    assert 'id="id_url_error"' in html
    assert "does not answer" in html
    assert "kept" in html
    assert outcomes() == [("recording.callback.update", "failed")]
    assert not CallbackKey.objects.exists()  # what was prepared is gone


def test_without_a_permit_nothing_is_sent_and_nothing_is_left(
    alice: User,
    connected: Connection,
    app_id: str,
    form: Form,
    sandbox: Sandbox,
    catcher: Catcher,
    use_up: Any,
) -> None:
    browser = sign_in(alice)
    browser.get(at(app_id))
    use_up(UPDATE_CALLBACK)
    answer = browser.post(at(app_id, "set/"), form(url=catcher.url, key="new", words="kept"))
    assert answer.status_code == 503
    assert "kept" in answer.content.decode()
    assert sandbox.requests(operation="update_record_callback") == []
    assert not CallbackKey.objects.exists()


def test_sent_twice_it_is_set_once(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, catcher: Catcher
) -> None:
    browser, filled = sign_in(alice), form(url=catcher.url, key="new")
    assert [browser.post(at(app_id, "set/"), filled).status_code for _time in range(2)] == [302, 302]
    assert len(sandbox.requests(operation="update_record_callback")) == 1
    assert CallbackKey.objects.count() == 1


def test_a_lost_reply_is_settled_by_comparing_address_and_key(
    alice: User,
    connected: Connection,
    app_id: str,
    form: Form,
    sandbox: Sandbox,
    catcher: Catcher,
    settle: Callable[..., Change],
) -> None:
    sandbox.fail_next("lost_reply", operation="update_record_callback")
    answer = sign_in(alice).post(at(app_id, "set/"), form(url=catcher.url, key="new"), headers=FRAGMENT)
    assert "The answer got lost" in answer.content.decode()
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    assert CallbackKey.objects.get().standing == "pending"
    assert settle().outcome == "succeeded"
    assert CallbackKey.objects.get().standing == "current"
    finding = AuditEntry.objects.get(kind="finding")
    assert (finding.outcome, finding.details["seen"]) == ("succeeded", {"url": catcher.url, "signed": True})
    assert len(sandbox.requests(operation="update_record_callback")) == 1
    assert state_of(sandbox, app_id).callback.auth_key not in all_that_is_stored()


def test_the_same_address_with_the_old_key_is_not_taken_for_the_change(
    alice: User,
    connected: Connection,
    app_id: str,
    sandbox: Sandbox,
    elsewhere: str,
    settle: Callable[..., Change],
) -> None:
    sandbox.fail_next("cut", operation="update_record_callback")
    made = set_callback(connected, app_id, elsewhere, Key.NEW, before=None, actor=alice)
    assert made.unknown
    assert settle(2).ended_at is None  # same address, signed: but with the key of before
    assert settle(PLAN[-1] + 1).outcome == "failed"
    assert [key.standing for key in CallbackKey.objects.all()] == ["current"]
    assert receivers.is_key(CallbackKey.objects.get(), Secret(OWN))
