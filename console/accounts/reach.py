"""How far an owner's hand reaches: whom and what they may manage, and that somebody always can."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from console.accounts.access import can, connections_of, forget_grants, grants_of
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Right, Role

__all__ = [
    "Guarded",
    "connections_managed_by",
    "grants_managed_by",
    "guard_last_owner",
    "lock_owners",
    "manages_everything",
    "manages_person",
    "require_person",
    "require_place",
]


class Guarded(Exception):
    """A change that nobody may make, whatever their rights. str() is the sentence for the person."""


def manages_everything(actor: User) -> bool:
    """Say whether the person owns the console as a whole, not only one connection."""
    return any(g.connection_id is None and Right.MANAGE in g.rights for g in grants_of(actor))


def connections_managed_by(actor: User) -> "QuerySet[Any]":
    """Return the connections whose people the actor manages."""
    return connections_of(actor, Right.MANAGE, with_inactive=True)


def grants_managed_by(actor: User) -> Q:
    """Return the condition of the grants that the actor may give and withdraw."""
    return Q() if manages_everything(actor) else Q(connection__in=connections_managed_by(actor))


def manages_person(actor: User, person: User) -> bool:
    """Say whether the actor may sign the person out, set their password, or deactivate them.

    Only when they manage all that the person can reach: else the owner of one connection would come by the rights that
    somebody has on another. Nobody manages themselves.
    """
    if actor.pk == person.pk or not can(actor, Right.MANAGE):
        return False
    if manages_everything(actor):
        return True
    return not RoleGrant.objects.filter(user=person).exclude(grants_managed_by(actor)).exists()


def require_person(actor: User, person: User) -> None:
    """Raise PermissionDenied unless the actor manages the person."""
    if not manages_person(actor, person):
        raise PermissionDenied(_("You do not manage this person."))


def require_place(actor: User, connection: Any) -> None:
    """Raise PermissionDenied unless the actor manages roles there. connection: None means every connection."""
    allowed = manages_everything(actor) if connection is None else can(actor, Right.MANAGE, connection)
    if not allowed:
        raise PermissionDenied(_("You do not manage roles there."))


def lock_owners(actor: User) -> None:
    """Hold all owners' roles until the transaction ends, and look again what the actor may.

    Two owners who withdraw each other at the same moment would else both pass the guard.
    """
    list(RoleGrant.objects.select_for_update().filter(role=Role.OWNER).values_list("pk"))
    forget_grants(actor)


def guard_last_owner(leaving: "QuerySet[RoleGrant]") -> None:
    """Raise Guarded when nobody would own what these grants own, once they are gone."""
    staying = RoleGrant.objects.filter(role=Role.OWNER, user__is_active=True).exclude(
        pk__in=leaving.values("pk")
    )
    for connection_id in leaving.filter(role=Role.OWNER).values_list("connection", flat=True):
        reaching = (
            Q(connection=None) if connection_id is None else Q(connection=None) | Q(connection=connection_id)
        )
        if not staying.filter(reaching).exists():
            raise Guarded(_("This is the last owner. Make somebody else an owner first."))
