"""Enabling, disabling and deleting: who is hit, the name typed, the cloud's refusals, replies that got lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.applications.models import Change
from console.applications.services.facts import get_application
from console.applications.services.lifecycle import (
    NothingToDo,
    StillEnabled,
    delete_application,
    disable_application,
    enable_application,
)
from console.applications.services.settling import PLAN
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.sparkrtc.catalogue.applications import DISABLE_APPLICATION
from tests.applications.conftest import FRAGMENT, sign_in, state_of
from tests.conftest import PASSWORD
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Form = Callable[..., dict[str, Any]]
Settle = Callable[..., Change]


def at(app_id: str, what: str = "") -> str:
    return f"/c/demo/applications/{app_id}/{what}"


def post(browser: Client, app_id: str, what: str, data: dict[str, Any], **more: Any) -> Any:
    return browser.post(at(app_id, f"{what}/"), data, **more)


def ended() -> tuple[str, str, str]:
    attempt, outcome = AuditEntry.objects.exclude(kind="finding").order_by("id")
    return attempt.action, attempt.target_id, outcome.outcome


# --- disable -----------------------------------------------------------------------------------------


def test_the_dialog_says_who_is_hit_and_what_stays(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox
) -> None:
    html = sign_in(alice).get(at(app_id, "disable/"), headers=FRAGMENT).content.decode()
    assert "Nobody can enter its rooms any more" in html
    assert "rooms are open now." in html
    assert "as of" in html
    assert "Who is in a room stays there" in html
    assert "automatic recording too" in html
    assert 'name="password"' not in html
    assert "<html" not in html


def test_the_number_of_open_rooms_is_the_clouds(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox
) -> None:
    assert sandbox.app is not None
    now = sandbox.control("clock")["world"]
    rooms = sandbox.app.cloud.world.rooms(app_id, now - 90 * 86400, now + 1, "RUNNING", now=now)
    html = sign_in(alice).get(at(app_id, "disable/")).content.decode()
    told = int(html.partition(" rooms are open now.")[0].rpartition(">")[2])
    assert abs(told - len(rooms)) <= max(2, len(rooms) // 20)  # rooms open and close while we ask


def test_disabled_on_record(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    answer = post(sign_in(alice), app_id, "disable", form(preset="misuse"))
    assert answer["Location"] == at(app_id)
    assert state_of(sandbox, app_id).state == "DEACTIVATION"
    assert ended() == ("applications.application.disable", app_id, "succeeded")
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.before, outcome.after) == ({"state": "ACTIVATION"}, {"state": "DEACTIVATION"})
    assert attempt.reason == "Misused: because"
    assert outcome.request_id == sandbox.requests(operation="stop_app")[0]["request_id"]
    html = sign_in(alice).get(at(app_id)).content.decode()
    assert "Disabled: nobody can enter its rooms" in html
    assert "Disable an application" in html  # its history


def test_names_outlast_the_change_elsewhere(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    browser.get("/c/demo/applications/")
    name = state_of(sandbox, app_id).name
    post(browser, app_id, "disable", form(preset="misuse"))
    asked = len(sandbox.requests(operation="list_apps"))
    for page in ("recording/ledger/", "recording/jobs/"):
        html = browser.get(f"/c/demo/{page}").content.decode()
        assert f'<option value="{app_id}">{name}</option>' in html
    assert len(sandbox.requests(operation="list_apps")) == asked
    browser.get("/c/demo/applications/")
    assert len(sandbox.requests(operation="list_apps")) == asked + 1  # nobody reads there what was before


def test_it_wants_a_reason_and_a_recent_sign_in_and_keeps_the_form(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice, seconds_ago=3600)
    filled = form(preset="misuse", words="kept")
    for wrong in ({"preset": "nonsense"}, {"password": ""}, {"password": "wrong"}):
        answer = post(browser, app_id, "disable", {**filled, **wrong})
        assert answer.status_code == 422
        assert "kept" in answer.content.decode()
    assert sandbox.requests(operation="stop_app") == []
    assert post(browser, app_id, "disable", {**filled, "password": PASSWORD}).status_code == 302
    assert state_of(sandbox, app_id).state == "DEACTIVATION"


def test_one_that_is_disabled_already_is_left_alone(
    alice: User, connected: Connection, disabled: str, form: Form, sandbox: Sandbox
) -> None:
    answer = post(sign_in(alice), disabled, "disable", form(preset="misuse"))
    assert answer.status_code == 409
    assert "somebody else was quicker" in answer.content.decode()
    app, _age = get_application(connected, disabled)
    with pytest.raises(NothingToDo):
        disable_application(connected, app, actor=alice, reason="x")
    assert sandbox.requests(operation="stop_app") == []
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("what", ["enable", "disable"])
def test_nobody_is_asked_about_what_is_so_already(
    alice: User, connected: Connection, app_id: str, disabled: str, what: str
) -> None:
    answer = sign_in(alice).get(at(app_id if what == "enable" else disabled, f"{what}/"))
    assert answer.status_code == 409
    assert "in that state already" in answer.content.decode()
    assert 'name="form_id"' not in answer.content.decode()


def test_one_that_is_not_there_is_said_to_be_gone(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    assert browser.get(at("f" * 32, "disable/")).status_code == 404
    answer = post(browser, "f" * 32, "disable", form(preset="misuse"), headers=FRAGMENT)
    assert (answer.status_code, answer["HX-Retarget"]) == (404, "#dialog-body")
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("what", ["enable", "disable", "delete", "key", "access"])
@pytest.mark.parametrize("name", ["bob", "mona", "lena", "audrey"])
def test_whoever_may_not_is_refused(
    what: str, name: str, person: Callable[[str], User], connected: Connection, app_id: str, form: Form
) -> None:
    browser = sign_in(person(name))
    assert browser.get(at(app_id, f"{what}/")).status_code == 403
    assert post(browser, app_id, what, form(preset="misuse")).status_code == 403
    assert not AuditEntry.objects.exists()


def test_an_admin_of_another_application_does_not_even_learn_of_it(
    connected: Connection, person: Callable[[str], User], app_id: str, disabled: str, form: Form
) -> None:
    carol = person("carol")
    RoleGrant.objects.create(user=carol, role=Role.ADMIN, connection=connected, app_id=app_id)
    browser = sign_in(carol)
    assert browser.get(at(disabled)).status_code == 404
    assert post(browser, disabled, "enable", form()).status_code == 404
    assert post(browser, app_id, "disable", form(preset="misuse")).status_code == 302


def test_without_a_permit_nothing_is_sent(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox, use_up: Any
) -> None:
    browser = sign_in(alice)
    browser.get(at(app_id))
    use_up(DISABLE_APPLICATION)
    answer = post(browser, app_id, "disable", form(preset="misuse", words="kept"))
    assert answer.status_code == 503
    assert "kept" in answer.content.decode()
    assert sandbox.requests(operation="stop_app") == []


def test_it_can_be_disabled_while_nothing_can_be_read(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="show_app", status=500, code="RTC.00002002", message="x", times=9)
    browser = sign_in(alice)
    html = browser.get(at(app_id, "disable/")).content.decode()
    assert "you act on what you know" in html
    assert post(browser, app_id, "disable", form(preset="misuse")).status_code == 302
    assert state_of(sandbox, app_id).state == "DEACTIVATION"


# --- enable ------------------------------------------------------------------------------------------


def test_enabled_on_record(
    alice: User, connected: Connection, disabled: str, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice, seconds_ago=3600)
    html = browser.get(at(disabled, "enable/")).content.decode()
    assert "Its rooms can be entered again" in html
    assert 'name="password"' not in html
    assert post(browser, disabled, "enable", form(words="")).status_code == 302
    assert state_of(sandbox, disabled).state == "ACTIVATION"
    assert ended() == ("applications.application.enable", disabled, "succeeded")


def test_one_in_arrears_cannot_be_enabled_and_is_told_why(
    alice: User, connected: Connection, disabled: str, form: Form, sandbox: Sandbox
) -> None:
    sandbox.control("applications", {"app_id": disabled, "state": "ARREARS"})
    browser = sign_in(alice)
    page = browser.get(at(disabled)).content.decode()
    assert "has to be paid up" in page
    assert 'id="enable-application"' not in page
    answer = post(browser, disabled, "enable", form(words="kept"))
    html = answer.content.decode()
    assert answer.status_code == 502
    assert "whether the account is in arrears" in html
    assert "kept" in html
    assert ended() == ("applications.application.enable", disabled, "failed")


# --- delete ------------------------------------------------------------------------------------------


def test_it_must_be_disabled_first(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    page = browser.get(at(app_id)).content.decode()
    assert 'id="delete-application"' not in page
    for answer in (
        browser.get(at(app_id, "delete/")),
        post(browser, app_id, "delete", form(preset="test", typed="x")),
    ):
        assert answer.status_code == 409
        assert "Disable the application first" in answer.content.decode()
    app, _age = get_application(connected, app_id)
    with pytest.raises(StillEnabled):
        delete_application(connected, app, actor=alice, reason="x")
    assert sandbox.requests(operation="delete_app") == []


def test_its_name_is_typed_and_what_goes_with_it_is_said(
    alice: User, connected: Connection, disabled: str, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    name = state_of(sandbox, disabled).name
    html = browser.get(at(disabled, "delete/")).content.decode()
    assert "Nothing brings it back" in html
    assert "Its id and key end to work" in html
    assert f"Type it to confirm: {name}" in html
    wrong = post(browser, disabled, "delete", form(preset="test", typed=name.upper(), words="kept"))
    assert wrong.status_code == 422
    assert "kept" in wrong.content.decode()
    assert sandbox.requests(operation="delete_app") == []
    answer = post(browser, disabled, "delete", form(preset="test", typed=name))
    assert answer["Location"] == "/c/demo/applications/"
    assert state_of(sandbox, disabled) is None
    assert ended() == ("applications.application.delete", disabled, "succeeded")
    assert AuditEntry.objects.order_by("id")[0].before["name"] == name
    assert disabled not in browser.get("/c/demo/applications/").content.decode()
    gone = browser.get(at(disabled))
    assert gone.status_code == 404
    assert "The cloud knows no such application" in gone.content.decode()
    assert "Delete an application" in gone.content.decode()  # what was done to it is still told


def test_a_name_that_nobody_can_type_is_confirmed_by_the_id(
    alice: User, connected: Connection, disabled: str, form: Form, sandbox: Sandbox
) -> None:
    state_of(sandbox, disabled).name = "lecture\u202e7"
    browser = sign_in(alice)
    html = browser.get(at(disabled, "delete/")).content.decode()
    assert "Its id" in html
    assert f"Type it to confirm: {disabled}" in html
    answer = post(browser, disabled, "delete", form(preset="test", typed=disabled))
    assert answer["Location"] == "/c/demo/applications/"


def test_conditions_not_met_are_explained(
    alice: User, connected: Connection, disabled: str, form: Form, sandbox: Sandbox
) -> None:
    name = state_of(sandbox, disabled).name
    sandbox.fail_next(
        "status", operation="delete_app", status=400, code="RTC.00001003", message="conditions not met"
    )
    answer = post(sign_in(alice), disabled, "delete", form(preset="test", typed=name, words="kept"))
    html = answer.content.decode()
    assert answer.status_code == 502
    assert "under conditions that it does not publish" in html
    assert sandbox.last_request_id in html
    assert f'value="{name}"' in html
    assert "kept" in html
    assert ended() == ("applications.application.delete", disabled, "failed")


def test_a_second_admin_may_be_quicker(
    alice: User, connected: Connection, disabled: str, form: Form, sandbox: Sandbox
) -> None:
    name = state_of(sandbox, disabled).name
    sandbox.fail_next("status", operation="delete_app", status=404, code="RTC.00001003", message="gone")
    answer = post(sign_in(alice), disabled, "delete", form(preset="test", typed=name))
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.content.decode()


# --- replies that got lost -----------------------------------------------------------------------------

OPERATIONS = [("enable", "start_app", "ACTIVATION"), ("disable", "stop_app", "DEACTIVATION")]


@pytest.mark.parametrize(("what", "operation", "state"), OPERATIONS)
def test_a_lost_reply_is_settled_by_reading_the_application(
    what: str,
    operation: str,
    state: str,
    alice: User,
    connected: Connection,
    app_id: str,
    disabled: str,
    form: Form,
    sandbox: Sandbox,
    settle: Settle,
) -> None:
    sandbox.fail_next("lost_reply", operation=operation)
    aim = disabled if what == "enable" else app_id
    answer = post(sign_in(alice), aim, what, form(preset="misuse"))
    change = Change.objects.get()
    assert answer["Location"] == f"/c/demo/applications/changes/{change.pk}/"
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    assert state_of(sandbox, aim).state == state
    assert settle().outcome == "succeeded"
    finding = AuditEntry.objects.get(kind="finding")
    assert (finding.outcome, finding.details["seen"]) == ("succeeded", {"state": state})
    assert len(sandbox.requests(operation=operation)) == 1


@pytest.mark.parametrize(("what", "operation", "state"), OPERATIONS)
def test_a_lost_question_had_no_effect(
    what: str,
    operation: str,
    state: str,
    alice: User,
    connected: Connection,
    app_id: str,
    disabled: str,
    sandbox: Sandbox,
    settle: Settle,
) -> None:
    sandbox.fail_next("cut", operation=operation)
    aim = disabled if what == "enable" else app_id
    act = enable_application if what == "enable" else disable_application
    app, _age = get_application(connected, aim)
    assert act(connected, app, actor=alice, reason="x").unknown
    assert settle(PLAN[-1] + 1).outcome == "failed"
    assert AuditEntry.objects.get(kind="finding").outcome == "failed"
    assert len(sandbox.requests(operation=operation)) == 1


def test_a_deletion_whose_reply_was_lost_is_settled(
    alice: User, connected: Connection, disabled: str, sandbox: Sandbox, settle: Settle
) -> None:
    app, _age = get_application(connected, disabled)
    sandbox.fail_next("cut", operation="delete_app")
    assert delete_application(connected, app, actor=alice, reason="x").unknown
    assert settle(PLAN[-1] + 1).outcome == "failed"
    sandbox.fail_next("lost_reply", operation="delete_app")
    assert delete_application(connected, app, actor=alice, reason="x").unknown  # asking twice does no harm
    assert settle().outcome == "succeeded"
    for kind, outcomes in (("outcome", ["unknown"] * 2), ("finding", ["failed", "succeeded"])):
        assert [row.outcome for row in AuditEntry.objects.filter(kind=kind).order_by("id")] == outcomes
    assert len(sandbox.requests(operation="delete_app")) == 2


def test_half_an_answer_is_unknown_too(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox, settle: Settle
) -> None:
    app, _age = get_application(connected, app_id)
    sandbox.fail_next("half", operation="stop_app")
    assert disable_application(connected, app, actor=alice, reason="x").unknown
    assert settle().outcome == "succeeded"
