"""Rules: making, changing and deleting them, on record."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.alerts.actions import CREATE, DELETE, UPDATE
from console.alerts.engine import Condition, Problem, Side, problems
from console.alerts.engine.silence import Silence
from console.alerts.models import Channel, Incident, Rule
from console.alerts.services.incidents import close_for_change
from console.alerts.services.people import people_to_tell
from console.alerts.signals import get_signal
from console.connections.models import Connection

__all__ = [
    "ChangedMeanwhile",
    "NameTaken",
    "Pointless",
    "Wanted",
    "create_rule",
    "delete_rule",
    "get_rule",
    "list_rules",
    "update_rule",
]


class NameTaken(Exception):
    """Another rule of the connection has this name."""


class ChangedMeanwhile(Exception):
    """Somebody changed the rule since it was opened."""


class Pointless(Exception):
    """The rule makes no sense. problems: why."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(", ".join(found))
        self.problems = found


@dataclass(frozen=True)
class Wanted:
    """What a rule is to be. applications: ids, empty for all; the numbers are in the signal's unit.

    channels, people: whom to tell, by their keys. remind_minutes: 0 for never. silence: when nobody is told; spares:
    what is critical is told all the same.
    """

    name: str
    signal: str
    condition: Condition
    severity: str = Rule.Severity.WARNING
    applications: tuple[str, ...] = ()
    active: bool = True
    channels: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    remind_minutes: int = 0
    silence: Silence = field(default_factory=Silence)
    spares: bool = True


def list_rules(connection: Connection) -> list[Rule]:
    """Return the rules of a connection by name, with whom they tell. Three queries."""
    return list(Rule.objects.filter(connection=connection).prefetch_related("channels", "people"))


def get_rule(connection: Connection, rule_id: int) -> Rule:
    """Return a rule of the connection. Raises Rule.DoesNotExist."""
    return Rule.objects.get(connection=connection, pk=rule_id)


def create_rule(connection: Connection, wanted: Wanted, *, actor: User | None) -> Rule:
    """Make a rule; it watches from the present minute on. Raises Pointless, NameTaken."""
    rule = Rule(connection=connection)
    _fill(rule, wanted, actor)
    with transaction.atomic():
        _save(rule, wanted)
        audit.record(CREATE, actor=actor, connection=connection, target=_target(rule), after=_on_record(rule))
    return rule


def update_rule(
    connection: Connection, rule_id: int, version: int, wanted: Wanted, *, actor: User | None
) -> Rule:
    """Change a rule. version: that was opened. What it found and is not over ends, unless only names changed.

    Raises Pointless, NameTaken, ChangedMeanwhile, Rule.DoesNotExist.
    """
    with transaction.atomic():
        rule = Rule.objects.select_for_update().get(connection=connection, pk=rule_id)
        if rule.version != version:
            raise ChangedMeanwhile
        before, judged = _on_record(rule), _judging(rule)
        _fill(rule, wanted, actor)
        rule.version += 1
        _save(rule, wanted)
        if judged == _judging(rule):
            rule.watches.update(version=rule.version)
        else:
            close_for_change(Incident.objects.filter(rule=rule), timezone.now())
            rule.watches.all().delete()
        audit.record(
            UPDATE,
            actor=actor,
            connection=connection,
            target=_target(rule),
            before=before,
            after=_on_record(rule),
        )
    return rule


def delete_rule(connection: Connection, rule_id: int, *, actor: User | None) -> None:
    """Delete a rule; its incidents stay, and what is not over ends. Raises Rule.DoesNotExist."""
    with transaction.atomic():
        rule = Rule.objects.select_for_update().get(connection=connection, pk=rule_id)
        before, target = _on_record(rule), _target(rule)
        close_for_change(Incident.objects.filter(rule=rule), timezone.now())
        rule.delete()
        audit.record(DELETE, actor=actor, connection=connection, target=target, before=before)


def _fill(rule: Rule, wanted: Wanted, actor: User | None) -> None:
    signal = get_signal(wanted.signal)
    if signal is None:
        raise ValueError(f"no such signal: {wanted.signal}")
    if found := problems(wanted.condition, signal.scale):
        raise Pointless(found)
    for name, value in asdict(wanted.condition).items():
        setattr(rule, name, value.value if isinstance(value, Side) else value)
    rule.name, rule.signal, rule.severity = wanted.name, wanted.signal, wanted.severity
    rule.applications = sorted(wanted.applications) if signal.by_application else []
    rule.active, rule.changed_by = wanted.active, str(actor)[:150] if actor else ""
    rule.remind_minutes = wanted.remind_minutes
    rule.be_silent(wanted.silence, wanted.spares)


def _judging(rule: Rule) -> tuple[Any, ...]:
    """Return what the past was judged by."""
    return rule.signal, rule.condition, rule.applications, rule.active


def _save(rule: Rule, wanted: Wanted) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise NameTaken from None
    rule.channels.set(Channel.objects.filter(connection=rule.connection, pk__in=wanted.channels))
    rule.people.set(people_to_tell(rule.connection).filter(pk__in=wanted.people))


def _target(rule: Rule) -> audit.Target:
    return audit.Target("alert_rule", str(rule.pk), rule.name)


def _on_record(rule: Rule) -> dict[str, Any]:
    names: Collection[str] = (
        "name", "signal", "side", "limit", "breaches", "window", "margin", "recovery", "minimum_sample",
        "applications", "severity", "active", "remind_minutes",
    )  # fmt: skip
    told = {
        "channels": [channel.name for channel in rule.channels.all()],
        "people": [str(person) for person in rule.people.order_by("pk")],
    }
    return {**{name: getattr(rule, name) for name in names}, **told, **rule.silence_on_record()}
