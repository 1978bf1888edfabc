"""From one connection to another, and to the first page of one."""

import pytest
from django.test import Client
from django.urls import reverse

from console.accounts.models import User
from console.connections.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


def page(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_the_switcher_leads_to_the_same_section_of_another_connection(owner: Client) -> None:
    Connection.objects.create(slug="other", name="Other", project_id="2" * 32)
    rooms = page(owner.get(reverse("connections:list")))
    assert 'class="menu menu-start switcher"' in rooms
    assert 'href="/c/other/' in rooms


def test_the_last_used_connection_is_remembered(owner: Client) -> None:
    Connection.objects.create(slug="other", name="Another", project_id="2" * 32)
    owner.get(reverse("connections:quota", args=["demo"]))
    assert 'href="/c/demo/quota/"' in page(owner.get(reverse("connections:list")))
    owner.get(reverse("connections:quota", args=["other"]))
    assert 'href="/c/other/quota/"' in page(owner.get(reverse("connections:list")))


# --- the short address ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [("bob", "/c/demo/overview/"), ("alice", "/c/demo/overview/"), ("audrey", "/"), ("carol", None)],
)
def test_a_shortened_address_leads_to_the_first_page_that_one_may_see(
    client: Client, request: pytest.FixtureRequest, connection: Connection, name: str, leads_to: str | None
) -> None:
    client.force_login(request.getfixturevalue(name))
    answer = client.get("/c/demo/")
    assert answer.status_code == (302 if leads_to else 404)
    assert answer.headers.get("Location") == leads_to
    if leads_to:
        assert client.get(leads_to, follow=True).status_code == 200
