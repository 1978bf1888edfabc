"""Deleting a recording template: refused while it is used, and replies that got lost."""

from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import User
from console.applications.models import Change
from console.audit.models import AuditEntry
from console.connections.models import Connection, SharedAnswer
from tests.conftest import PASSWORD
from tests.recording.templates.conftest import FRAGMENT, HERE, id_of, sign_in, stored
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Form = Callable[..., dict[str, Any]]


def test_deleted_with_a_reason_and_on_record(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    template_id = id_of(sandbox, recorded)
    url = f"{HERE}{recorded}/{template_id}/delete/"
    browser = sign_in(alice)
    assert "What was recorded stays" in browser.get(url, headers=FRAGMENT).content.decode()
    assert browser.post(url, form(preset="", words="")).status_code == 422
    assert browser.post(url, form(preset="unused"))["Location"] == f"{HERE}?app={recorded}"
    assert stored(sandbox, recorded) == []
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.target_id, attempt.reason) == (
        "recording.template.delete",
        template_id,
        "Not used any more: because",
    )
    assert "classroom-recordings" in attempt.before_json
    assert outcome.outcome == "succeeded"


def test_one_in_use_is_refused_by_the_cloud_and_explained(
    alice: User, connected: Connection, sandbox: Sandbox, automatic: str, form: Form
) -> None:
    url = f"{HERE}{automatic}/{id_of(sandbox, automatic)}/delete/"
    browser = sign_in(alice)
    assert "the cloud will refuse to delete it" in browser.get(url).content.decode()
    answer = browser.post(url, form(preset="unused", words="kept words"))
    assert answer.status_code == 502
    text = answer.content.decode()
    assert "The cloud deletes no template that is in use" in text
    assert "turn that off first" in text
    assert "kept words" in text
    assert len(stored(sandbox, automatic)) == 1
    assert AuditEntry.objects.get(kind="outcome").outcome == "failed"


def test_used_by_something_unknown_is_explained_too(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    refusal = {"status": 400, "code": "RTC.00001013", "message": "RuleForbidenDelete"}
    sandbox.fail_next("status", operation="delete_record_rule", **refusal)
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/delete/"
    text = sign_in(alice).post(url, form(preset="unused")).content.decode()
    assert "Nothing known here uses it" in text


def test_long_after_the_sign_in_the_password_is_asked_for(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/delete/"
    browser = sign_in(alice, seconds_ago=3600)
    assert browser.post(url, form(preset="unused")).status_code == 422
    assert browser.post(url, form(preset="unused", password=PASSWORD)).status_code == 302


def test_gone_meanwhile(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/delete/"
    browser = sign_in(alice)
    browser.get(url)
    assert sandbox.app is not None
    sandbox.app.cloud.templates.delete(id_of(sandbox, recorded))
    answer = browser.post(url, form(preset="unused"))
    assert answer.status_code == 409
    assert "somebody else was quicker" in answer.content.decode()


@pytest.mark.parametrize("page", ["", "edit/", "delete/"])
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_what_was_deleted_says_who_did_it_and_where_the_others_are(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    recorded: str,
    form: Form,
    page: str,
    headers: dict[str, str],
) -> None:
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/"
    browser = sign_in(alice)
    browser.post(f"{url}delete/", form(preset="unused"))
    answer = browser.get(url + page, headers=headers)
    assert answer.status_code == 404
    text = " ".join(answer.content.decode().split())
    assert f"{alice} deleted it:" in text.replace("<bdi>", "").replace("</bdi>", "")
    assert "Not used any more: because" in text
    assert f'href="{HERE}?app={recorded}"' in text
    assert f'href="/audit/{AuditEntry.objects.order_by("id")[0].uuid}/"' in text


def test_what_the_trail_does_not_know_is_not_said(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str
) -> None:
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/"
    assert sandbox.app is not None
    sandbox.app.cloud.templates.delete(id_of(sandbox, recorded))
    answer = sign_in(alice).get(url)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "There is no such recording template" in text
    assert "deleted or replaced elsewhere" in text
    assert f'href="{HERE}?app={recorded}"' in text


def test_a_deletion_that_had_no_effect_is_no_deletion(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/"
    browser = sign_in(alice)
    sandbox.fail_next("status", operation="delete_record_rule", status=400, code="RTC.00001013", message="no")
    browser.post(f"{url}delete/", form(preset="unused"))
    assert sandbox.app is not None
    sandbox.app.cloud.templates.delete(id_of(sandbox, recorded))
    SharedAnswer.objects.all().delete()
    assert "deleted it:" not in browser.get(url).content.decode()


@pytest.mark.parametrize(("kind", "outcome"), [("lost_reply", "succeeded"), ("cut", "failed")])
def test_a_deletion_whose_reply_is_lost(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    recorded: str,
    form: Form,
    settle: Callable[..., Change],
    kind: str,
    outcome: str,
) -> None:
    sandbox.fail_next(kind, operation="delete_record_rule")
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/delete/"
    sign_in(alice).post(url, form(preset="unused"))
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    change = settle()
    for _look in range(40):
        if change.ended_at is None:
            change = settle(60)
    assert change.outcome == outcome
    assert AuditEntry.objects.get(kind="finding").outcome == outcome
    assert len(sandbox.requests(operation="delete_record_rule")) == 1
    assert len(stored(sandbox, recorded)) == (outcome == "failed")
