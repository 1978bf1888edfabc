"""Attempts: on record before the body runs, with an outcome after it, whatever happens between."""

import threading
from datetime import timedelta

import pytest
from django.db import Error, OperationalError, transaction
from django.utils import timezone

from console import audit
from console.accounts.models import RoleGrant, User
from console.audit import Target, attempts
from console.audit.models import AuditEntry, Ledger, OpenAttempt
from console.connections.models import Connection
from console.core.clicks import Click, clicked
from console.sparkrtc.errors import (
    CloudFault,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    QuotaExhausted,
    SparkError,
    Throttled,
)

pytestmark = pytest.mark.django_db
ROOM = Target("room", "lecture-7", "Lecture 7")


def start(**changes: object):
    return audit.attempt(
        **{"action": "test.thing.do", "actor": None, "connection": None, "target": ROOM, **changes}
    )


def rows() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("id"))


def test_the_attempt_is_there_before_the_body_and_the_outcome_after_it(alice: User, connection: Connection):
    token = clicked.set(Click("click-1", "192.0.2.7", "Mozilla/5.0"))
    try:
        with start(
            actor=alice, connection=connection, reason="spam", app_id="app-1", before={"people": 3}
        ) as entry:
            (first,) = rows()
            assert OpenAttempt.objects.get().attempt_id == first.uuid == entry.attempt_id
            entry.request_id = "req-1"
            entry.after = {"people": 0}
            entry.details["asked"] = 3
    finally:
        clicked.reset(token)
    first, last = rows()
    assert (first.kind, first.outcome, first.reason, first.before) == (
        "attempt",
        "attempted",
        "spam",
        {"people": 3},
    )
    assert (first.actor_username, first.actor_name, first.actor_role) == ("alice", "Alice", "admin")
    assert (first.connection_slug, first.connection_name, first.app_id) == ("demo", "Demo", "app-1")
    assert (first.target_kind, first.target_id, first.target_name) == ("room", "lecture-7", "Lecture 7")
    assert (first.address, first.user_agent, first.click_id) == ("192.0.2.7", "Mozilla/5.0", "click-1")
    assert (last.kind, last.outcome, last.attempt_id, last.request_id) == (
        "outcome",
        "succeeded",
        first.uuid,
        "req-1",
    )
    assert (last.after, last.details, last.actor_username) == ({"people": 0}, {"asked": 3}, "alice")
    assert first.ledger == last.ledger == f"connection-{connection.pk}"
    assert not OpenAttempt.objects.exists()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotFound(status=404, error_code="RTC.0404", request_id="r"), "failed"),
        (Throttled(status=429, request_id="r"), "failed"),
        (QuotaExhausted("rooms", 12.0), "failed"),
        (CloudFault(status=500, request_id="r"), "failed"),
        (OutcomeUnknown(operation="rooms.room.dismiss"), "unknown"),
        (NoAnswer(operation="rooms.participant.list"), "unknown"),
    ],
)
def test_errors_of_the_cloud_become_outcomes(error: SparkError, outcome: str):
    with pytest.raises(type(error)), start():
        raise error
    last = rows()[-1]
    assert (last.outcome, last.status, last.error_code) == (outcome, error.status, error.error_code)
    assert last.request_id == error.request_id
    assert last.error.startswith(error.sentence)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_surprises_leave_the_outcome_unknown_and_pass_through(error: type[BaseException]):
    with pytest.raises(error), start():
        raise error("sk=very-secret")
    last = rows()[-1]
    assert last.outcome == "unknown"
    assert error.__name__ in last.error
    assert "very-secret" not in last.canonical()


def test_a_refusal_after_an_answered_change_is_unknown():
    def change_then_fail() -> None:
        with start() as entry:
            entry.request_id = "req-1"
            raise NotFound(status=404, request_id="req-2")

    with pytest.raises(NotFound):
        change_then_fail()
    last = rows()[-1]
    assert (last.outcome, last.request_id) == ("unknown", "req-2")


def test_an_unknown_action_is_refused_before_anything_is_written():
    with pytest.raises(audit.UnknownAction), start(action="test.thing.undo"):
        raise AssertionError("the body must not run")
    assert rows() == []


def test_attempts_do_not_nest():
    with start() as entry:
        with pytest.raises(audit.NestedAttempt), start():
            raise AssertionError("the body must not run")
        assert entry.attempt_id
    assert [row.kind for row in rows()] == ["attempt", "outcome"]


@pytest.mark.django_db(transaction=True)
def test_an_attempt_refuses_to_start_inside_a_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError), start():
        raise AssertionError("the body must not run")
    assert rows() == []


def test_in_attempt_is_true_only_inside_only_for_its_connection_and_only_here(connection: Connection):
    other = Connection.objects.create(slug="other", name="Other", project_id="1" * 32)
    seen: list[bool] = []
    assert not audit.in_attempt()
    with start(connection=connection):
        assert audit.in_attempt()
        assert audit.in_attempt(connection)
        assert not audit.in_attempt(other)
        thread = threading.Thread(target=lambda: seen.append(audit.in_attempt()))
        thread.start()
        thread.join()
    assert seen == [False]
    assert not audit.in_attempt(connection)


def test_in_attempt_ends_with_an_exception():
    with pytest.raises(ZeroDivisionError), start():
        raise ZeroDivisionError
    assert not audit.in_attempt()


def test_roles_are_those_that_reach_what_is_acted_on(carol: User, connection: Connection):
    other = Connection.objects.create(slug="other", name="Other", project_id="1" * 32)
    RoleGrant.objects.create(user=carol, connection=other, role="owner")
    RoleGrant.objects.create(user=carol, connection=connection, app_id="app-1", role="moderator")
    RoleGrant.objects.create(user=carol, connection=connection, app_id="app-2", role="lead")
    RoleGrant.objects.create(user=carol, role="support")
    with start(actor=carol, connection=connection, app_id="app-1"):
        pass
    assert rows()[0].actor_role == "moderator, support"


def test_a_lost_attempt_ends_as_unknown_and_only_once():
    entered = start(limit=60)
    entry = entered.__enter__()
    assert audit.close_lost_attempts(timezone.now() + timedelta(seconds=59)) == 0
    assert audit.close_lost_attempts(timezone.now() + timedelta(seconds=61)) == 1
    assert audit.close_lost_attempts(timezone.now() + timedelta(seconds=61)) == 0
    last = rows()[-1]
    assert (last.kind, last.outcome, last.attempt_id) == ("outcome", "unknown", entry.attempt_id)
    assert "ended before" in last.error
    assert last.actor_username == ""
    entry.request_id = "late"
    entered.__exit__(None, None, None)
    finding = rows()[-1]
    assert (finding.kind, finding.outcome, finding.request_id) == ("finding", "succeeded", "late")
    assert [row.kind for row in rows()] == ["attempt", "outcome", "finding"]


def test_an_outcome_that_cannot_be_written_is_logged_and_closed_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def away(*args: object) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as broken, start() as entry:
        broken.setattr(attempts, "_write_outcome", away)
        entry.request_id = "req-9"
    assert [row.kind for row in rows()] == ["attempt"]
    assert "outcome not written" in caplog.text
    assert "req-9" in caplog.text
    assert audit.close_lost_attempts(timezone.now() + timedelta(seconds=121)) == 1
    assert rows()[-1].outcome == "unknown"


@pytest.mark.django_db(transaction=True)
def test_an_outcome_is_tried_again_on_a_new_connection(monkeypatch: pytest.MonkeyPatch):
    original, calls = attempts._write_outcome, []

    def flaky(*args: object) -> None:
        calls.append(args)
        original(*args)
        if len(calls) == 1:  # committed, but the answer was lost
            raise Error("server closed the connection")

    with monkeypatch.context() as broken, start():
        broken.setattr(attempts, "_write_outcome", flaky)
    assert len(calls) == 2
    assert [row.kind for row in rows()] == ["attempt", "outcome"]


def test_an_open_attempt_without_its_entry_is_told_and_left(caplog: pytest.LogCaptureFixture):
    now = timezone.now()
    OpenAttempt.objects.create(
        attempt_id="0" * 8 + "-0000-4000-8000-" + "0" * 12, ledger="console", started_at=now, deadline=now
    )
    assert audit.close_lost_attempts(now + timedelta(seconds=1)) == 0
    assert "has no entry" in caplog.text
    assert OpenAttempt.objects.exists()


def test_the_ledger_counts_and_names_itself_after_the_connection(connection: Connection):
    with start(connection=connection):
        pass
    with start():
        pass
    heads = {head.name: head for head in Ledger.objects.all()}
    of_connection = heads[f"connection-{connection.pk}"]
    assert (of_connection.number, of_connection.label, of_connection.connection_id) == (
        2,
        "demo",
        connection.pk,
    )
    assert (heads["console"].number, str(heads["console"])) == (2, "console")
