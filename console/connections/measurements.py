"""Finding out on a live project for what a limit holds: asked for by an owner, done in the background, on record.

The quota is held for the time, so that nobody else of this console can be refused for it; each request is booked, also
the one or two that go beyond our own reading.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.tasks import async_task

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections import actions
from console.connections.measuring import MOST_REQUESTS, RECIPES, Finding, Why, price
from console.connections.measuring_held import ANSWERS_SECONDS, burst, measure_held
from console.connections.models import Bucket, Connection, QuotaMeasurement
from console.connections.owners import connections_of, owner_of
from console.connections.quota_settings import change_quota
from console.connections.rules import QuotaRule, rules_of
from console.connections.scopes import Scope
from console.connections.services import Guarded
from console.core.consumers import Consumer, acting_for
from console.core.sentences import quota_name
from console.sparkrtc.errors import SparkError

__all__ = [
    "Measured",
    "Price",
    "apply_measurement",
    "ask_to_measure",
    "hand_out",
    "measured",
    "price_of",
    "run",
]

log = structlog.get_logger(__name__)
_LONGEST_SECONDS = 110.0  # a background process has two minutes
_LEASE = timedelta(seconds=150)
_QUIET = timedelta(minutes=2)  # without a 429, before it makes sense


_FOUND: dict[tuple[str, str], str | Promise] = {
    ("", Scope.CELL): gettext_lazy(
        "Operations share the limit: when one had used it up, another one was refused too. The strict reading is right."
    ),
    ("", Scope.CATEGORY): gettext_lazy(
        "Each category has a limit of its own: when one had used it up, another category was still answered, and "
        "another operation of the same category was refused."
    ),
    ("jobs", Scope.CATEGORY): gettext_lazy(
        "Each category has a limit of its own: when one had used it up, the other was still answered. Whether the "
        "operations of one category share it can't be told by reads that change nothing."
    ),
    ("", Scope.OPERATION): gettext_lazy(
        "Each operation has a limit of its own: when one had used it up, the others were still answered."
    ),
}
_NOT_FOUND: dict[str, str | Promise] = {
    Why.BUSY: gettext_lazy(
        "It can't be told: other requests of this console were under way all the time. Try again when it is quieter."
    ),
    Why.FOREIGN: gettext_lazy(
        "It can't be told: the cloud refused before the limit was reached. Somebody else uses the account now, or its "
        "limit is lower than what stands here."
    ),
    Why.FAILED: gettext_lazy(
        "It can't be told: the cloud did not answer a read as expected, so nobody knows whether it was counted. Test "
        "the connection, then try again."
    ),
    Why.UNREFUSED: gettext_lazy(
        "It can't be told: the cloud accepted more than the limit. Either its limit is higher, or its answers take too "
        "long for this window."
    ),
    Why.LOST: gettext_lazy("It can't be told: the background process ended before it was through."),
}


@dataclass(frozen=True)
class Measured:
    """A measurement, ready to be shown. recommended: the scope to apply; None when nothing is to be changed."""

    measurement: QuotaMeasurement
    said: str
    recommended: Scope | None

    @property
    def label(self) -> str:
        return quota_name(self.measurement.quota)

    @property
    def running(self) -> bool:
        return self.measurement.ended_at is None

    @property
    def found(self) -> bool:
        return bool(self.measurement.scope)


@dataclass(frozen=True)
class Price:
    """What measuring costs at most. seconds: for which nobody else's requests of this quota are sent."""

    requests: int
    seconds: int


def price_of(quota: str, rule: QuotaRule) -> Price | None:
    """Return the price of measuring a quota; None when it can't be measured or would be too dear."""
    recipe = RECIPES.get(quota)
    if recipe is None or rule.quota.limit + len(recipe.then) > MOST_REQUESTS or rule.quota.seconds > 60:
        return None
    window = rule.quota.seconds
    return Price(
        price(recipe, rule.quota.limit),
        round(recipe.tries * (2 * window + burst(window) + ANSWERS_SECONDS)),
    )


def ask_to_measure(connection: Connection, quota: str, *, actor: User, reason: str) -> QuotaMeasurement:
    """Let the background measure a quota of the connection's account.

    Raises PermissionDenied; Guarded when it can't be measured, is being measured, or was refused a moment ago.
    """
    _require(actor, connection)
    owner = owner_of(connection)
    if price_of(quota, rules_of(connections_of(owner))[quota]) is None:
        raise Guarded(_("This limit is not measured: it would cost too many requests."))
    if Bucket.objects.filter(owner=owner, cell=quota, refused_at__gte=timezone.now() - _QUIET).exists():
        raise Guarded(
            _(
                "The cloud refused a request of this quota a moment ago. Wait two minutes: now nothing could be told."
            )
        )
    with transaction.atomic():
        list(
            Bucket.objects.select_for_update().filter(owner=owner, cell=quota).order_by("pk")
        )  # one at a time
        others = QuotaMeasurement.objects.filter(connection__in=connections_of(owner), ended_at=None)
        if others.exists():
            raise Guarded(_("A quota of this account is being measured already. Wait for it."))
        measurement = QuotaMeasurement(connection=connection, quota=quota, asked_by=actor)
        entry = audit.record(
            actions.MEASURE_QUOTA,
            actor=actor,
            connection=connection,
            target=_target(connection),
            reason=reason,
            details={"quota": quota},
        )
        measurement.entry_id = entry.uuid
        measurement.save(force_insert=True)
    return measurement


def measured(connection: Connection) -> list[Measured]:
    """Return the last measurement of each quota on this connection, the latest first, in words."""
    found = QuotaMeasurement.objects.filter(connection=connection).order_by("asked_at")
    last = {one.quota: one for one in found}
    if not last:
        return []
    rules = rules_of(connections_of(owner_of(connection)))
    newest_first = sorted(last.values(), key=lambda one: one.asked_at, reverse=True)
    return [_in_words(one, rules[one.quota]) for one in newest_first if one.quota in rules]


def _in_words(measurement: QuotaMeasurement, rule: QuotaRule) -> Measured:
    if measurement.ended_at is None:
        began = measurement.begun_at is not None
        return Measured(
            measurement, _("It is being measured.") if began else _("It waits for the worker."), None
        )
    if not measurement.scope:
        return Measured(measurement, str(_NOT_FOUND.get(measurement.why, _NOT_FOUND[Why.FAILED])), None)
    scope = Scope(measurement.scope)
    said = _FOUND.get((measurement.quota, scope)) or _FOUND["", scope]
    return Measured(measurement, str(said), scope if scope is not rule.scope else None)


def apply_measurement(connection: Connection, quota: str, *, actor: User) -> None:
    """Make what was found out last the rule of the quota, with the numbers in force; on record.

    Raises PermissionDenied; Guarded when nothing was found out.
    """
    measurement = (
        QuotaMeasurement.objects.filter(connection=connection, quota=quota).order_by("-asked_at").first()
    )
    if measurement is None or not measurement.scope:
        raise Guarded(_("Nothing was found out that could be applied."))
    rule = rules_of(connections_of(owner_of(connection)))[measurement.quota]
    change_quota(
        connection,
        measurement.quota,
        Scope(measurement.scope),
        rule.quota.limit,
        round(rule.quota.seconds),
        actor=actor,
        reason=f"As measured on {measurement.asked_at:%Y-%m-%d %H:%M} UTC",
    )


def hand_out() -> None:
    """Hand measurements that wait to a background process, each once; end those whose process has ended."""
    now = timezone.now()
    for lost in QuotaMeasurement.objects.filter(ended_at=None, deadline__lt=now):
        _end(lost, Finding(None, 0, Why.LOST))
    for waiting in QuotaMeasurement.objects.filter(ended_at=None, begun_at=None):
        claim = QuotaMeasurement.objects.filter(pk=waiting.pk, begun_at=None)
        if claim.update(begun_at=now, deadline=now + _LEASE):
            async_task(
                "console.connections.measurements.run",
                waiting.pk,
                save=False,
                task_name="connections.measure",
            )


def run(measurement_id: int) -> None:
    """Measure. It is never begun twice: what was sent by a process that has ended is not sent again."""
    measurement = QuotaMeasurement.objects.select_related("connection", "asked_by").get(pk=measurement_id)
    if measurement.ended_at is not None:
        return
    person = measurement.asked_by.get_username() if measurement.asked_by else ""
    with acting_for(Consumer("task", "connections.measure", person)):
        try:
            found = _measured(measurement)
        except SparkError as problem:
            log.info("not measured", quota=measurement.quota, problem=str(problem))
            found = Finding(None, 0, Why.FAILED)
    _end(measurement, found)


def _measured(measurement: QuotaMeasurement) -> Finding:
    connection, recipe = measurement.connection, RECIPES[measurement.quota]
    owner, until = owner_of(connection), time.monotonic() + _LONGEST_SECONDS
    sent = 0
    found = Finding(None, 0, Why.BUSY)
    for _number in range(recipe.tries):
        found = measure_held(connection, owner, recipe, until)
        sent += found.sent
        if found.why != Why.UNREFUSED:
            break
    return Finding(found.scope, sent, found.why, found.refused)


def _end(measurement: QuotaMeasurement, found: Finding) -> None:
    """Write down what was found, here and in the trail, once."""
    ended = QuotaMeasurement.objects.filter(pk=measurement.pk, ended_at=None).update(
        ended_at=timezone.now(),
        scope=found.scope or "",
        why=found.why,
        sent=found.sent,
        refused=found.refused,
    )
    if ended:
        holds = {
            Scope.CELL: "the whole row",
            Scope.CATEGORY: "each category",
            Scope.OPERATION: "each operation",
        }
        finding = (
            f"the limit holds for {holds[found.scope]}" if found.scope else f"not found out: {found.why}"
        )
        audit.note(measurement.entry_id, finding, {"requests": found.sent, "refused": found.refused})


def _require(actor: User, connection: Connection) -> None:
    if not can(actor, Right.MANAGE, connection):
        raise PermissionDenied(_("You do not manage this connection."))


def _target(connection: Connection) -> audit.Target:
    return audit.Target("connection", connection.slug, connection.name)
