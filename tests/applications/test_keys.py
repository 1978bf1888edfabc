"""Keys: masked, revealed once and on record; signatures made with them."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import User
from console.applications.services.keys import make_access
from console.audit.models import AuditEntry
from console.connections.models import Connection, SharedAnswer
from console.sparkrtc.access import sign_access
from console.sparkrtc.secret import Secret
from tests.applications.conftest import FRAGMENT, sign_in, state_of
from tests.conftest import PASSWORD
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True)]
Form = Callable[..., dict[str, Any]]


def at(app_id: str, what: str = "") -> str:
    return f"/c/demo/applications/{app_id}/{what}"


def everything_stored() -> str:
    """All that this console keeps: entries of the trail and shared answers, as text."""
    entries = [json.dumps(list(map(str, row))) for row in AuditEntry.objects.values_list()]
    answers = [bytes(answer.value or b"").decode() for answer in SharedAnswer.objects.all()]
    return "\n".join([*entries, *answers])


def test_the_key_is_nowhere_until_it_is_asked_for(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox
) -> None:
    html = sign_in(alice).get(at(app_id)).content.decode()
    assert "••••" in html
    assert state_of(sandbox, app_id).key not in html
    assert state_of(sandbox, app_id).key not in everything_stored()


def test_revealed_on_record_once_and_kept_nowhere(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser, key = sign_in(alice), state_of(sandbox, app_id).key
    filled = form(preset="setup")
    answer = browser.post(at(app_id, "key/"), filled)
    html = answer.content.decode()
    assert f">{key}<" in html
    assert f'data-copy="{key}"' in html
    assert "no-store" in answer["Cache-Control"]
    assert answer["Refresh"] == f"60; url={at(app_id)}"  # goes by itself, without scripts too
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.target_id, attempt.app_id) == ("applications.key.reveal", app_id, app_id)
    assert attempt.reason == "To set up the customer's server: because"
    assert outcome.outcome == "succeeded"
    assert outcome.request_id == sandbox.last_request_id
    assert key not in everything_stored()

    again = browser.post(at(app_id, "key/"), filled)  # the same form: a reload, or the back button
    assert again.status_code == 409
    assert key not in again.content.decode()
    assert AuditEntry.objects.count() == 2


def test_in_a_dialog_it_is_taken_away_after_a_minute(
    alice: User, connected: Connection, app_id: str, form: Form
) -> None:
    answer = sign_in(alice).post(at(app_id, "key/"), form(preset="setup"), headers=FRAGMENT)
    html = answer.content.decode()
    assert 'data-countdown="60"' in html
    assert 'hx-trigger="countdown-over"' in html
    assert "<html" not in html


def test_it_wants_a_reason_and_a_recent_sign_in(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser, key = sign_in(alice, seconds_ago=3600), state_of(sandbox, app_id).key
    filled = form(preset="setup", words="kept")
    for wrong in ({"preset": "", "words": ""}, {"password": ""}, {"password": "wrong"}):
        answer = browser.post(at(app_id, "key/"), {**filled, **wrong})
        assert answer.status_code == 422
        assert key not in answer.content.decode()
    assert not AuditEntry.objects.filter(action="applications.key.reveal").exists()
    assert key in browser.post(at(app_id, "key/"), {**filled, "password": PASSWORD}).content.decode()


def test_a_failure_shows_nothing_and_keeps_the_form(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    browser.get(at(app_id))
    sandbox.fail_next("status", operation="show_app", status=500, code="RTC.00002002", message="x", times=9)
    answer = browser.post(at(app_id, "key/"), form(preset="setup", words="kept"))
    assert answer.status_code == 502
    assert "kept" in answer.content.decode()
    assert AuditEntry.objects.get(kind="outcome").outcome == "failed"


def test_an_application_without_a_key_is_said_to_have_none(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    state_of(sandbox, app_id).key = ""
    answer = sign_in(alice).post(at(app_id, "key/"), form(preset="setup"))
    assert answer.status_code == 409
    assert "told of no key" in answer.content.decode()


# --- room-access signatures ----------------------------------------------------------------------------


def test_the_formula_gives_the_published_vector() -> None:
    vector = {
        "app_id": "60d539ba00d861ef0802742ce404400c",
        "room_id": "room-42",
        "user_id": "user-7",
        "ctime": 1777889730,
    }
    key = Secret("b7f0c1d2e3a4958677f0c1d2e3a49586")
    wanted = "72580fc96cad0b1d51bc36295d43e4d59e257adf4bab6cae0dbb6cf20d3d6594"
    assert sign_access(key, **vector) == wanted


def test_a_signature_is_shown_with_what_a_client_needs(
    alice: User, connected: Connection, app_id: str, form: Form, sandbox: Sandbox
) -> None:
    before = timezone.now()
    answer = sign_in(alice).post(
        at(app_id, "access/"), form(preset="try", room_id="room-42", user_id="user-7", minutes=120)
    )
    html = answer.content.decode()
    ctime = int(html.partition("ctime</code></dt>")[2].partition('data-copy="')[2].partition('"')[0])
    wanted = sign_access(Secret(state_of(sandbox, app_id).key), app_id, "room-42", "user-7", ctime)
    assert f">{wanted}<" in html
    assert abs(ctime - (before + timedelta(hours=2)).timestamp()) < 10
    assert "no-store" in answer["Cache-Control"]
    assert state_of(sandbox, app_id).key not in html
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert attempt.action == "applications.access.make"
    assert (attempt.details["room_id"], attempt.details["user_id"]) == ("room-42", "user-7")
    assert "expires_at" in attempt.details
    assert outcome.outcome == "succeeded"
    assert wanted not in everything_stored()


# Every limit stands in test_limits.py; here is what a page makes of one.
LIMITS = [
    ({"minutes": "719"}, ""),
    ({"minutes": "720"}, "minutes"),
    ({"room_id": "a" * 64}, ""),
    ({"room_id": "with space"}, "room_id"),
    ({"user_id": "a/b"}, "user_id"),
    ({"preset": "nonsense"}, "preset"),
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
    filled = form(preset="try", room_id="room-42", user_id="user-7", minutes="120", words="kept")
    answer = sign_in(alice).post(at(app_id, "access/"), {**filled, **change})
    html = answer.content.decode()
    if field:
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in html
        assert "kept" in html
        assert not AuditEntry.objects.exists()
    else:
        assert answer.status_code == 200
        assert 'id="revealed"' in html


@pytest.mark.parametrize("seconds", [0, -1, 12 * 3600])
def test_the_service_keeps_to_the_limit_too(
    seconds: int, alice: User, connected: Connection, app_id: str
) -> None:
    with pytest.raises(ValueError, match="holds"):
        make_access(connected, app_id, "r", "u", seconds=seconds, actor=alice, reason="x")
    assert not AuditEntry.objects.exists()
