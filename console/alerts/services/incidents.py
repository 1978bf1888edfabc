"""Incidents: found by rules, looked after by people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.alerts.actions import ACKNOWLEDGE
from console.alerts.models import Incident, IncidentNote
from console.alerts.services.outbox import tell_over
from console.connections.models import Connection

__all__ = [
    "LONGEST_SNOOZE",
    "AlreadyOver",
    "IncidentPage",
    "acknowledge",
    "close_for_change",
    "comment",
    "count_open",
    "get_incident",
    "list_incidents",
    "snooze",
]

LONGEST_SNOOZE = timedelta(days=7)
_State, _Kind = Incident.State, IncidentNote.Kind
_ON = (_State.OPEN, _State.ACKNOWLEDGED)


class AlreadyOver(Exception):
    """The incident is resolved: there is nothing to acknowledge or to snooze."""


@dataclass(frozen=True)
class IncidentPage:
    """One page of incidents, latest first. counts: {state: how many} whatever the state asked for."""

    incidents: tuple[Incident, ...]
    total: int
    counts: dict[str, int]


def list_incidents(
    connection: Connection,
    scope: Collection[str] | None,
    *,
    state: str = "",
    rule_id: int | None = None,
    page: int = 1,
    size: int = 50,
) -> IncidentPage:
    """Return incidents within a scope: application ids, None for all. state: of Incident.State, "" for all.

    Whoever sees only some applications does not see those of the whole connection. Two queries.
    """
    found = _within(connection, scope)
    if rule_id is not None:
        found = found.filter(rule=rule_id)
    rows = found.order_by().values("state").annotate(count=Count("pk"))
    counts = dict.fromkeys(_State.values, 0) | {row["state"]: row["count"] for row in rows}
    if state:
        found = found.filter(state=state)
    total = counts.get(state, 0) if state else sum(counts.values())
    first = (page - 1) * size
    return IncidentPage(tuple(found[first : first + size]), total, counts)


def count_open(connection: Connection, scope: Collection[str] | None) -> int:
    """Return how many incidents nobody has acknowledged. One query."""
    now = timezone.now()
    loud = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    return _within(connection, scope).filter(loud, state=_State.OPEN).count()


def get_incident(connection: Connection, scope: Collection[str] | None, incident_id: int) -> Incident:
    """Return an incident within a scope. Raises Incident.DoesNotExist."""
    return _within(connection, scope).select_related("rule").get(pk=incident_id)


def acknowledge(incident: Incident, *, actor: User) -> bool:
    """Say that somebody looks after it; on record. Returns False when somebody did before. Raises AlreadyOver."""
    with transaction.atomic():
        taken = Incident.objects.filter(pk=incident.pk, state=_State.OPEN).update(state=_State.ACKNOWLEDGED)
        if not taken:
            _refuse_over(incident)
            return False
        _note(incident, _Kind.ACKNOWLEDGED, actor)
        audit.record(
            ACKNOWLEDGE,
            actor=actor,
            connection=incident.connection,
            target=audit.Target("incident", str(incident.pk), incident.rule_name),
            app_id=incident.app_id,
        )
    return True


def snooze(incident: Incident, minutes: int, *, actor: User) -> datetime:
    """Leave it out of what is counted as open for so many minutes, up to a week. Raises AlreadyOver, ValueError."""
    span = timedelta(minutes=minutes)
    if not timedelta() < span <= LONGEST_SNOOZE:
        raise ValueError("one minute to a week")
    until = timezone.now() + span
    with transaction.atomic():
        if not Incident.objects.filter(pk=incident.pk, state__in=_ON).update(snoozed_until=until):
            raise AlreadyOver
        _note(incident, _Kind.SNOOZED, actor, until.isoformat())
    return until


def comment(incident: Incident, text: str, *, actor: User) -> None:
    """Add what somebody writes, up to 2000 characters, also when it is over. Raises ValueError for nothing.

    The same words by the same person within a minute are one comment: a form that was sent twice.
    """
    text = text.strip()[:2000]
    if not text:
        raise ValueError("an empty comment")
    lately = timezone.now() - timedelta(minutes=1)
    if incident.notes.filter(kind=_Kind.COMMENT, by=str(actor)[:150], text=text, at__gte=lately).exists():
        return
    _note(incident, _Kind.COMMENT, actor, text)


def close_for_change(incidents: "QuerySet[Incident]", now: datetime) -> None:
    """End what goes on: whatever judged it judges it no more. Within a transaction."""
    for incident in incidents.filter(state__in=_ON):
        ended = Incident.objects.filter(pk=incident.pk, state__in=_ON)
        if ended.update(state=_State.RESOLVED, ended_by_change=True):
            IncidentNote.objects.create(incident=incident, kind=_Kind.CLOSED, at=now)
            tell_over(incident, now)


def _within(connection: Connection, scope: Collection[str] | None) -> "QuerySet[Incident]":
    found = Incident.objects.filter(connection=connection)
    return found if scope is None else found.filter(app_id__in=list(scope)).exclude(app_id="")


def _refuse_over(incident: Incident) -> None:
    if Incident.objects.filter(pk=incident.pk, state=_State.RESOLVED).exists():
        raise AlreadyOver


def _note(incident: Incident, kind: str, actor: User, text: str = "") -> None:
    IncidentNote.objects.create(
        incident=incident, kind=kind, at=timezone.now(), by=str(actor)[:150], text=text
    )
