"""Step-up: asked only when the sign-in is a while ago, in the same submit as the action."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
Aging = Callable[..., None]


@pytest.fixture
def give(as_: Any, olga: User, carol: User) -> Callable[..., Any]:
    """Return a function that lets Olga give Carol a role through the page."""
    as_(olga)

    def go(client: Client, **more: str) -> Any:
        data = {"role": "support", "place": "*", "app_id": "", "reason": "joins the desk", **more}
        return client.post(f"/settings/people/{carol.pk}/roles/add/", data)

    return go


def test_a_recent_sign_in_is_enough(client: Client, give: Any, carol: User) -> None:
    assert give(client).status_code == 302
    assert RoleGrant.objects.get(user=carol).role == Role.SUPPORT


def test_later_the_password_is_asked_for_in_the_same_form(
    client: Client, give: Any, carol: User, long_ago: Aging
) -> None:
    long_ago(client, 601)
    asked = give(client)
    assert asked.status_code == 422
    text = asked.content.decode()
    assert 'name="password"' in text
    assert "joins the desk" in text  # what was typed is kept
    assert not RoleGrant.objects.filter(user=carol).exists()
    assert give(client, password=PASSWORD).status_code == 302
    assert RoleGrant.objects.filter(user=carol).exists()
    trail = list(AuditEntry.objects.order_by("id").values_list("action", "outcome"))
    assert trail == [("accounts.step_up", "succeeded"), ("accounts.role.give", "succeeded")]


def test_once_confirmed_it_holds_for_a_while(client: Client, give: Any, carol: User, long_ago: Aging) -> None:
    long_ago(client, 601)
    give(client, password=PASSWORD)
    assert give(client, role="lead").status_code == 302
    long_ago(client, 601)
    assert give(client, role="admin").status_code == 422


def test_a_wrong_password_changes_nothing_and_is_on_record(
    client: Client, give: Any, carol: User, long_ago: Aging
) -> None:
    long_ago(client, 601)
    answer = give(client, password="wrong")
    assert answer.status_code == 422
    assert "That is not your password." in answer.content.decode()
    assert 'value="wrong"' not in answer.content.decode()
    assert not RoleGrant.objects.filter(user=carol).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome, entry.actor_username) == ("accounts.step_up", "failed", "olga")


def test_a_form_with_another_fault_costs_no_try(client: Client, give: Any, long_ago: Aging) -> None:
    long_ago(client, 601)
    assert give(client, password="wrong", reason="").status_code == 422
    assert not AuditEntry.objects.exists()


def test_tries_are_limited_even_for_the_right_password(
    client: Client, give: Any, carol: User, long_ago: Aging
) -> None:
    long_ago(client, 601)
    for _try in range(10):
        give(client, password="wrong")
    answer = give(client, password=PASSWORD)
    assert "Too many tries." in answer.content.decode()
    assert not RoleGrant.objects.filter(user=carol).exists()


def test_strangers_guessing_a_name_do_not_lock_its_owner_out(
    client: Client, give: Any, carol: User, long_ago: Aging
) -> None:
    for _try in range(6):
        Client().post("/sign-in/", {"login": "olga", "password": "wrong"})
    long_ago(client, 601)
    assert give(client, password=PASSWORD).status_code == 302


def test_the_page_of_its_own_confirms_too(client: Client, give: Any, long_ago: Aging) -> None:
    long_ago(client, 601)
    again = client.post("/sign-in/again/", {"password": "wrong", "next": "/me/"})
    assert again.status_code == 422
    assert client.post("/sign-in/again/", {"password": PASSWORD, "next": "/me/"})["Location"] == "/me/"
    assert give(client).status_code == 302


def test_somebody_elses_records_in_the_session_do_not_count(
    client: Client, give: Any, long_ago: Aging
) -> None:
    long_ago(client, 601)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": session["signed_in_at"] + 600}]
    session["account_authentication_methods_user"] = "0"
    session.save()
    assert give(client).status_code == 422
