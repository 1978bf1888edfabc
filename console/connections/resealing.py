"""Seal every secret with the newest key, so that an old key can be retired."""

from dataclasses import dataclass

from console import audit
from console.connections import actions
from console.connections.models import Connection, SharedToken
from console.connections.secrets import SecretUnreadable, reseal

__all__ = ["Resealed", "reseal_all"]


@dataclass(frozen=True)
class Resealed:
    """What came of it. unreadable: names of connections whose secret no key opens; they need it entered again."""

    done: int
    unreadable: tuple[str, ...]


def reseal_all() -> Resealed:
    """Seal all secrets with the first of SEALING_KEYS, on record. Changes made meanwhile by people are not undone."""
    done, unreadable = 0, []
    for connection in Connection.objects.exclude(secret=b"").order_by("pk"):
        try:
            sealed = reseal(connection.secret)
        except SecretUnreadable:
            unreadable.append(connection.name)
            continue
        # As it was read: somebody may have entered another secret since, which is sealed with the newest key anyway.
        rows = Connection.objects.filter(pk=connection.pk, secret=connection.secret)
        done += rows.update(secret=sealed)
    SharedToken.objects.all().delete()  # fetched anew when they are needed
    audit.record(
        actions.RESEAL,
        actor=None,
        outcome="failed" if unreadable else "succeeded",
        details={"resealed": done, "unreadable": unreadable},
    )
    return Resealed(done, tuple(unreadable))
