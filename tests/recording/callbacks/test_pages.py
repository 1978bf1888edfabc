"""The pages of callbacks: who sees them, and what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.services import receivers
from console.sparkrtc.secret import Secret
from tests.applications.conftest import sign_in
from tests.recording.callbacks.conftest import OWN, at
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Form = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("what", ["", "set/", "own/", "key/", "learn/", "sample/"])
@pytest.mark.parametrize("name", ["bob", "mona", "lena", "audrey"])
def test_whoever_may_not_is_refused(
    what: str, name: str, person: Callable[[str], User], connected: Connection, app_id: str, form: Form
) -> None:
    browser = sign_in(person(name))
    assert browser.get(at(app_id, what)).status_code == 403
    if what:
        assert browser.post(at(app_id, what), form()).status_code == 403
    assert not AuditEntry.objects.exists()


def test_the_list_tells_where_each_leads_by_one_call(
    alice: User, connected: Connection, app_id: str, elsewhere: str, calls: Callable[[], list[str]]
) -> None:
    calls()
    html = sign_in(alice).get("/c/demo/recording/callbacks/").content.decode()
    assert elsewhere in html
    assert calls() == ["list_apps"]


def test_the_lists_queries_do_not_grow_with_the_applications(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    here: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    assert sandbox.app is not None
    for app in sandbox.app.cloud.applications:
        receiver = receivers.receiver_of(connected, app.app_id)
        receivers.adopt_address(receiver, receivers.new_address(receiver).pk)
        receivers.adopt_key(receiver, receivers.keep_key(receiver, Secret(OWN)).pk)
    browser = sign_in(alice)
    browser.get("/c/demo/recording/callbacks/")
    with django_assert_max_num_queries(20):
        browser.get("/c/demo/recording/callbacks/")


def test_the_applications_page_tells_of_it_to_those_who_may(
    alice: User, bob: User, connected: Connection, app_id: str, elsewhere: str, calls: Callable[[], list[str]]
) -> None:
    calls()
    html = sign_in(alice).get(f"/c/demo/applications/{app_id}/").content.decode()
    assert elsewhere in html
    assert at(app_id) in html
    assert elsewhere not in sign_in(bob).get(f"/c/demo/applications/{app_id}/").content.decode()
    assert not {"show_record_callback", "show_auto_record"} & set(
        calls()
    )  # the application's answer tells it
