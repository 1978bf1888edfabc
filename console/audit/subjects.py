"""Who, where and on what, copied as text, so that an entry still tells it when they are gone."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q

from console.audit.models import CONSOLE
from console.audit.scrub import clean_id
from console.core.clicks import current_click

__all__ = ["Actor", "ConnectionLike", "Target", "copy_actor", "copy_click", "copy_connection", "ledger_of"]

Actor = AbstractBaseUser | None


class ConnectionLike(Protocol):
    """What the ledger needs of a connection."""

    pk: Any
    slug: Any
    name: Any


@dataclass(frozen=True)
class Target:
    """What an action is aimed at.

    kind: "room", "participant", "application", …: a word of ours. id, name: at most 256 characters are kept.
    """

    kind: str
    id: str
    name: str = ""


def ledger_of(connection: ConnectionLike | None) -> str:
    """Return the name of the ledger that a connection's entries stand in."""
    return CONSOLE if connection is None else f"connection-{connection.pk}"


def copy_actor(actor: Actor, connection: ConnectionLike | None, app_id: str) -> dict[str, Any]:
    """Return the actor's fields of an entry; nothing for None, which is the console itself."""
    if actor is None or actor.pk is None:
        return {}
    username = actor.get_username()
    return {
        "actor_id": actor.pk,
        "actor_username": clean_id(username, 150),
        "actor_name": clean_id(getattr(actor, "display_name", "") or username, 150),
        "actor_role": clean_id(_roles(actor, connection, app_id), 150),
    }


def _roles(actor: AbstractBaseUser, connection: ConnectionLike | None, app_id: str) -> str:
    """Name the roles that reach what is acted on; where that is the console as a whole, all of them."""
    grants = getattr(actor, "grants", None)
    if grants is None:
        return ""
    reaching = grants.all()
    if connection is not None:
        reaching = reaching.filter(Q(connection=None) | Q(connection=connection.pk))
    if app_id:
        reaching = reaching.filter(app_id__in=["", app_id])
    return ", ".join(sorted(set(reaching.values_list("role", flat=True))))


def copy_connection(connection: ConnectionLike | None) -> dict[str, Any]:
    """Return the connection's fields of an entry."""
    if connection is None:
        return {}
    return {
        "connection_id": connection.pk,
        "connection_slug": clean_id(connection.slug, 80),
        "connection_name": clean_id(connection.name, 150),
    }


def copy_click() -> dict[str, Any]:
    """Return the fields that tell which click an entry comes from, and from where."""
    click = current_click()
    return {
        "click_id": clean_id(click.id, 64),
        "address": clean_id(click.address, 64),
        "user_agent": clean_id(click.user_agent, 300),
    }
