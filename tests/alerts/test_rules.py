"""Rules are made, changed and deleted on record; incidents are looked after."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from console.accounts.models import User
from console.alerts.engine import Condition, Problem
from console.alerts.models import Incident, Rule
from console.alerts.services import incidents
from console.alerts.services.rules import (
    ChangedMeanwhile,
    NameTaken,
    Pointless,
    Wanted,
    create_rule,
    delete_rule,
    update_rule,
)
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.alerts.conftest import APP, START

pytestmark = pytest.mark.django_db


def wanted_of(rule: Rule, **changes: Any) -> Wanted:
    """Return what a rule is, with changes."""
    numbers = {name: changes.pop(name) for name in list(changes) if name in Condition.__annotations__}
    condition = replace(rule.condition, **numbers)
    wanted = Wanted(rule.name, rule.signal, condition, rule.severity, tuple(rule.applications), rule.active)
    return replace(wanted, **changes)


def test_making_changing_and_deleting_are_on_record(
    connection: Connection, make_rule: Callable[..., Rule], alice: User
) -> None:
    made = make_rule()
    rule = update_rule(connection, made.pk, 1, wanted_of(made, limit=200.0, applications=(APP,)), actor=alice)
    assert (rule.version, rule.limit, rule.applications, rule.changed_by) == (2, 200, [APP], str(alice))
    delete_rule(connection, rule.pk, actor=alice)
    assert not Rule.objects.exists()
    entries = AuditEntry.objects.filter(action__startswith="alerts.").order_by("pk")
    assert [entry.action for entry in entries] == [
        "alerts.rule.create", "alerts.rule.update", "alerts.rule.delete",
    ]  # fmt: skip
    changed = entries[1]
    assert (changed.before["limit"], changed.after["limit"]) == ("100.0", "200.0")
    assert changed.target_name == "Crowd"


def test_a_pointless_rule_is_refused_with_the_reasons(
    connection: Connection, make_rule: Callable[..., Rule]
) -> None:
    with pytest.raises(Pointless) as refused:
        make_rule(signal="minutes.video_freeze.native", limit=1.5, breaches=9)
    assert refused.value.problems == [Problem.OUT_OF_RANGE, Problem.BAD_BREACHES]
    with pytest.raises(ValueError, match="no such signal"):
        make_rule(signal="no.such")
    assert not Rule.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="alerts.").exists()


def test_a_name_is_taken_once_on_a_connection(connection: Connection, make_rule: Callable[..., Rule]) -> None:
    rule = make_rule()
    with pytest.raises(NameTaken):
        make_rule()
    other = Connection.objects.create(slug="other", name="Other", project_id="1" * 32)
    assert create_rule(other, wanted_of(rule), actor=None).name == rule.name


def test_two_people_at_once_do_not_undo_each_other(
    connection: Connection, make_rule: Callable[..., Rule]
) -> None:
    rule = make_rule()
    update_rule(connection, rule.pk, 1, wanted_of(rule, limit=200.0), actor=None)
    with pytest.raises(ChangedMeanwhile):
        update_rule(connection, rule.pk, 1, wanted_of(rule, limit=300.0), actor=None)
    assert Rule.objects.get().limit == 200


def test_signals_of_the_whole_connection_take_no_applications(make_rule: Callable[..., Rule]) -> None:
    assert make_rule(signal="quota.rooms", limit=0.8, applications=(APP,)).applications == []


def make_incident(connection: Connection, **changes: Any) -> Incident:
    """Make an incident that goes on."""
    values = {
        "rule_name": "Crowd", "signal": "minutes.online_users", "side": "above", "limit": 100.0,
        "breaches_wanted": 2, "window": 3, "severity": "warning", "app_id": APP, "app_name": "Clinic",
        "began_at": START - timedelta(minutes=31), "fired_at": START - timedelta(minutes=30),
        "noted_at": START - timedelta(minutes=25), "worst": 150.0, "breaches": 4,
    }  # fmt: skip
    return Incident.objects.create(connection=connection, **{**values, **changes})


def test_acknowledging_counts_once_and_is_on_record(connection: Connection, alice: User, lena: User) -> None:
    incident = make_incident(connection)
    assert incidents.acknowledge(incident, actor=alice)
    assert not incidents.acknowledge(incident, actor=lena)
    incident.refresh_from_db()
    assert incident.state == "taken"
    assert [(note.kind, note.by) for note in incident.notes.all()] == [("taken", str(alice))]
    entry = AuditEntry.objects.get(action="alerts.incident.acknowledge")
    assert (entry.target_id, entry.app_id) == (str(incident.pk), APP)


def test_what_is_over_takes_comments_only(connection: Connection, alice: User) -> None:
    incident = make_incident(connection, state="resolved", over_at=START)
    with pytest.raises(incidents.AlreadyOver):
        incidents.acknowledge(incident, actor=alice)
    with pytest.raises(incidents.AlreadyOver):
        incidents.snooze(incident, 60, actor=alice)
    incidents.comment(incident, "  a release of ours  ", actor=alice)
    assert [(note.kind, note.text) for note in incident.notes.all()] == [("comment", "a release of ours")]
    with pytest.raises(ValueError, match="empty"):
        incidents.comment(incident, "   ", actor=alice)


def test_a_comment_that_is_sent_twice_is_one(
    connection: Connection, alice: User, lena: User, clock: time_machine.Traveller
) -> None:
    incident = make_incident(connection)
    for actor in (alice, alice, lena):
        incidents.comment(incident, "seen", actor=actor)
    assert incident.notes.count() == 2
    clock.move_to(START + timedelta(minutes=2))
    incidents.comment(incident, "seen", actor=alice)
    assert incident.notes.count() == 3


def test_a_snoozed_incident_is_not_counted_until_its_time_is_over(
    connection: Connection, alice: User, clock: time_machine.Traveller
) -> None:
    incident = make_incident(connection)
    make_incident(connection, state="taken")
    assert incidents.count_open(connection, None) == 1
    assert incidents.snooze(incident, 60, actor=alice) == START + timedelta(minutes=60)
    assert incidents.count_open(connection, None) == 0
    clock.move_to(START + timedelta(minutes=60))
    assert incidents.count_open(connection, None) == 1
    for wrong in (0, -5, 7 * 1440 + 1):
        with pytest.raises(ValueError, match="a week"):
            incidents.snooze(incident, wrong, actor=alice)
    assert timezone.now() == START + timedelta(minutes=60)


def test_lists_are_narrowed_to_a_scope_and_a_state(connection: Connection) -> None:
    here = make_incident(connection)
    make_incident(connection, app_id="b" * 32, state="resolved")
    whole = make_incident(connection, app_id="", app_name="", signal="quota.rooms")
    page = incidents.list_incidents(connection, None, size=2)
    assert (len(page.incidents), page.total, page.counts) == (2, 3, {"open": 2, "taken": 0, "resolved": 1})
    page = incidents.list_incidents(connection, {APP}, state="open")
    assert (page.incidents, page.total) == ((here,), 1)
    with pytest.raises(Incident.DoesNotExist):
        incidents.get_incident(connection, {APP}, whole.pk)
    assert incidents.get_incident(connection, None, whole.pk) == whole
