"""The limits that verdicts compare with on a connection: the installation's, and what it has instead."""

from collections.abc import Mapping

from django.db import transaction

from console import audit
from console.accounts.models import User
from console.connections.models import Connection
from console.investigate.actions import LIMITS as SET
from console.investigate.limits import limits_for as in_force
from console.investigate.models import VerdictLimits
from console.investigate.verdict.limits import BadLimits, Limits

__all__ = ["limits_for", "set_limits"]


def limits_for(connection: Connection) -> Limits:
    """Return the limits in force on a connection. One query.

    What was stored and can't be in force any more counts for nothing: a limit may be gone, or clash with the
    installation's.
    """
    stored = VerdictLimits.objects.filter(pk=connection.pk).values_list("values", flat=True).first() or {}
    known = in_force()
    try:
        return in_force({name: value for name, value in stored.items() if name in known})
    except BadLimits:
        return known


def set_limits(connection: Connection, values: Mapping[str, float], *, actor: User, reason: str) -> Limits:
    """Put limits in force for verdicts given from now on; on record.

    values: {id: value}; what is as installed isn't stored. Raises BadLimits, with what is wrong with each.
    """
    limits, installed = in_force(values), in_force()
    before = limits_for(connection).plain()
    own = {name: value for name, value in limits.items() if value != installed[name]}
    changed = sorted(name for name in before if before[name] != limits[name])
    with transaction.atomic():
        VerdictLimits.objects.update_or_create(connection=connection, defaults={"values": own})
        audit.record(
            SET,
            actor=actor,
            connection=connection,
            target=audit.Target("limits", connection.slug),
            reason=reason,
            before={name: before[name] for name in changed},
            after={name: limits[name] for name in changed},
        )
    return limits
