"""Commands that make people."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from console.accounts.access import connections_of
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections.models import Connection

pytestmark = pytest.mark.django_db
PASSWORD = "green lamps at dawn"


def _run(*words: str) -> str:
    told = StringIO()
    call_command(*words, stdout=told)
    return told.getvalue()


def test_demo_people_one_per_role_twice_the_same(connection: Connection, client: Client) -> None:
    first, second = (_run("demo_people", "--password", PASSWORD) for _run_no in range(2))
    assert first == second
    assert [line.split()[0] for line in first.splitlines()] == [role.value for role in Role]
    assert User.objects.count() == RoleGrant.objects.count() == len(Role)
    for role in Role:
        assert list(connections_of(User.objects.get(username=role.value))) == [connection]
    assert client.post("/sign-in/", {"login": "support", "password": PASSWORD}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_demo_people_come_back_to_how_they_were(db: None) -> None:
    _run("demo_people", "--password", PASSWORD)
    User.objects.filter(username="owner").update(is_active=False, display_name="X", must_change_password=True)
    _run("demo_people", "--password", "another green lamp")
    owner = User.objects.get(username="owner")
    assert (owner.is_active, owner.display_name, owner.must_change_password) == (True, "Olga Owner", False)
    assert owner.check_password("another green lamp")


def test_demo_people_stay_out_of_production(settings: Any, db: None) -> None:
    settings.LOCAL = False
    with pytest.raises(CommandError, match="create_owner"):
        _run("demo_people", "--password", PASSWORD)
    assert not User.objects.exists()


def test_demo_people_want_a_password(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="--password"):
        _run("demo_people")


def test_the_first_owner(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_PASSWORD", PASSWORD)
    assert _run("create_owner", "olga", "--email", "olga@example.com") == "olga owns the console.\n"
    grant = RoleGrant.objects.get()
    assert (grant.user.username, grant.role, grant.connection) == ("olga", Role.OWNER, None)
    entries = AuditEntry.objects.order_by("id")
    assert [(e.action, e.actor_username, e.target_id) for e in entries] == [
        ("accounts.person.create", "", "olga"),
        ("accounts.role.give", "", "olga"),
    ]


@pytest.mark.parametrize(
    ("username", "password", "complaint"),
    [
        ("olga", "short", "too short"),
        ("ol ga", PASSWORD, "valid username"),
        ("BOB", PASSWORD, "Another person|exists|violated"),
    ],
)
def test_an_owner_that_cannot_be(
    bob: User, monkeypatch: pytest.MonkeyPatch, username: str, password: str, complaint: str
) -> None:
    monkeypatch.setenv("OWNER_PASSWORD", password)
    with pytest.raises(CommandError, match=complaint):
        _run("create_owner", username)
    assert User.objects.count() == 1
