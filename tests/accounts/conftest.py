"""Doubles and short ways for the tests about people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def _no_limits_from_before() -> None:
    """Sign-in limits live in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def other(db: None) -> Connection:
    return Connection.objects.create(slug="other", name="Other", project_id="1" * 32)


@pytest.fixture
def oscar(connection: Connection) -> User:
    """An owner of the connection "demo" only."""
    user = User.objects.create_user("oscar", "oscar@example.com", PASSWORD, display_name="Oscar")
    RoleGrant.objects.create(user=user, role=Role.OWNER, connection=connection)
    return user


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    """Return a function that gives a browser in which the person is signed in."""

    def go(user: User) -> Client:
        client.force_login(user)
        return client

    return go


@pytest.fixture
def long_ago() -> Callable[[Client, int], None]:
    """Return a function that makes a browser's sign-in so many seconds older."""

    def age(client: Client, seconds: int, *names: Any) -> None:
        session = client.session
        for name in names or ("signed_in_at",):
            session[name] -= seconds
        for record in session.get("account_authentication_methods", []):
            record["at"] -= seconds
        session.save()

    return age
