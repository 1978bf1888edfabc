"""Keeping watch: every rule goes on minute by minute over what is settled since the last look."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, QuerySet

from console.alerts.engine import Event, State, fold
from console.alerts.engine.folding import Kind
from console.alerts.models import Incident, IncidentNote, Rule, Watch
from console.alerts.services.incidents import close_for_change
from console.alerts.services.outbox import tell_opened, tell_over
from console.alerts.signals import Signal, get_signal
from console.analytics.services.known import Remembered, remembered, watch
from console.connections.models import Connection

__all__ = ["LOOK_EVERY", "keep_watch"]

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(seconds=55)
_MOST_WATCHES, _MOST_SECONDS = 500, 20.0  # of one round; whoever waits longest comes first in the next


def keep_watch(now: datetime) -> int:
    """Look at what is new for all rules in use; return how many watches were looked at.

    Nothing but the store is read. After an outage every minute since is looked at, as far back as it is known. May run
    twice at once: of two that looked at the same minutes one writes.
    """
    for connection in Connection.objects.filter(active=True, alert_rules__active=True).distinct():
        _set_watches(connection, now)
    due = Watch.objects.filter(
        rule__active=True, rule__connection__active=True, looked_at__lte=now - LOOK_EVERY
    ).select_related("rule__connection")
    began, count = time.monotonic(), 0
    for one in due.order_by("looked_at", "pk")[:_MOST_WATCHES]:
        if time.monotonic() - began > _MOST_SECONDS:
            break
        try:
            _go_on(one, now)
        except Exception:  # one rule must not keep the others from being looked at
            log.exception("a rule could not be judged", rule=one.rule_id, app_id=one.app_id)
            Watch.objects.filter(pk=one.pk).update(looked_at=now)
        count += 1
    return count


def _set_watches(connection: Connection, now: datetime) -> None:
    """Give each rule a watch for everything it watches, and take away those whose application is gone."""
    rules = list(Rule.objects.filter(connection=connection, active=True))
    known = {app.app_id: app for app in remembered(connection, None) if not app.gone}
    there = set(
        Watch.objects.filter(rule__connection=connection).values_list("rule_id", "rule__version", "app_id")
    )
    wanted = {(rule.pk, rule.version, app_id) for rule in rules for app_id in _watched(rule, known)}
    Watch.objects.bulk_create(
        [
            Watch(rule_id=rule, version=version, app_id=app_id, upto=_whole(now), looked_at=now - LOOK_EVERY)
            for rule, version, app_id in sorted(wanted - there)
        ],
        ignore_conflicts=True,
    )
    for rule_id, _version, app_id in sorted(there - wanted):
        if app_id and app_id not in known:
            with transaction.atomic():
                close_for_change(Incident.objects.filter(rule=rule_id, app_id=app_id), now)
                Watch.objects.filter(rule=rule_id, app_id=app_id).delete()
    watch([known[app_id] for _rule, _version, app_id in sorted(wanted) if app_id])


def _watched(rule: Rule, known: dict[str, Remembered]) -> Iterable[str]:
    signal = get_signal(rule.signal)
    if signal is None:
        return ()  # of another version of the console: it rests, and the rules' page says so
    if not signal.by_application:
        return ("",)
    return [app_id for app_id in known if not rule.applications or app_id in rule.applications]


def _go_on(one: Watch, now: datetime) -> None:
    rule = one.rule
    signal = get_signal(rule.signal)
    state, events = State.loaded(one.state), list[Event]()
    if signal is not None and rule.version == one.version:
        state, events = _judged(one, signal, state, now)
    mine = Watch.objects.filter(pk=one.pk, turn=one.turn, version=rule.version)
    with transaction.atomic():
        wrote = mine.update(
            state=state.stored(), upto=state.upto or one.upto, turn=F("turn") + 1, looked_at=now
        )
        if wrote:
            for event in events:
                _write(one, event, now)
            if state.firing:
                _ongoing(one).update(worst=state.worst, breaches=state.breaches)


def _judged(one: Watch, signal: Signal, state: State, now: datetime) -> tuple[State, list[Event]]:
    end = _whole(now)
    start = max(one.upto, end - signal.reach)
    if start >= end:
        return state, []
    series = signal.read(one.rule.connection, one.app_id, start, end)
    if not series.settled:
        return state, []
    return fold(one.rule.condition, state, series.start, series.minutes[: series.settled])


def _write(one: Watch, event: Event, now: datetime) -> None:
    """Write down what happened; called within the transaction that moves the watch on."""
    if event.kind is Kind.FIRED:
        rule = one.rule
        incident = Incident.objects.create(
            connection=rule.connection,
            rule=rule,
            rule_name=rule.name,
            signal=rule.signal,
            side=rule.side,
            limit=rule.limit,
            breaches_wanted=rule.breaches,
            window=rule.window,
            severity=rule.severity,
            app_id=one.app_id,
            app_name=_name_of(one),
            began_at=event.began,
            fired_at=event.at,
            noted_at=now,
            worst=event.worst,
            breaches=event.breaches,
        )
        IncidentNote.objects.create(incident=incident, kind=IncidentNote.Kind.FIRED, at=event.at)
        tell_opened(incident, rule, now)
        return
    for incident in _ongoing(one):
        incident.state, incident.over_at = Incident.State.RESOLVED, event.at
        incident.worst, incident.breaches = event.worst, event.breaches
        incident.save(update_fields=["state", "over_at", "worst", "breaches"])
        IncidentNote.objects.create(incident=incident, kind=IncidentNote.Kind.RESOLVED, at=event.at)
        tell_over(incident, now)


def _ongoing(one: Watch) -> "QuerySet[Incident]":
    return Incident.objects.filter(rule=one.rule_id, app_id=one.app_id).exclude(state=Incident.State.RESOLVED)


def _name_of(one: Watch) -> str:
    if not one.app_id:
        return ""
    known = remembered(one.rule.connection, {one.app_id})
    return known[0].name if known else ""


def _whole(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
