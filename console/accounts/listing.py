"""What the pages about people show: frozen, so that a template never asks the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from console.accounts import reach
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.core import shell

__all__ = [
    "GrantRow",
    "PersonRow",
    "application_name",
    "find_people",
    "get_grant",
    "get_person",
    "own_grants",
    "row_of",
    "rows_of",
]


_Names = dict[int, dict[tuple[int, str], str]]  # of applications, for each connection that was asked about


@dataclass(frozen=True)
class GrantRow:
    """A role as the viewer sees it. connection: "" is every connection; app_id: "" every application.

    app_name: as it is stored, "" when the console does not know the application.
    """

    id: int
    role: str
    connection: str
    app_id: str
    given_at: datetime
    app_name: str = ""


@dataclass(frozen=True)
class PersonRow:
    """A person as the viewer sees them. elsewhere: how many roles they have where the viewer does not manage."""

    id: int
    username: str
    name: str
    email: str
    active: bool
    waiting: bool
    last_seen: datetime | None
    grants: tuple[GrantRow, ...]
    elsewhere: int


def find_people(*, text: str = "", state: str = "", role: str = "") -> "QuerySet[User]":
    """Return people by part of a name or address, by state ("active", "off"), and by role, in the order of names."""
    found = User.objects.all()
    if text:
        found = found.filter(
            Q(username__icontains=text) | Q(display_name__icontains=text) | Q(email__icontains=text)
        )
    if state in ("active", "off"):
        found = found.filter(is_active=state == "active")
    if role in Role.values:
        found = found.filter(grants__role=role).distinct()
    return found.order_by("username")


def rows_of(people: "QuerySet[User]", *, viewer: User) -> list[PersonRow]:
    """Return people with their roles: two queries, one for what the viewer manages, one for each connection's names."""
    names: _Names = {}
    managed = None if reach.manages_everything(viewer) else _managed_ids(viewer)
    everyone = people.prefetch_related(
        Prefetch(
            "grants",
            RoleGrant.objects.select_related("connection").order_by("connection__name", "app_id", "pk"),
        )
    )
    return [_row(person, managed, names) for person in everyone]


def row_of(person: User, *, viewer: User) -> PersonRow:
    """Return one person with their roles."""
    return rows_of(User.objects.filter(pk=person.pk), viewer=viewer)[0]


def own_grants(person: User) -> list[GrantRow]:
    """Return a person's own roles, wherever they are."""
    grants = RoleGrant.objects.filter(user=person).select_related("connection")
    names: _Names = {}
    return [_grant(grant, names) for grant in grants.order_by("connection__name", "app_id", "pk")]


def application_name(grant: RoleGrant) -> str:
    """Return the name of the application that a role counts for, "" when the console does not know it."""
    return _name(grant, {})


def get_person(pk: int) -> User:
    """Return a person; raise Http404 when there is none."""
    try:
        return User.objects.get(pk=pk)
    except (User.DoesNotExist, OverflowError):
        raise Http404(_("There is no such person.")) from None


def get_grant(person: User, pk: int, *, viewer: User) -> RoleGrant:
    """Return a role of the person that the viewer manages; raise Http404 for all others."""
    grants = RoleGrant.objects.select_related("connection", "user").filter(reach.grants_managed_by(viewer))
    try:
        return grants.get(pk=pk, user=person)
    except (RoleGrant.DoesNotExist, OverflowError):
        raise Http404(_("There is no such role; somebody may have withdrawn it.")) from None


def _managed_ids(viewer: User) -> frozenset[int]:
    return frozenset(reach.connections_managed_by(viewer).values_list("pk", flat=True))


def _row(person: Any, managed: frozenset[int] | None, names: _Names) -> PersonRow:
    grants = list(person.grants.all())
    seen = [grant for grant in grants if managed is None or grant.connection_id in managed]
    return PersonRow(
        id=person.pk,
        username=person.username,
        name=person.display_name,
        email=person.email,
        active=person.is_active,
        waiting=person.must_change_password,
        last_seen=person.last_login,
        grants=tuple(_grant(grant, names) for grant in seen),
        elsewhere=len(grants) - len(seen),
    )


def _grant(grant: RoleGrant, names: _Names) -> GrantRow:
    where = grant.connection.name if grant.connection else ""
    name = _name(grant, names)
    return GrantRow(grant.pk, grant.get_role_display(), where, grant.app_id, grant.given_at, name)


def _name(grant: RoleGrant, names: _Names) -> str:
    """Return the application's name. names: of the connections that were asked about already."""
    if not grant.app_id or grant.connection is None:
        return ""
    pk = grant.connection.pk
    if pk not in names:
        names[pk] = shell.ask("applications", [pk], default={})
    return names[pk].get((pk, grant.app_id), "")
