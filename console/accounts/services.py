"""What owners do about people and their roles. Every change is on record, in the transaction that makes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from console import audit
from console.accounts import actions, reach, sessions
from console.accounts.access import can
from console.accounts.models import RoleGrant, User
from console.accounts.reach import Guarded
from console.accounts.rights import Right, Role

__all__ = [
    "change_person",
    "create_person",
    "deactivate_person",
    "give_role",
    "reactivate_person",
    "reset_password",
    "sign_out_everywhere",
    "target_of",
    "withdraw_role",
]


def create_person(*, actor: User, username: str, name: str, email: str, password: str, reason: str) -> User:
    """Add a person without roles, whose password lasts until their first sign-in.

    password: checked by the form; never kept or recorded in clear. Raises Guarded when name or address is taken.
    """
    with _change(actor):
        if not can(actor, Right.MANAGE):
            raise PermissionDenied
        person = User(username=username, display_name=name, email=email, must_change_password=True)
        person.set_password(password)
        _save(person)
        after = _facts(person)
        audit.record(actions.CREATE_PERSON, actor=actor, target=target_of(person), reason=reason, after=after)
    return person


def change_person(person: User, *, actor: User, name: str, email: str) -> None:
    """Change a person's name and e-mail address; people may change their own. Raises Guarded when it is taken."""
    with _change(actor):
        if actor.pk != person.pk:
            reach.require_person(actor, person)
        before = _facts(User.objects.get(pk=person.pk))
        person.display_name, person.email = name, email
        _save(person, "display_name", "email")
        after = _facts(person)
        if after != before:
            audit.record(
                actions.CHANGE_PERSON, actor=actor, target=target_of(person), before=before, after=after
            )


def give_role(
    person: User, role: Role, *, actor: User, connection: Any = None, app_id: str = "", reason: str
) -> RoleGrant:
    """Give a role on every connection (connection=None), on one, or on one application of it.

    Raises PermissionDenied where the actor does not manage, Guarded when the person has it already or is the actor.
    """
    with _change(actor):
        reach.require_place(actor, connection)
        if person.pk == actor.pk:
            raise Guarded(_("Nobody gives roles to themselves. Ask another owner."))
        if role == Role.OWNER and app_id:
            raise Guarded(_("An application has no owner. Choose another role, or the whole connection."))
        try:
            with transaction.atomic():
                grant = RoleGrant.objects.create(user=person, role=role, connection=connection, app_id=app_id)
        except IntegrityError as error:
            raise Guarded(_("They have this role there already.")) from error
        _record_role(actions.GIVE_ROLE, grant, actor, reason)
    return grant


def withdraw_role(grant: RoleGrant, *, actor: User, reason: str) -> None:
    """Take a role away.

    Raises PermissionDenied where the actor does not manage, Guarded when it is the last owner's or gone already.
    """
    with _change(actor):
        reach.require_place(actor, grant.connection)
        reach.guard_last_owner(RoleGrant.objects.filter(pk=grant.pk))
        if not RoleGrant.objects.filter(pk=grant.pk).delete()[0]:
            raise Guarded(_("Somebody has withdrawn this role already."))
        _record_role(actions.WITHDRAW_ROLE, grant, actor, reason)


def deactivate_person(person: User, *, actor: User, reason: str) -> None:
    """Switch a person off: signed out at once and kept out, their roles kept for the day they return."""
    with _change(actor):
        reach.require_person(actor, person)
        reach.guard_last_owner(RoleGrant.objects.filter(user=person))
        if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
            raise Guarded(_("Somebody has deactivated this person already."))
        sessions.end_all(person)
        person.is_active = False
        audit.record(actions.DEACTIVATE_PERSON, actor=actor, target=target_of(person), reason=reason)


def reactivate_person(person: User, *, actor: User, reason: str) -> None:
    """Let a deactivated person in again, with the roles that they had."""
    with _change(actor):
        reach.require_person(actor, person)
        if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            raise Guarded(_("This person is active already."))
        person.is_active = True
        audit.record(actions.REACTIVATE_PERSON, actor=actor, target=target_of(person), reason=reason)


def reset_password(person: User, *, actor: User, password: str, reason: str) -> None:
    """Set a password that lasts until the person's next sign-in, and sign them out everywhere."""
    with _change(actor):
        reach.require_person(actor, person)
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        sessions.end_all(person)
        audit.record(actions.RESET_PASSWORD, actor=actor, target=target_of(person), reason=reason)


def sign_out_everywhere(person: User, *, actor: User) -> None:
    """End all sessions of a person; people may end their own."""
    with _change(actor):
        if actor.pk != person.pk:
            reach.require_person(actor, person)
        sessions.end_all(person)
        audit.record(actions.SIGN_OUT_EVERYWHERE, actor=actor, target=target_of(person))


def target_of(person: User) -> audit.Target:
    """Return a person as the target of an entry."""
    return audit.Target("person", person.username, str(person))


@contextmanager
def _change(actor: User) -> Iterator[None]:
    with transaction.atomic():
        reach.lock_owners(actor)
        yield


def _save(person: User, *fields: str) -> None:
    try:
        with transaction.atomic():
            person.save(update_fields=fields or None)
    except IntegrityError as error:
        raise Guarded(_("Another person has this user name or e-mail address.")) from error


def _facts(person: User) -> dict[str, str]:
    return {"username": person.username, "name": person.display_name, "email": person.email}


def _record_role(action: str, grant: RoleGrant, actor: User, reason: str) -> None:
    where = {
        "role": grant.role,
        "connection": getattr(grant.connection, "slug", "*"),
        "app_id": grant.app_id or "*",
    }
    given = action == actions.GIVE_ROLE
    audit.record(
        action,
        actor=actor,
        connection=grant.connection,
        app_id=grant.app_id,
        target=target_of(grant.user),
        reason=reason,
        before=None if given else where,
        after=where if given else None,
    )
