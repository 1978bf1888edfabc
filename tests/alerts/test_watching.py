"""Rules keep watch over what is settled: what is found, once, whatever happens in between."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from console.alerts.models import Incident, Rule, Watch
from console.alerts.services import watching
from console.alerts.services.back_test import back_test
from console.alerts.services.rules import delete_rule, update_rule
from console.alerts.services.watching import keep_watch
from console.alerts.signals import get_signal
from console.analytics.models import KnownApplication
from console.analytics.services.known import remembered
from console.connections.models import Connection
from tests.alerts.conftest import APP, Store, minute
from tests.alerts.test_rules import wanted_of

pytestmark = pytest.mark.django_db

LOW, HIGH = 50.0, 150.0
Tick = Callable[[int], int]


@pytest.fixture
def tick(clock: time_machine.Traveller) -> Tick:
    """Return a function that looks at a minute counted from START."""

    def look(number: int) -> int:
        clock.move_to(minute(number))
        return keep_watch(timezone.now())

    return look


def _found() -> list[tuple[Any, ...]]:
    return [
        (one.fired_at, one.over_at, one.state, one.worst, one.breaches)
        for one in Incident.objects.order_by("fired_at")
    ]


def test_an_incident_begins_grows_and_ends(store: Store, make_rule: Callable[..., Rule], tick: Tick) -> None:
    rule = make_rule()
    assert tick(0) == 1
    store.put("online_users", [HIGH, HIGH], minute(0))
    tick(2)
    assert _found() == [(minute(1), None, "open", HIGH, 2)]
    store.put("online_users", [180.0], minute(2))
    tick(3)
    assert _found() == [(minute(1), None, "open", 180, 3)]
    store.put("online_users", [LOW, LOW], minute(3))
    tick(5)
    assert _found() == [(minute(1), minute(4), "resolved", 180, 3)]
    incident = Incident.objects.get()
    assert (incident.rule, incident.app_id, incident.app_name) == (rule, APP, "Clinic")
    assert (incident.began_at, incident.noted_at) == (minute(0), minute(2))
    assert [note.kind for note in incident.notes.all()] == ["fired", "resolved"]


def test_what_can_still_change_is_not_judged(
    store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    make_rule()
    tick(0)
    store.put("online_users", [HIGH] * 5, minute(0), final=False)
    tick(5)
    assert _found() == []
    store.put("online_users", [LOW, HIGH, HIGH], minute(0))
    tick(6)
    assert [row[0] for row in _found()] == [minute(2)]


def test_a_rule_looks_no_further_back_than_it_was_made(
    store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    store.put("online_users", [HIGH] * 30, minute(-30))
    make_rule()
    tick(0)
    tick(1)
    assert _found() == []


def test_after_an_outage_every_minute_since_is_looked_at(
    store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    make_rule()
    tick(0)
    store.put("online_users", [LOW, HIGH, HIGH, LOW, LOW, LOW] * 60, minute(0))
    tick(400)
    assert len(_found()) == 60
    assert all(state == "resolved" for _fired, _over, state, *_rest in _found())


def test_watching_finds_what_the_back_test_found(
    connection: Connection, store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    rule = make_rule()
    tick(0)
    values = [HIGH if (number * 7) % 11 < 5 or 40 < number < 50 else LOW for number in range(120)]
    for place, step in ((0, 13), (13, 1), (14, 60), (74, 46)):
        store.put("online_users", values[place : place + step], minute(place))
        tick(place + step)
    signal = get_signal(rule.signal)
    assert signal is not None
    tried = back_test(connection, signal, rule.condition, remembered(connection, None))
    assert len(tried.firings) > 5
    assert [(one.fired_at, one.over_at) for one in tried.firings] == [row[:2] for row in _found()]
    assert (tried.known, tried.possible) == (120, 7 * 1440)


def test_two_that_look_at_once_write_once(
    store: Store,
    make_rule: Callable[..., Rule],
    tick: Tick,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> None:
    make_rule()
    tick(0)
    store.put("online_users", [HIGH, HIGH], minute(0))
    clock.move_to(minute(2))
    (one,) = Watch.objects.select_related("rule__connection")
    judged = watching._judged

    def overtaken(*given: Any) -> Any:
        monkeypatch.setattr(watching, "_judged", judged)
        watching._go_on(Watch.objects.select_related("rule__connection").get(), timezone.now())
        return judged(*given)

    monkeypatch.setattr(watching, "_judged", overtaken)
    watching._go_on(one, timezone.now())
    assert len(_found()) == 1
    assert Watch.objects.get().turn == one.turn + 1


def test_a_process_that_dies_while_writing_leaves_nothing_behind(
    store: Store, make_rule: Callable[..., Rule], tick: Tick, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rule()
    tick(0)
    store.put("online_users", [HIGH, HIGH], minute(0))
    write = watching._write

    def dies(*given: Any) -> None:
        write(*given)
        raise OSError

    monkeypatch.setattr(watching, "_write", dies)
    tick(2)
    assert _found() == []
    monkeypatch.setattr(watching, "_write", write)
    tick(3)
    assert len(_found()) == 1


def test_one_rule_that_cannot_be_judged_does_not_keep_the_others(
    store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    broken = make_rule(name="Broken")
    make_rule()
    tick(0)
    Watch.objects.filter(rule=broken).update(state={"no": "state"})
    store.put("online_users", [HIGH, HIGH], minute(0))
    assert tick(2) == 2
    assert [one.rule_name for one in Incident.objects.all()] == ["Crowd"]


def test_nobody_looks_twice_within_a_minute(make_rule: Callable[..., Rule], store: Store, tick: Tick) -> None:
    make_rule()
    assert (tick(0), tick(0), tick(1)) == (1, 0, 1)


def test_applications_that_come_are_watched_and_what_goes_is_ended(
    connection: Connection, store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    make_rule()
    make_rule(name="Only one", applications=(APP,))
    tick(0)
    store.put("online_users", [HIGH, HIGH], minute(0))
    Store(connection, "b" * 32, "School")
    tick(2)
    assert Watch.objects.count() == 3
    KnownApplication.objects.filter(app_id=APP).update(gone_at=minute(2))
    tick(4)
    assert [one.app_id for one in Watch.objects.all()] == ["b" * 32]
    assert {(one.state, one.over_at, one.ended_by_change) for one in Incident.objects.all()} == {
        ("resolved", None, True)
    }


def test_the_collector_is_told_what_is_watched(
    store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    tick(0)
    store.app.refresh_from_db()
    assert store.app.watched_until is None
    make_rule()
    tick(1)
    store.app.refresh_from_db()
    assert store.app.watched_until is not None


def test_a_change_of_what_is_judged_ends_what_goes_on_and_begins_anew(
    connection: Connection, store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    rule = make_rule()
    tick(0)
    store.put("online_users", [HIGH, HIGH], minute(0))
    tick(2)
    update_rule(connection, rule.pk, 1, wanted_of(rule, limit=120), actor=None)
    assert [(one.state, one.ended_by_change) for one in Incident.objects.all()] == [("resolved", True)]
    tick(3)
    store.put("online_users", [HIGH, HIGH], minute(3))
    tick(5)
    assert [(one.fired_at, one.limit) for one in Incident.objects.filter(state="open")] == [(minute(4), 120)]


def test_a_new_name_ends_nothing(
    connection: Connection, store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    rule = make_rule()
    tick(0)
    store.put("online_users", [HIGH, HIGH], minute(0))
    tick(2)
    update_rule(connection, rule.pk, 1, wanted_of(rule, name="Too many"), actor=None)
    store.put("online_users", [LOW, LOW], minute(2))
    tick(4)
    assert [row[1:3] for row in _found()] == [(minute(3), "resolved")]


def test_incidents_outlive_their_rule(
    connection: Connection, store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    rule = make_rule()
    tick(0)
    store.put("online_users", [HIGH, HIGH], minute(0))
    tick(2)
    delete_rule(connection, rule.pk, actor=None)
    incident = Incident.objects.get()
    assert (incident.rule, incident.rule_name, incident.state) == (None, "Crowd", "resolved")
    tick(3)
    assert not Watch.objects.exists()


def test_a_rule_out_of_use_and_a_connection_out_of_use_rest(
    connection: Connection, store: Store, make_rule: Callable[..., Rule], tick: Tick
) -> None:
    make_rule(active=False)
    assert tick(0) == 0
    make_rule(name="On")
    assert tick(1) == 1
    connection.active = False
    connection.save()
    assert tick(3) == 0
