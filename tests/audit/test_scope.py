"""Whose entries a person finds in the trail."""

import pytest

from console import audit
from console.accounts.models import RoleGrant, User
from console.audit import Target
from console.audit.readers import readable_ledgers, verifiable_ledgers
from console.audit.services import trail
from console.connections.models import Connection
from tests.audit.helpers import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(connection: Connection) -> Connection:
    return Connection.objects.create(slug="other", name="Other", project_id="1" * 32)


@pytest.fixture
def world(alice: User, bob: User, connection: Connection, other: Connection) -> None:
    """Somebody does something everywhere; the reason says who, where and in which application."""
    for person in (alice, bob):
        for at in (connection, other):
            for app_id in ("app-1", "app-2", ""):
                reason = f"{person.username} {at.slug} {app_id}".strip()
                act(person, connection=at, app_id=app_id, reason=reason)
        audit.record(
            "test.thing.do", actor=person, target=Target("", ""), reason=f"{person.username} console"
        )
    act(None, connection=connection, reason="itself demo")


def give(name: str, *grants: tuple[str, Connection | None, str]) -> User:
    user = User.objects.create_user(name, password="x")
    for role, at, app_id in grants:
        RoleGrant.objects.create(user=user, role=role, connection=at, app_id=app_id)
    return user


def seen(user: User) -> set[str]:
    return set(trail(User.objects.get(pk=user.pk)).values_list("reason", flat=True))


@pytest.mark.usefixtures("world")
def test_the_whole_trail_of_every_connection_includes_the_console_s(audrey: User, olga: User):
    assert len(seen(audrey)) == len(seen(olga)) == 15
    assert {"alice console", "itself demo"} < seen(audrey)


@pytest.mark.usefixtures("world")
def test_the_whole_trail_of_one_connection_stops_there(connection: Connection):
    user = give("one", ("auditor", connection, ""))
    expected = {f"{who} demo{app}" for who in ("alice", "bob") for app in ("", " app-1", " app-2")} | {
        "itself demo"
    }
    assert seen(user) == expected


@pytest.mark.usefixtures("world")
def test_the_whole_trail_of_one_application_stops_there(connection: Connection):
    assert seen(give("one", ("admin", connection, "app-1"))) == {"alice demo app-1", "bob demo app-1"}


@pytest.mark.usefixtures("world")
def test_support_and_moderators_see_their_own(bob: User):
    assert seen(bob) == {f"bob {at}{app}" for at in ("demo", "other") for app in ("", " app-1", " app-2")} | {
        "bob console"
    }


@pytest.mark.usefixtures("world")
def test_own_entries_vanish_with_the_role_on_their_connection(bob: User, connection: Connection):
    RoleGrant.objects.filter(user=bob).update(connection=connection)
    assert seen(bob) == {"bob demo", "bob demo app-1", "bob demo app-2", "bob console"}
    RoleGrant.objects.filter(user=bob).delete()
    assert seen(bob) == set()


@pytest.mark.usefixtures("world")
def test_a_lead_sees_the_people_who_share_the_connection(alice: User, bob: User, connection: Connection):
    RoleGrant.objects.filter(user=bob).update(connection=connection)
    RoleGrant.objects.filter(user=alice).delete()
    lead = give("lead", ("lead", connection, ""))
    assert seen(lead) == {"bob demo", "bob demo app-1", "bob demo app-2"}
    RoleGrant.objects.create(user=alice, connection=connection, app_id="app-2", role="support")
    assert {"alice demo", "alice demo app-1"} < seen(lead)


@pytest.mark.usefixtures("world")
def test_a_lead_of_one_application_sees_who_shares_that(alice: User, bob: User, connection: Connection):
    RoleGrant.objects.filter(user=bob).update(connection=connection, app_id="app-1")
    RoleGrant.objects.filter(user=alice).update(connection=connection, app_id="app-2")
    assert seen(give("lead", ("lead", connection, "app-1"))) == {"bob demo app-1"}


@pytest.mark.usefixtures("world")
def test_a_lead_of_everything_does_not_see_the_console_s_ledger(lena: User):
    assert {"alice other", "bob demo app-1"} < seen(lena)
    assert not {"alice console", "itself demo"} & seen(lena)


@pytest.mark.usefixtures("world")
def test_the_trail_of_a_connection_that_is_gone_stays_for_those_who_read_everything(
    audrey: User, bob: User, other: Connection
):
    part = give("part", ("auditor", other, ""))
    assert seen(part)
    other.delete()
    assert "alice other app-1" in seen(audrey)
    assert "bob other" in seen(bob)
    assert seen(part) == set()


@pytest.mark.usefixtures("world")
def test_a_person_who_is_gone_stays_in_the_trail(audrey: User, alice: User):
    alice.delete()
    assert "alice demo" in seen(audrey)
    assert trail(audrey).filter(actor_username="alice").count() == 7


@pytest.mark.usefixtures("world")
def test_ledgers_offered_and_verified(audrey: User, bob: User, carol: User, connection: Connection):
    def names(ledgers: list) -> list[str]:
        return [str(ledger) for ledger in ledgers]

    assert (
        names(readable_ledgers(audrey)) == names(verifiable_ledgers(audrey)) == ["console", "demo", "other"]
    )
    assert names(readable_ledgers(bob)) == ["console", "demo", "other"]
    assert names(verifiable_ledgers(bob)) == []
    assert names(readable_ledgers(carol)) == []
    one = give("one", ("auditor", connection, ""))
    assert names(readable_ledgers(one)) == ["console", "demo"]
    assert names(verifiable_ledgers(one)) == ["demo"]
    part = give("part", ("auditor", connection, "app-1"))
    assert names(verifiable_ledgers(part)) == []
