"""The quota page of a project that several connections lead to: each reader sees whom they may."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections import tallies
from console.connections.models import Connection, MinuteUse, QuotaRefusal
from console.connections.owners import owner_of
from console.connections.reads import read
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.permits import Lane
from tests.connections.desk import seen, text, used

pytestmark = [pytest.mark.stores, pytest.mark.django_db]
QUOTA = "/c/demo/quota/"
ANOTHER = "another connection of this project"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    tallies.flush()
    MinuteUse.objects.all().delete()


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    def go(user: User) -> Client:
        client.force_login(user)
        return client

    return go


@pytest.fixture
def beside(connection: Connection) -> Connection:
    """Another connection of the same project, through which much was spent, and something refused."""
    other = Connection.objects.create(
        slug="other", name="Other", endpoint=connection.endpoint, project_id=connection.project_id
    )
    assert owner_of(other) == owner_of(connection)
    used(other, person="olga", consumer="recording:list", sent=30)
    used(connection, person="bob", sent=10)
    QuotaRefusal.objects.create(
        owner=owner_of(other),
        connection_id=other.pk,
        quota="rooms",
        at=timezone.now(),
        operation="jobs.mix.start",
        lane=Lane.CLICK,
        kind="page",
        consumer="recording:start",
    )
    return other


def test_people_of_another_connection_are_named_only_to_those_who_may_read_its_trail_too(
    connection: Connection, beside: Connection, as_: Callable[[User], Client], lena: User
) -> None:
    RoleGrant.objects.filter(user=lena).update(connection=connection)
    shown = seen(text(as_(lena).get(QUOTA)))
    assert "olga" not in shown
    assert f"Who Sent % {ANOTHER} 30 75 bob bob 10 25" in shown
    RoleGrant.objects.create(user=lena, role=Role.SUPPORT, connection=beside)
    shown = seen(text(as_(lena).get(QUOTA)))
    assert "olga" not in shown
    assert f"{ANOTHER} 30 75" in shown
    RoleGrant.objects.filter(user=lena, connection=beside).update(role=Role.LEAD)
    shown = seen(text(as_(lena).get(QUOTA)))
    assert "olga olga 30 75" in shown
    assert ANOTHER not in shown


def test_what_was_done_through_another_connection_is_told_to_those_who_have_a_right_on_it(
    connection: Connection, beside: Connection, as_: Callable[[User], Client], bob: User
) -> None:
    RoleGrant.objects.filter(user=bob).update(connection=connection)
    shown = seen(text(as_(bob).get(QUOTA)))
    assert "jobs.mix.start" not in shown
    assert "Recordings 30" not in shown
    assert f"Pages and tasks Who Sent % {ANOTHER} 30 75 Rooms 10 25" in shown
    RoleGrant.objects.create(user=bob, role=Role.SUPPORT, connection=beside)
    shown = seen(text(as_(bob).get(QUOTA)))
    assert "jobs.mix.start" in shown
    assert ANOTHER not in shown


def test_of_a_connection_that_is_gone_only_those_see_the_people_who_see_everybodys(
    connection: Connection, beside: Connection, as_: Callable[[User], Client], lena: User
) -> None:
    beside.delete()
    assert "olga" in seen(text(as_(lena).get(QUOTA)))
    RoleGrant.objects.filter(user=lena).update(connection=connection)
    assert "olga" not in seen(text(as_(lena).get(QUOTA)))


def test_what_was_counted_before_the_connection_was_names_nobody_and_no_other_connection(
    connection: Connection, as_: Callable[[User], Client], lena: User
) -> None:
    used(connection, connection_id=0, person="olga")
    assert "olga" in seen(text(as_(lena).get(QUOTA)))
    RoleGrant.objects.filter(user=lena).update(connection=connection)
    shown = seen(text(as_(lena).get(QUOTA)))
    assert "olga" not in shown
    assert ANOTHER not in shown
    assert "Rooms 12 100" in shown


def test_what_is_spent_is_counted_for_the_connection_that_was_asked_through(connected: Connection) -> None:
    read(connected, LIST_APPLICATIONS)
    tallies.flush()
    assert set(MinuteUse.objects.values_list("connection_id", flat=True)) == {connected.pk}
