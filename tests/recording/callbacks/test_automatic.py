"""Automatic recording: what it says, what the form takes, what the cloud refuses, replies that got lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import User
from console.applications.models import Change
from console.applications.services.settling import PLAN
from console.applications.shapes import AutomaticFacts
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.services.automatic import get_automatic, set_automatic
from console.sparkrtc.catalogue.recording import UPDATE_AUTOMATIC
from tests.applications.conftest import FRAGMENT, sign_in, state_of
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Form = Callable[..., dict[str, Any]]
OFF = AutomaticFacts()


def at(app_id: str) -> str:
    return f"/c/demo/recording/automatic/{app_id}/"


def test_the_list_tells_of_every_application_by_one_call(
    bob: User, connected: Connection, sandbox: Sandbox, calls: Callable[[], list[str]]
) -> None:
    html = sign_in(bob).get("/c/demo/recording/automatic/").content.decode()
    assert sandbox.app is not None
    assert all(app.app_id in html for app in sandbox.app.cloud.applications)
    assert "1 application records by itself." in html
    assert "Change…" not in html  # bob may only look
    assert calls() == ["list_apps"]


def test_the_form_says_what_it_does_and_what_it_does_not(
    alice: User, connected: Connection, app_id: str, template_id: str
) -> None:
    html = sign_in(alice).get(at(app_id), headers=FRAGMENT).content.decode()
    for text in (
        "in rooms that open after it is switched on",
        "makes no mix",
        "{appid}_{roomid}_{userid}_{media_type}_{video_type}",
        "after about five minutes",
        "It is off",
        template_id,
        "classroom-recordings",
    ):
        assert text in html
    assert "<html" not in html


def test_switched_on_and_off_on_record(
    alice: User, connected: Connection, app_id: str, template_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    answer = browser.post(at(app_id), form(mode="on", template=template_id))
    assert answer["Location"] == f"/c/demo/applications/{app_id}/"
    assert state_of(sandbox, app_id).automatic.rule_id == template_id
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.app_id) == ("recording.automatic.update", app_id)
    assert attempt.before == {"on": False, "template": ""}
    assert outcome.after == {"on": True, "template": template_id}
    page = browser.get(f"/c/demo/applications/{app_id}/").content.decode()
    assert "in rooms that opened after it was switched on" in page
    assert (
        "2 applications record by themselves." in browser.get("/c/demo/recording/automatic/").content.decode()
    )

    browser.post(at(app_id), form(mode="off", template=template_id, words=""))
    assert state_of(sandbox, app_id).automatic.rule_id == ""
    assert AuditEntry.objects.order_by("id").last().after == {"on": False, "template": ""}


def test_from_the_list_it_leads_back_to_the_list(
    alice: User, connected: Connection, app_id: str, template_id: str, form: Form
) -> None:
    browser = sign_in(alice)
    listed = "/c/demo/recording/automatic/"
    assert f'"{at(app_id)}?from=list"' in browser.get(listed).content.decode()
    sheet = browser.get(f"{at(app_id)}?from=list").content.decode()
    assert f'action="{at(app_id)}?from=list"' in sheet
    assert f'href="{listed}"' in sheet
    answer = browser.post(f"{at(app_id)}?from=list", form(mode="on", template=template_id))
    assert answer["Location"] == listed


LIMITS = [
    ({}, ""),
    ({"mode": "off", "template": ""}, ""),
    ({"mode": ""}, "mode"),
    ({"mode": "AUTO_MIX_RECORD"}, "mode"),
    ({"template": ""}, "template"),
    ({"template": "f" * 24}, "template"),
    ({"words": "x" * 400}, ""),
    ({"words": "x" * 401}, "words"),
]


@pytest.mark.parametrize(("change", "field"), LIMITS)
def test_the_forms_limits(
    change: dict[str, str],
    field: str,
    alice: User,
    connected: Connection,
    app_id: str,
    template_id: str,
    form: Form,
    sandbox: Sandbox,
) -> None:
    answer = sign_in(alice).post(at(app_id), {**form(mode="on", template=template_id), **change})
    if field:
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert sandbox.requests(operation="update_auto_record") == []
    else:
        assert answer.status_code == 302
        assert [one["status"] for one in sandbox.requests(operation="update_auto_record")] == [200]


def test_a_template_that_is_gone_is_refused_beside_its_field(
    alice: User, connected: Connection, app_id: str, template_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    browser.get(at(app_id))
    assert sandbox.app is not None
    sandbox.app.cloud.templates.delete(template_id)
    answer = browser.post(at(app_id), form(mode="on", template=template_id, words="kept"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_template_error"' in html
    assert "The cloud refused this." in html
    assert "kept" in html
    assert AuditEntry.objects.get(kind="outcome").outcome == "failed"


def test_without_a_template_it_says_to_make_one(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form
) -> None:
    assert sandbox.app is not None
    cloud = sandbox.app.cloud
    bare = next(app.app_id for app in cloud.applications if not cloud.templates.of(app.app_id))
    browser = sign_in(alice)
    assert "has no recording template" in browser.get(at(bare)).content.decode()
    assert browser.post(at(bare), form(mode="on")).status_code == 422
    assert browser.post(at(bare), form(mode="off")).status_code == 302


def test_it_can_be_switched_off_while_nothing_can_be_read(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    for operation in ("show_auto_record", "list_record_rules", "show_app"):
        sandbox.fail_next(
            "status", operation=operation, status=500, code="RTC.00002002", message="x", times=9
        )
    browser = sign_in(alice)
    html = browser.get(at(app_id)).content.decode()
    assert "you act on what you know" in html
    assert "it can be switched off, but not on" in html
    assert browser.post(at(app_id), form(mode="off")).status_code == 302


def test_an_application_that_is_gone_is_said_so(alice: User, connected: Connection) -> None:
    answer = sign_in(alice).get(at("f" * 32))
    assert answer.status_code == 404
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("name", ["bob", "mona", "lena", "audrey"])
def test_whoever_may_not_is_refused(
    name: str, person: Callable[[str], User], connected: Connection, app_id: str, form: Form
) -> None:
    browser = sign_in(person(name))
    assert browser.get(at(app_id)).status_code == 403
    assert browser.post(at(app_id), form(mode="off")).status_code == 403
    assert not AuditEntry.objects.exists()


def test_without_a_permit_nothing_is_sent(
    alice: User,
    connected: Connection,
    app_id: str,
    template_id: str,
    form: Form,
    sandbox: Sandbox,
    use_up: Any,
) -> None:
    browser: Client = sign_in(alice)
    browser.get(at(app_id))
    use_up(UPDATE_AUTOMATIC)
    answer = browser.post(at(app_id), form(mode="on", template=template_id, words="kept"))
    assert answer.status_code == 503
    assert "kept" in answer.content.decode()
    assert sandbox.requests(operation="update_auto_record") == []


def test_sent_twice_it_is_set_once(
    alice: User, connected: Connection, app_id: str, template_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser, filled = sign_in(alice), form(mode="on", template=template_id)
    assert [browser.post(at(app_id), filled).status_code for _time in range(2)] == [302, 302]
    assert len(sandbox.requests(operation="update_auto_record")) == 1


def test_a_lost_reply_is_settled_by_reading_the_setting(
    alice: User,
    connected: Connection,
    app_id: str,
    template_id: str,
    form: Form,
    sandbox: Sandbox,
    settle: Callable[..., Change],
) -> None:
    sandbox.fail_next("lost_reply", operation="update_auto_record")
    answer = sign_in(alice).post(at(app_id), form(mode="on", template=template_id), headers=FRAGMENT)
    assert "The answer got lost" in answer.content.decode()
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    assert settle().outcome == "succeeded"
    finding = AuditEntry.objects.get(kind="finding")
    assert (finding.outcome, finding.details["seen"]) == ("succeeded", {"on": True, "template": template_id})
    assert len(sandbox.requests(operation="update_auto_record")) == 1
    assert get_automatic(connected, app_id)[0].template_id == template_id


def test_a_lost_question_had_no_effect(
    alice: User,
    connected: Connection,
    app_id: str,
    template_id: str,
    sandbox: Sandbox,
    settle: Callable[..., Change],
) -> None:
    sandbox.fail_next("cut", operation="update_auto_record")
    assert set_automatic(connected, app_id, template_id, before=OFF, actor=alice).unknown
    assert settle(PLAN[-1] + 1).outcome == "failed"
    assert AuditEntry.objects.get(kind="finding").outcome == "failed"
