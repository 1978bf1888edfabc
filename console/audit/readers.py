"""Whose entries a person may read: the one place where the ledger asks the table of rights.

The ledger itself knows no people (accounts stands above audit); its pages do, through this file and their marks.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from console.accounts.access import Grant, connections_of, grants_of
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Right, Role
from console.audit.models import CONSOLE, Ledger
from console.audit.words import known_applications

__all__ = [
    "Reader",
    "connection_of",
    "nameable_applications",
    "readable_ledgers",
    "role_labels",
    "verifiable_ledgers",
    "verifiable_names",
    "verifies_all",
    "visible_to",
]

Reader = User
_NOTHING = Q(pk__in=[])


def visible_to(user: Reader) -> Q:
    """Return the condition on attempts and records that a person may see.

    The whole trail: everything on what the grant reaches, and the console's own ledger when that is every connection.
    The team's: entries of people who share the connection or application. One's own: on connections where one still has
    a role, and in the console's ledger.
    """
    grants = grants_of(user)
    if any(Right.READ_TRAIL in grant.rights and grant.connection_id is None for grant in grants):
        return Q()
    found = _own(user, grants)
    for grant in grants:
        if Right.READ_TRAIL in grant.rights:
            found |= _reached(grant)
        elif Right.READ_TEAM_TRAIL in grant.rights:
            found |= _reached(grant) & Q(actor_id__in=_team(grant))
    return found


def _own(user: Reader, grants: tuple[Grant, ...]) -> Q:
    having = [grant for grant in grants if Right.READ_OWN_TRAIL in grant.rights]
    if not having:
        return _NOTHING
    mine = Q(actor_id=user.pk)
    if any(grant.connection_id is None for grant in having):
        return mine
    return mine & (Q(connection_id=None) | Q(connection_id__in={grant.connection_id for grant in having}))


def _reached(grant: Grant) -> Q:
    if grant.connection_id is None:
        return Q(connection_id__isnull=False)
    found = Q(connection_id=grant.connection_id)
    return found & Q(app_id=grant.app_id) if grant.app_id else found


def _team(grant: Grant) -> QuerySet[RoleGrant, Any]:
    """The ids of everybody who has a role where this grant reaches."""
    sharing = RoleGrant.objects.all()
    if grant.connection_id is not None:
        sharing = sharing.filter(Q(connection=None) | Q(connection=grant.connection_id))
    if grant.app_id:
        sharing = sharing.filter(app_id__in=["", grant.app_id])
    return sharing.values("user_id")


def readable_ledgers(user: Reader) -> list[Ledger]:
    """Return the ledgers that can hold entries the person may see, the console's first."""
    reached = [grant.connection_id for grant in grants_of(user)]
    found = Ledger.objects.order_by("label", "name")
    if reached and None not in reached:
        found = found.filter(Q(connection_id__in=reached) | Q(name=CONSOLE))
    elif not reached:
        return []
    return sorted(found, key=lambda ledger: ledger.name != CONSOLE)


def verifiable_ledgers(user: Reader) -> list[Ledger]:
    """Return the ledgers whose whole trail the person may read."""
    if verifies_all(user):
        return readable_ledgers(user)
    return list(Ledger.objects.filter(connection_id__in=_whole(user)).order_by("label"))


def verifiable_names(user: Reader, known: Iterable[str]) -> list[str]:
    """Return those of the known ledgers' names that the person may verify: also of ledgers that are gone."""
    if verifies_all(user):
        return list(known)
    mine = {f"connection-{pk}" for pk in _whole(user)}
    return [name for name in known if name in mine]


def verifies_all(user: Reader) -> bool:
    """Say whether the person reads the whole trail of everything: only they see how much is in all ledgers."""
    return None in _whole(user)


def _whole(user: Reader) -> set[int | None]:
    grants = grants_of(user)
    return {grant.connection_id for grant in grants if Right.READ_TRAIL in grant.rights and not grant.app_id}


def nameable_applications(user: Reader, ledgers: Iterable[Ledger]) -> dict[str, str]:
    """Return the remembered names, by id, of the applications that the person has a role in, on these ledgers."""
    grants = grants_of(user)
    connections = [ledger.connection_id for ledger in ledgers if ledger.connection_id is not None]
    return {
        app_id: name
        for (connection_id, app_id), name in known_applications(connections).items()
        if any(grant.reaches(connection_id, app_id) for grant in grants)
    }


def connection_of(user: Reader, connection_id: int) -> Any:
    """Return the connection, or None when it is gone or the person has no role on it."""
    return connections_of(user, with_inactive=True).filter(pk=connection_id).first()


def role_labels(roles: str) -> str:
    """Say an entry's roles in the reader's language; roles that exist no more stay as they were."""
    labels = {role.value: str(role.label) for role in Role}
    return ", ".join(labels.get(role, role) for role in roles.split(", "))
