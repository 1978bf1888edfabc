"""Seal every secret with the newest key, so that an old key can be retired."""

from collections.abc import Callable
from dataclasses import dataclass

from console import audit
from console.connections import actions
from console.connections.models import Connection, SharedToken
from console.connections.secrets import SecretUnreadable, reseal

__all__ = ["Resealed", "register_sealed", "reseal_all"]


@dataclass(frozen=True)
class Resealed:
    """What came of it. unreadable: whose secrets no key opens, by name; they need them entered again."""

    done: int
    unreadable: tuple[str, ...]


_others: dict[str, Callable[[], Resealed]] = {}


def register_sealed(name: str, reseal_them: Callable[[], Resealed]) -> None:
    """Let another app's secrets be sealed anew together with the connections'; the same name again replaces it.

    reseal_them: seals each of its secrets with the newest key, without undoing what somebody changes meanwhile.
    """
    _others[name] = reseal_them


def reseal_all() -> Resealed:
    """Seal all secrets with the first of SEALING_KEYS, other apps' too, on record.

    Changes made meanwhile by people are not undone.
    """
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
    for reseal_them in _others.values():
        others = reseal_them()
        done += others.done
        unreadable += others.unreadable
    audit.record(
        actions.RESEAL,
        actor=None,
        outcome="failed" if unreadable else "succeeded",
        details={"resealed": done, "unreadable": unreadable},
    )
    return Resealed(done, tuple(unreadable))
