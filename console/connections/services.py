"""What owners do about connections. Every change is on record, in the transaction that makes it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.reach import manages_everything
from console.accounts.rights import Right
from console.connections import actions, answers
from console.connections.check import CheckResult, Step, check_connection
from console.connections.models import Connection
from console.connections.owners import known_owner_of, owner_of, restore_budgets
from console.connections.secrets import seal

__all__ = [
    "ConnectionFacts",
    "Guarded",
    "change_connection",
    "create_connection",
    "delete_connection",
    "last_check",
    "switch_off",
    "switch_on",
    "test_connection",
]


class Guarded(Exception):
    """A change that cannot be made. str() is the sentence for the person."""


@dataclass(frozen=True)
class ConnectionFacts:
    """What a connection consists of, without its secret."""

    name: str
    slug: str
    endpoint: str
    project_id: str
    kind: str
    access_key: str = ""
    iam_endpoint: str = ""
    iam_domain: str = ""
    iam_user: str = ""
    obs_endpoint: str = ""

    @classmethod
    def of(cls, connection: Connection) -> "ConnectionFacts":
        return cls(**{name: getattr(connection, name) for name in cls.__dataclass_fields__})

    @property
    def who_gets_the_secret(self) -> tuple[str, ...]:
        """Return what decides to whom the secret is shown, and whose it is: a change of it wants it typed again."""
        if self.kind == Connection.Kind.IAM_USER:
            return (self.endpoint, self.kind, self.iam_endpoint, self.iam_domain, self.iam_user)
        return (self.endpoint, self.kind, self.access_key)


def create_connection(facts: ConnectionFacts, *, secret: str, actor: User, reason: str) -> Connection:
    """Add a connection. secret: in clear; sealed here and nowhere else kept.

    Raises PermissionDenied, and Guarded when its name or short name is taken.
    """
    if not manages_everything(actor):
        raise PermissionDenied(_("Only owners of every connection add one."))
    connection = Connection(**asdict(facts), secret=seal(secret))
    with transaction.atomic():
        _save(connection)
        _record(actions.CREATE, connection, actor, reason, after=_told(connection))
    return connection


def change_connection(
    connection: Connection, facts: ConnectionFacts, *, secret: str = "", actor: User, reason: str
) -> Connection:
    """Change a connection; an empty secret keeps the one there is.

    What the console remembers of a project is seen through every connection that leads to it, so only owners of
    everything lead one elsewhere. Raises PermissionDenied; Guarded when the name is taken, or the secret would be shown
    to somebody else unasked.
    """
    _require(actor, connection)
    with transaction.atomic():
        found = Connection.objects.select_for_update().get(pk=connection.pk)
        before, old = _told(found), ConnectionFacts.of(found)
        spent = known_owner_of(found)
        moved = (old.endpoint, old.project_id) != (facts.endpoint, facts.project_id)
        if moved and not manages_everything(actor):
            raise PermissionDenied(
                _("Only owners of every connection lead one to another endpoint or project.")
            )
        if not secret and old.who_gets_the_secret != facts.who_gets_the_secret:
            raise Guarded(_("Enter the secret again: it was entered for another endpoint or another key."))
        for name, value in asdict(facts).items():
            setattr(found, name, value)
        if secret:
            found.secret = seal(secret)
        found.checked_at, found.checked = None, []
        _save(found)
        if moved:
            answers.drop(found)  # they tell of another project
        _restore_budgets(spent, found)
        after = {**_told(found), **({"replaced": "secret"} if secret else {})}
        _record(actions.CHANGE, found, actor, reason, before=before, after=after)
    return found


def switch_off(connection: Connection, *, actor: User, reason: str) -> None:
    """Take a connection out of use: its pages vanish and nothing more is sent. Raises PermissionDenied, Guarded."""
    _switch(connection, False, actor, reason)


def switch_on(connection: Connection, *, actor: User, reason: str) -> None:
    """Take a connection into use again. Raises PermissionDenied, Guarded."""
    _switch(connection, True, actor, reason)


def delete_connection(connection: Connection, *, actor: User, reason: str) -> None:
    """Delete a connection with its secret, its roles and its stored answers. The trail keeps what was done with it.

    Raises PermissionDenied, and Guarded when it is in use or gone already.
    """
    _require(actor, connection)
    with transaction.atomic():
        found = Connection.objects.select_for_update().filter(pk=connection.pk).first()
        if found is None:
            raise Guarded(_("Somebody has deleted this connection already."))
        if found.active:
            raise Guarded(_("Switch the connection off first, so that nobody is in the middle of something."))
        before = _told(found)
        target = _target(found)
        spent = known_owner_of(found)
        # The record comes last in its transaction, and names the connection that is gone by then.
        Connection.objects.filter(pk=found.pk).delete()
        _restore_budgets(spent)
        audit.record(
            actions.DELETE, actor=actor, connection=found, target=target, reason=reason, before=before
        )


def test_connection(connection: Connection, *, actor: User) -> CheckResult:
    """Test a connection, keep what was found beside it, and put on record that it was tested.

    Spends three requests at most. Raises PermissionDenied.
    """
    _require(actor, connection)
    result = check_connection(connection)
    Connection.objects.filter(pk=connection.pk).update(
        checked_at=timezone.now(), checked=[asdict(step) for step in result.steps]
    )
    failure = result.failure
    audit.record(
        actions.TEST,
        actor=actor,
        connection=connection,
        target=_target(connection),
        outcome="succeeded" if result.passed else "failed",
        error="" if failure is None else _in_english(failure),
        request_id="" if failure is None else failure.request_id,
    )
    return result


test_connection.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name


def last_check(connection: Connection) -> CheckResult | None:
    """Return what the last test found, None when the connection was not tested since it was changed."""
    if connection.checked_at is None:
        return None
    return CheckResult(tuple(Step.of(step) for step in connection.checked))


def _in_english(failure: Step) -> str:
    """Return what failed for the trail, which has one language; it knows the sentence again, which comes first."""
    with override("en"):
        return f"{failure.said} ({failure.name})"


def _switch(connection: Connection, active: bool, actor: User, reason: str) -> None:
    _require(actor, connection)
    with transaction.atomic():
        if not Connection.objects.filter(pk=connection.pk, active=not active).update(active=active):
            raise Guarded(_("It is switched on already.") if active else _("It is switched off already."))
        action = actions.SWITCH_ON if active else actions.SWITCH_OFF
        _record(action, connection, actor, reason, before={"active": not active}, after={"active": active})


def _restore_budgets(spent: str | None, connection: Connection | None = None) -> None:
    """See to it that only those have a say in an account's quotas who spend them now."""
    if connection is not None and connection.quota_wishes.exists():
        restore_budgets(owner_of(connection))
    if spent is not None:
        restore_budgets(spent)


def _save(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:
        raise Guarded(_("Another connection has this name or short name.")) from None


def _require(actor: User, connection: Connection) -> None:
    if not can(actor, Right.MANAGE, connection):
        raise PermissionDenied(_("You do not manage this connection."))


def _told(connection: Connection) -> dict[str, Any]:
    return {**asdict(ConnectionFacts.of(connection)), "active": connection.active}


def _target(connection: Connection) -> audit.Target:
    return audit.Target("connection", connection.slug, connection.name)


def _record(action: str, connection: Connection, actor: User, reason: str, **states: Any) -> None:
    target = _target(connection)
    audit.record(action, actor=actor, connection=connection, target=target, reason=reason, **states)
