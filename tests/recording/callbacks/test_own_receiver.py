"""The console's own receiver: set by one click, renewed, delivered to."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import User
from console.applications.services.keys import NoKey
from console.connections.models import Connection
from console.recording.models import CallbackAddress, CallbackDelivery, CallbackKey
from console.recording.services.callback_settings import Key, set_callback, use_own_receiver
from tests.applications.conftest import sign_in, state_of
from tests.recording.callbacks.conftest import Catcher, at
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Form = Callable[..., dict[str, Any]]


def test_by_one_click_notifications_come_here(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, here: str
) -> None:
    browser = sign_in(alice)
    page = browser.get(at(app_id)).content.decode()
    assert f'action="{at(app_id, "own/")}"' in page  # a button, no dialog: nothing is replaced
    answer = browser.post(at(app_id, "own/"), {"form_id": form()["form_id"]})
    assert answer["Location"] == at(app_id)
    stored = state_of(sandbox, app_id).callback
    address = CallbackAddress.objects.get()
    assert stored.url == f"{here}/callbacks/recording/{address.public_id}"
    assert address.standing == "current"
    page = browser.get(at(app_id)).content.decode()
    assert "this console" in page
    assert "stored, sealed" in page
    assert stored.auth_key not in page


def test_before_a_callback_is_replaced_it_says_whose(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, here: str, elsewhere: str
) -> None:
    browser = sign_in(alice)
    html = browser.get(at(app_id, "own/")).content.decode()
    assert "That server gets no notifications any more." in html
    assert elsewhere in html
    browser.post(at(app_id, "own/"), form())
    assert state_of(sandbox, app_id).callback.url.startswith(here)


def test_the_sandbox_delivers_what_it_records(
    alice: User, connected: Connection, app_id: str, template_id: str, form: Form, sandbox: Sandbox, here: str
) -> None:
    """The whole way: set here, recorded there, signed, posted, verified, in the inbox."""
    browser = sign_in(alice)
    browser.post(at(app_id, "own/"), form())
    browser.post(f"/c/demo/recording/automatic/{app_id}/", form(mode="on", template=template_id))
    sandbox.travel(1800)  # rooms open, are recorded and left
    sandbox.control("world")
    _wait_for(lambda: CallbackDelivery.objects.filter(verdict="verified").count() >= 3, sandbox)
    assert not CallbackDelivery.objects.exclude(verdict="verified").exists()
    assert {note["outcome"] for note in sandbox.control("notifications")["notifications"]} <= {"200"}
    page = browser.get(f"/c/demo/recording/inbox/?app={app_id}").content.decode()
    assert "RECORD_NEW_FILE_START" in page
    assert "verified" in page


def test_the_address_is_renewed_and_the_old_one_ends(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, here: str
) -> None:
    browser = sign_in(alice)
    browser.post(at(app_id, "own/"), form())
    first, key = state_of(sandbox, app_id).callback.url, state_of(sandbox, app_id).callback.auth_key
    assert "nobody can guess" in browser.get(at(app_id, "own/?renew=1")).content.decode()
    browser.post(at(app_id, "own/"), form(renew="1"))
    second = state_of(sandbox, app_id).callback
    assert second.url != first
    assert second.auth_key == key
    former = CallbackAddress.objects.get(public_id=first.rpartition("/")[2])
    assert former.standing == "former"
    assert former.until is not None
    # Somebody sets the old one again, elsewhere: it is told apart.
    set_callback(connected, app_id, first, Key.KEEP, before=None, actor=alice)
    assert "was replaced and is no longer taken" in browser.get(at(app_id)).content.decode()


def test_a_renewal_that_the_cloud_refuses_changes_nothing(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox, form: Form, here: str
) -> None:
    use_own_receiver(connected, app_id, here, before=None, actor=alice)
    sandbox.fail_next(
        "status",
        operation="update_record_callback",
        status=400,
        code="RTC.00001018",
        message="URL unavailable",
    )
    answer = sign_in(alice).post(at(app_id, "own/"), form(renew="1"))
    assert answer.status_code == 422
    assert "does not answer" in answer.content.decode()
    assert CallbackAddress.objects.get().standing == "current"
    assert CallbackKey.objects.get().standing == "current"


def test_an_address_that_the_cloud_cannot_reach_is_said_before_anything_is_sent(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, settings: Any
) -> None:
    browser = sign_in(alice)
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    settings.CALLBACK_BASE_URL = "http://10.1.2.3/"
    page = browser.post(at(app_id, "own/"), form())
    assert page.status_code == 422
    assert "An operator can name another one (CALLBACK_BASE_URL)" in page.content.decode()
    assert sandbox.requests(operation="update_record_callback") == []
    assert not CallbackAddress.objects.exists()


def test_a_renewal_without_a_key_to_keep_leaves_no_address_behind(
    alice: User, connected: Connection, app_id: str, here: str, catcher: Catcher
) -> None:
    set_callback(connected, app_id, catcher.url, Key.NONE, before=None, actor=alice)
    with pytest.raises(NoKey):
        use_own_receiver(connected, app_id, here, renew=True, choice=Key.KEEP, before=None, actor=alice)
    assert not CallbackAddress.objects.exists()


def _wait_for(ready: Callable[[], bool], sandbox: Sandbox) -> None:
    """Wait until the sandbox's thread has posted what it has to; each look lets its world go on."""
    event = threading.Event()
    for _look in range(200):
        sandbox.control("notifications")
        if ready():
            return
        event.wait(0.1)
    raise AssertionError(f"nothing came: {sandbox.control('notifications')}")
