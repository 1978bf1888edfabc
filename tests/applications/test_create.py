"""Creating an application: what a name may be, what the cloud refuses, and a reply that got lost."""

import re
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import IntegrityError
from django.db import connection as database
from django.utils import timezone
from django.utils.html import strip_tags

from console import audit
from console.accounts.models import User
from console.applications.actions import CREATE
from console.applications.models import Change
from console.applications.services.changes import AlreadyAsked
from console.applications.services.lifecycle import create_application
from console.applications.services.settling import PLAN, claim_due, look
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.sparkrtc.catalogue.applications import CREATE_APPLICATION
from console.sparkrtc.errors import BadRequest
from console.work import looks
from tests.applications.conftest import FRAGMENT, named, sign_in
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
NEW = "/c/demo/applications/new/"
Form = Callable[..., dict[str, Any]]
Settle = Callable[..., Change]

# Every limit stands in test_limits.py; here is what the page makes of one.
NAMES = [
    ("a" * 64, True),
    ("教室-生产", True),
    ("a" * 65, False),
    ("   ", False),
    ("two words", False),
    ("zero\u200bwidth", False),
]


@pytest.mark.parametrize(("name", "good"), NAMES)
def test_what_a_name_may_be_is_checked_before_the_cloud_is_asked(
    name: str, good: bool, alice: User, connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    answer = sign_in(alice).post(NEW, form(name=name))
    sent = sandbox.requests(operation="create_app")
    if good:
        made = named(sandbox, name)
        assert answer["Location"] == f"/c/demo/applications/{made.app_id}/"
        assert [entry["status"] for entry in sent] == [201]
    else:
        assert answer.status_code == 422
        assert "field-errors" in answer.content.decode()
        assert sent == []


def test_it_is_on_record_with_its_new_id(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    sign_in(alice).post(NEW, form(name="lecture-hall"))
    made = named(sandbox, "lecture-hall")
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.target_kind, attempt.target_name, attempt.reason) == (
        "applications.application.create",
        "application",
        "lecture-hall",
        "because",
    )
    assert (outcome.outcome, outcome.after) == ("succeeded", {"app_id": made.app_id, "name": "lecture-hall"})
    assert outcome.request_id == sandbox.requests(operation="create_app")[0]["request_id"]
    assert Change.objects.get().app_id == made.app_id


def test_the_list_shows_it_at_once(alice: User, connected: Connection, form: Form) -> None:
    browser = sign_in(alice)
    browser.get("/c/demo/applications/")
    page = browser.post(NEW, form(name="lecture-hall"), follow=True)
    assert "The application is created." in page.content.decode()
    assert "lecture-hall" in browser.get("/c/demo/applications/").content.decode()


def test_a_name_that_is_taken_is_explained_beside_the_field(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox, app_id: str
) -> None:
    assert sandbox.app is not None
    name = sandbox.app.cloud.applications.get(app_id).name
    answer = sign_in(alice).post(NEW, form(name=name, words="kept"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "two cannot share one" in html
    assert "kept" in html
    assert sandbox.requests(operation="create_app") == []


def test_a_name_that_was_taken_meanwhile_is_refused_by_the_cloud_beside_the_field(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    browser.get(NEW)  # the list is known from now on
    sandbox.fail_next("status", operation="create_app", status=400, code="RTC.00001020", message="AppExist")
    answer = browser.post(NEW, form(name="sudden", words="kept"), headers=FRAGMENT)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dialog-body"
    assert "The account already has an application of this name." in html
    assert 'id="id_name_error"' in html
    assert "kept" in html
    assert AuditEntry.objects.get(kind="outcome").outcome == "failed"
    again = browser.post(NEW, {**form(name="sudden"), "form_id": _form_id(html)})
    assert again.status_code == 302  # the form that came back is a new one, and acts


def test_the_twenty_first_is_refused_and_said_why(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    assert sandbox.app is not None
    for number in range(20 - len(list(sandbox.app.cloud.applications))):
        create_application(connected, f"filler-{number}", actor=alice)
    browser = sign_in(alice)
    assert "The account has 20 applications, and 20 are allowed" in browser.get(NEW).content.decode()
    answer = browser.post(NEW, form(name="one-too-many"))
    assert answer.status_code == 422
    assert "number of applications" in answer.content.decode()
    assert named(sandbox, "one-too-many") is None


def test_sent_twice_it_is_made_once(alice: User, connected: Connection, form: Form, sandbox: Sandbox) -> None:
    filled = form(name="once")
    browser = sign_in(alice)
    first, second = browser.post(NEW, filled), browser.post(NEW, filled)
    assert first["Location"] == second["Location"]
    assert len(sandbox.requests(operation="create_app")) == 1
    assert AuditEntry.objects.filter(kind="attempt").count() == 1


@pytest.mark.parametrize("name", ["bob", "mona", "lena", "audrey"])
def test_whoever_may_not_is_refused(
    name: str, person: Callable[[str], User], connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(person(name))
    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, form(name="mine")).status_code == 403
    assert sandbox.requests(operation="create_app") == []


def test_without_a_permit_nothing_is_sent_and_the_form_is_kept(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox, use_up: Any
) -> None:
    browser = sign_in(alice)
    browser.get(NEW)
    use_up(CREATE_APPLICATION)
    answer = browser.post(NEW, form(name="patient", words="kept"))
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "kept" in answer.content.decode()
    assert sandbox.requests(operation="create_app") == []
    assert Change.objects.get().outcome == Change.Outcome.FAILED


# --- a reply that got lost ---------------------------------------------------------------------------


def test_a_lost_reply_is_unknown_then_found_in_the_list(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox, settle: Settle
) -> None:
    sandbox.fail_next("lost_reply", operation="create_app")
    browser = sign_in(alice)
    answer = browser.post(NEW, form(name="lost-and-found"), headers=FRAGMENT)
    assert "The answer got lost" in answer.content.decode()
    change = Change.objects.get()
    assert (change.outcome, change.app_id, change.open) == ("unknown", "", True)
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    assert "it is being looked for" in browser.get("/c/demo/applications/").content.decode()

    settled = settle()
    made = named(sandbox, "lost-and-found")
    assert (settled.outcome, settled.app_id, settled.open) == ("succeeded", made.app_id, False)
    finding = AuditEntry.objects.get(kind="finding")
    assert (finding.outcome, finding.details["app_id"]) == ("succeeded", made.app_id)
    assert finding.finding == "seen in the list of applications: it was created"
    page = browser.get(f"/c/demo/applications/changes/{change.pk}/").content.decode()
    assert "It took effect" in page
    assert f"/c/demo/applications/{made.app_id}/" in page
    assert len(sandbox.requests(operation="create_app")) == 1


def test_a_lost_question_is_known_to_have_had_no_effect_in_the_end(
    alice: User, connected: Connection, sandbox: Sandbox, settle: Settle
) -> None:
    sandbox.fail_next("cut", operation="create_app")
    made = create_application(connected, "never-there", actor=alice)
    assert made.unknown
    settle(3)
    change = settle(60)
    assert change.ended_at is None  # it may still come
    change = settle(PLAN[-1])
    assert (change.outcome, change.open) == ("failed", False)
    assert AuditEntry.objects.filter(kind="finding").get().outcome == "failed"
    assert create_application(connected, "never-there", actor=alice).change.outcome == "succeeded"


def test_meanwhile_the_same_name_is_not_sent_again_and_others_are(
    alice: User, olga: User, connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    sandbox.fail_next("cut", operation="create_app")
    create_application(connected, "hanging", actor=alice)
    answer = sign_in(olga).post(NEW, form(name="hanging"), headers=FRAGMENT)
    assert answer.status_code == 409
    assert "Alice has asked for such a change already" in strip_tags(answer.content.decode())
    with pytest.raises(AlreadyAsked):
        create_application(connected, "hanging", actor=olga)
    assert create_application(connected, "another", actor=olga).change.outcome == "succeeded"
    assert len(sandbox.requests(operation="create_app")) == 2


def test_an_older_application_of_the_name_is_not_taken_for_the_new_one(
    alice: User, connected: Connection, sandbox: Sandbox, settle: Settle
) -> None:
    create_application(connected, "elder", actor=alice)
    sandbox.travel(600)
    # The reply that was lost was the refusal: there is one of this name.
    change = Change.objects.get()
    change.pk, change.subject = uuid.uuid4(), "name:elder again"
    change.outcome, change.open, change.ended_at = "unknown", True, None
    change.problem = [("unknown", {})]
    with audit.attempt(
        change.action, actor=alice, connection=connected, target=audit.Target("application", "", "elder")
    ) as entry:
        pass
    change.attempt_id = entry.attempt_id
    for moment in ("asked_at", "answered_at"):
        setattr(change, moment, getattr(change, moment) + _minutes(10))
    change.save(force_insert=True)
    settled = settle(2)
    assert settled.outcome == "failed"
    assert "was there before" in AuditEntry.objects.get(kind="finding").finding


def test_while_the_cloud_cannot_be_read_it_waits_and_says_so(
    alice: User, connected: Connection, sandbox: Sandbox, settle: Settle
) -> None:
    sandbox.fail_next("lost_reply", operation="create_app")
    create_application(connected, "waiting", actor=alice)
    sandbox.fail_next("status", operation="list_apps", status=500, code="RTC.00002002", message="x", times=9)
    change = settle(2)
    assert change.ended_at is None
    assert change.blocked_said
    page = sign_in(alice).get(f"/c/demo/applications/changes/{change.pk}/")
    assert "The cloud cannot be asked just now" in page.content.decode()
    change = settle(1900)
    assert (change.outcome, bool(change.ended_at)) == ("unknown", True)
    assert AuditEntry.objects.get(kind="finding").outcome == ""


def test_a_change_whose_process_died_is_found(alice: User, connected: Connection, sandbox: Sandbox) -> None:
    """Between the attempt and the answer: unknown, looked for. Before the attempt: nothing was sent."""
    dead = _asking(connected, alice, "died")
    with audit.attempt(
        dead.action, actor=alice, connection=connected, target=audit.Target("application", "", "died")
    ) as entry:
        pass
    Change.objects.filter(pk=dead.pk).update(attempt_id=entry.attempt_id)
    unsent = _asking(connected, alice, "unsent")
    assert claim_due() == []
    Change.objects.update(next_look_at=dead.asked_at)
    due = claim_due()
    assert set(due) == {dead.pk, unsent.pk}
    assert claim_due() == []  # somebody has them
    for change_id in due:
        look(change_id)
    dead.refresh_from_db()
    unsent.refresh_from_db()
    assert (dead.outcome, dead.ended_at) == ("unknown", None)
    assert (unsent.outcome, unsent.open) == ("failed", False)


def test_of_many_at_once_one_sends(alice: User, connected: Connection, sandbox: Sandbox) -> None:
    told: list[str] = []
    ready = threading.Barrier(4)

    def create() -> None:
        try:
            ready.wait(10)
            told.append(create_application(connected, "crowd", actor=alice).change.outcome)
        except AlreadyAsked:
            told.append("asked already")
        except BadRequest:
            told.append("taken")
        finally:
            database.close()

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert told.count("succeeded") == 1
    assert len(told) == 4


def test_one_that_is_settled_while_it_stands_in_the_way_stands_there_no_more(
    alice: User, connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []
    insert = looks.insert_once

    def settled_since(row: Change, then: Callable[[], object]) -> bool:
        tried.append(row)
        if len(tried) == 1:
            raise IntegrityError("another is open")
        return insert(row, then)

    monkeypatch.setattr(looks, "insert_once", settled_since)
    assert create_application(connected, "crowd", actor=alice).change.outcome == Change.Outcome.SUCCEEDED
    assert len(tried) == 2


def test_what_the_database_refuses_for_another_reason_is_told(
    alice: User, connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "insert_once", Mock(side_effect=IntegrityError("for ever")))
    with pytest.raises(IntegrityError, match="for ever"):
        create_application(connected, "crowd", actor=alice)


def _asking(connection: Connection, actor: User, name: str) -> Change:
    now = timezone.now()
    return Change.objects.create(
        connection=connection,
        action=CREATE,
        subject=f"name:{name}",
        target=name,
        wanted={"name": name},
        actor=actor,
        actor_name=str(actor),
        asked_at=now,
        next_look_at=now + _minutes(1.5),
    )


def _minutes(count: float) -> Any:
    return timedelta(minutes=count)


def _form_id(html: str) -> str:
    found = re.search(r'name="form_id" value="([0-9a-f-]{36})"', html)
    assert found
    return found[1]
