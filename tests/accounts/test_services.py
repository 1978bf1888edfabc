"""People and roles: who may change what about whom, and that it is on record."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db import connection as database

from console.accounts import services
from console.accounts.access import can
from console.accounts.models import RoleGrant, User
from console.accounts.reach import Guarded
from console.accounts.rights import Right, Role
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _give(person: User, role: Role, actor: User, connection: Any = None, app_id: str = "") -> RoleGrant:
    return services.give_role(
        person, role, actor=actor, connection=connection, app_id=app_id, reason="the desk needs it"
    )


def test_a_given_role_counts_at_once_and_is_on_record(
    olga: User, carol: User, connection: Connection
) -> None:
    assert not can(carol, Right.MODERATE, connection)
    _give(carol, Role.MODERATOR, olga, connection, "app-1")
    fresh = User.objects.get(pk=carol.pk)
    assert can(fresh, Right.MODERATE, connection, "app-1")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome, entry.actor_username) == ("accounts.role.give", "succeeded", "olga")
    assert (entry.target_kind, entry.target_id, entry.reason) == ("person", "carol", "the desk needs it")
    assert (entry.connection_slug, entry.app_id) == ("demo", "app-1")
    assert entry.after == {"role": "moderator", "connection": "demo", "app_id": "app-1"}


def test_a_withdrawn_role_is_gone_and_on_record(olga: User, bob: User, connection: Connection) -> None:
    services.withdraw_role(bob.grants.get(), actor=olga, reason="left the desk")
    assert not can(User.objects.get(pk=bob.pk), Right.SEE_ROOMS, connection)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason) == ("accounts.role.withdraw", "left the desk")
    assert entry.before == {"role": "support", "connection": "*", "app_id": "*"}


def test_a_refused_change_leaves_neither_role_nor_entry(alice: User, carol: User) -> None:
    with pytest.raises(PermissionDenied):
        _give(carol, Role.SUPPORT, alice)
    assert not RoleGrant.objects.filter(user=carol).exists()
    assert not AuditEntry.objects.exists()


def test_the_owner_of_one_connection_gives_roles_there_only(
    oscar: User, carol: User, connection: Connection, other: Connection
) -> None:
    _give(carol, Role.SUPPORT, oscar, connection)
    for place in (other, None):
        with pytest.raises(PermissionDenied):
            _give(carol, Role.SUPPORT, oscar, place)
    assert RoleGrant.objects.get(user=carol).connection == connection


def test_the_owner_of_one_connection_withdraws_nothing_elsewhere(
    oscar: User, bob: User, connection: Connection
) -> None:
    with pytest.raises(PermissionDenied):
        services.withdraw_role(bob.grants.get(), actor=oscar, reason="tidying up")
    assert bob.grants.exists()


@pytest.mark.parametrize("change", ["reset", "deactivate", "sign_out", "rename"])
def test_nobody_comes_by_rights_through_anothers_account(oscar: User, bob: User, change: str) -> None:
    """Bob has a role on every connection; whoever could set his password would have it too."""
    password_before = bob.password
    changes: dict[str, Callable[[], object]] = {
        "reset": lambda: services.reset_password(
            bob, actor=oscar, password="green lamps at dawn", reason="forgotten"
        ),
        "deactivate": lambda: services.deactivate_person(bob, actor=oscar, reason="left"),
        "sign_out": lambda: services.sign_out_everywhere(bob, actor=oscar),
        "rename": lambda: services.change_person(bob, actor=oscar, name="B", email="oscar+bob@example.com"),
    }
    with pytest.raises(PermissionDenied):
        changes[change]()
    bob.refresh_from_db()
    assert (bob.password, bob.is_active, bob.session_epoch) == (password_before, True, 0)
    assert not AuditEntry.objects.exists()


def test_the_owner_of_one_connection_looks_after_its_people(
    oscar: User, carol: User, connection: Connection
) -> None:
    _give(carol, Role.SUPPORT, oscar, connection, "app-1")
    services.reset_password(carol, actor=oscar, password="green lamps at dawn", reason="forgotten")
    carol.refresh_from_db()
    assert carol.check_password("green lamps at dawn")
    assert carol.must_change_password
    assert carol.session_epoch == 1


def test_nobody_raises_their_own_rights(olga: User, oscar: User, connection: Connection) -> None:
    for actor in (olga, oscar):
        with pytest.raises(Guarded, match="Nobody gives roles to themselves"):
            _give(actor, Role.ADMIN, actor, connection)


def test_nobody_deactivates_themselves(olga: User) -> None:
    with pytest.raises(PermissionDenied):
        services.deactivate_person(olga, actor=olga, reason="enough")


def test_the_last_owner_stays(olga: User, oscar: User, connection: Connection) -> None:
    with pytest.raises(Guarded, match="last owner"):
        services.withdraw_role(olga.grants.get(), actor=olga, reason="enough")
    services.withdraw_role(oscar.grants.get(), actor=olga, reason="olga owns it too")
    assert RoleGrant.objects.filter(role=Role.OWNER).count() == 1


def test_an_owner_who_is_deactivated_does_not_count_as_one(olga: User, carol: User) -> None:
    _give(carol, Role.OWNER, olga)
    User.objects.filter(pk=carol.pk).update(is_active=False)
    with pytest.raises(Guarded, match="last owner"):
        services.withdraw_role(olga.grants.get(), actor=olga, reason="enough")


def test_with_a_second_owner_the_first_may_go(olga: User, carol: User) -> None:
    _give(carol, Role.OWNER, olga)
    services.deactivate_person(olga, actor=User.objects.get(pk=carol.pk), reason="left the company")
    olga.refresh_from_db()
    assert not olga.is_active


def test_an_application_has_no_owner(olga: User, carol: User, connection: Connection) -> None:
    with pytest.raises(Guarded, match="An application has no owner"):
        _give(carol, Role.OWNER, olga, connection, "app-1")
    with pytest.raises(IntegrityError):
        RoleGrant.objects.create(user=carol, role=Role.OWNER, connection=connection, app_id="app-1")


@pytest.mark.parametrize(("everywhere", "app_id"), [(True, ""), (False, ""), (False, "app-1")])
def test_a_role_is_given_once(
    olga: User, carol: User, connection: Connection, everywhere: bool, app_id: str
) -> None:
    place = None if everywhere else connection
    _give(carol, Role.SUPPORT, olga, place, app_id)
    with pytest.raises(Guarded, match="already"):
        _give(carol, Role.SUPPORT, olga, place, app_id)
    assert AuditEntry.objects.count() == 1


def test_an_application_needs_its_connection(carol: User) -> None:
    with pytest.raises(IntegrityError):
        RoleGrant.objects.create(user=carol, role=Role.SUPPORT, app_id="app-1")


@pytest.mark.parametrize(("username", "email"), [("BOB", ""), ("robert", "Bob@Example.com")])
def test_names_and_addresses_are_taken_whatever_their_case(
    olga: User, bob: User, username: str, email: str
) -> None:
    with pytest.raises(Guarded, match="Another person has this"):
        services.create_person(
            actor=olga, username=username, name="Robert", email=email, password=PASSWORD, reason="new"
        )
    assert User.objects.count() == 2


def test_people_without_an_address_do_not_collide(olga: User) -> None:
    for name in ("ann", "ben"):
        services.create_person(
            actor=olga, username=name, name=name, email="", password=PASSWORD, reason="new here"
        )
    assert User.objects.filter(email="").count() == 2


def test_no_entry_holds_a_password(olga: User) -> None:
    secret = "green lamps at dawn"
    ann = services.create_person(
        actor=olga, username="ann", name="Ann", email="", password=secret, reason="new here"
    )
    services.reset_password(ann, actor=olga, password=secret, reason="forgotten")
    entries = list(AuditEntry.objects.all())
    assert [entry.action for entry in entries] == ["accounts.person.create", "accounts.password.reset"]
    assert all(secret not in str(vars(entry)) for entry in entries)


def test_coming_back_brings_the_roles_back(olga: User, bob: User, connection: Connection) -> None:
    services.deactivate_person(bob, actor=olga, reason="on leave")
    assert not can(User.objects.get(pk=bob.pk), Right.SEE_ROOMS, connection)
    with pytest.raises(Guarded, match="already"):
        services.deactivate_person(bob, actor=olga, reason="on leave")
    services.reactivate_person(bob, actor=olga, reason="back from leave")
    assert can(User.objects.get(pk=bob.pk), Right.SEE_ROOMS, connection)


@pytest.mark.stores
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_withdraw_each_other_leave_one(olga: User, carol: User) -> None:
    RoleGrant.objects.create(user=carol, role=Role.OWNER)
    start, refused = threading.Barrier(2), []

    def withdraw(actor: User, victim: User) -> None:
        grant = victim.grants.get()
        start.wait(10)
        try:
            services.withdraw_role(grant, actor=User.objects.get(pk=actor.pk), reason="one must go")
        except (Guarded, PermissionDenied) as error:
            refused.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=withdraw, args=pair) for pair in ((olga, carol), (carol, olga))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert RoleGrant.objects.filter(role=Role.OWNER).count() == 1
    assert len(refused) == 1
