"""Signing in and out as a person meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import User
from console.audit.models import AuditEntry
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"login": login, "password": password, **more})


def _trail() -> list[tuple[str, str, str, str]]:
    return [(e.action, e.outcome, e.actor_username, e.target_id) for e in AuditEntry.objects.order_by("id")]


@pytest.mark.parametrize("login", ["bob", "BOB", "bob@example.com", " bob "])
def test_name_or_address_lead_in_and_back(client: Client, bob: User, login: str) -> None:
    answer = _sign_in(client, login, next="/me/")
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert client.get("/me/").status_code == 200
    assert _trail() == [("accounts.sign_in", "succeeded", "bob", "bob")]


def test_the_way_back_never_leads_elsewhere(client: Client, bob: User) -> None:
    assert _sign_in(client, "bob", next="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_says_nothing_about_which_was_wrong(client: Client, bob: User) -> None:
    known, unknown = _sign_in(client, "bob", "wrong"), _sign_in(client, "nobody", "wrong")
    for answer in (known, unknown):
        assert answer.status_code == 422
        assert "Name and password do not fit together." in answer.content.decode()
    assert _trail() == [
        ("accounts.sign_in_failed", "failed", "", "bob"),
        ("accounts.sign_in_failed", "failed", "", ""),
    ]


def test_a_password_typed_as_name_does_not_reach_the_trail(client: Client, bob: User) -> None:
    _sign_in(client, "hunter2-my-secret", "x")
    entry = AuditEntry.objects.get()
    assert entry.target_name == "hu…"
    assert "hunter2" not in str(vars(entry))


def test_a_colleague_who_mistypes_locks_nobody_out(client: Client, bob: User, audrey: User) -> None:
    """A whole desk has one address."""
    for number in range(12):
        assert _sign_in(client, f"bob{number % 3}", "wrong").status_code == 422
    assert _sign_in(client, "audrey").status_code == 302


def test_many_wrong_passwords_close_the_door_for_a_while(client: Client, bob: User) -> None:
    for _try in range(5):
        _sign_in(client, "bob", "wrong")
    answer = _sign_in(client, "bob")
    assert answer.status_code == 422
    assert "Too many wrong passwords for this name" in answer.content.decode()
    last = AuditEntry.objects.latest("id")
    assert (last.action, last.target_id, last.error) == ("accounts.sign_in_failed", "bob", "too many tries")


def test_a_flood_from_one_address_gets_a_page_that_says_when_to_come_back(client: Client, bob: User) -> None:
    answers = [_sign_in(client, "bob", "") for _try in range(101)]
    assert [answer.status_code for answer in answers] == [422] * 100 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert "Too many tries" in answers[-1].content.decode()


def test_the_deactivated_are_told_so_once_their_password_was_right(client: Client, bob: User) -> None:
    User.objects.update(is_active=False)
    assert "deactivated" not in _sign_in(client, "bob", "wrong").content.decode()
    answer = client.get(_sign_in(client, "bob")["Location"])
    assert "Your account is deactivated" in answer.content.decode()
    assert "sessionid" not in client.cookies or not client.session.get("_auth_user_id")


def test_signing_out_is_on_record_and_asks_first_when_linked(client: Client, bob: User) -> None:
    _sign_in(client, "bob")
    assert client.get("/sign-out/").status_code == 200
    assert client.get("/me/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/me/")["Location"] == "/sign-in/?next=%2Fme%2F"
    assert _trail()[-1] == ("accounts.sign_out", "succeeded", "bob", "bob")


def test_nobody_signs_up(client: Client, db: None) -> None:
    for path in ("/signup/", "/accounts/signup/", "/accounts/login/", "/password/reset/"):
        assert client.get(path).status_code == 404


def test_a_password_set_by_somebody_else_is_changed_before_anything(client: Client, bob: User) -> None:
    User.objects.update(must_change_password=True)
    _sign_in(client, "bob")
    assert client.get("/me/?x=1")["Location"] == "/me/password/?next=%2Fme%2F%3Fx%3D1"
    piece = client.get("/me/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/me/"})
    assert piece["HX-Redirect"] == "/me/password/?next=%2Fme%2F"
    assert "Somebody else set your password" in client.get("/me/password/").content.decode()
    new = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/me/password/", new).status_code == 422
    new.update(password1="green lamps at dawn", password2="green lamps at dawn", next="/me/")
    assert client.post("/me/password/", new)["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert _trail()[-1][0] == "accounts.password.change"


def test_a_new_password_signs_the_other_browsers_out(client: Client, bob: User) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        _sign_in(browser, "bob")
    new = "green lamps at dawn"
    client.post("/me/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_speak_both_languages(client: Client, bob: User, language: str) -> None:
    client.cookies["django_language"] = language
    assert f'<html lang="{language}"' in client.get("/sign-in/?why=idle").content.decode()
    _sign_in(client, "bob")
    for path in ("/me/", "/me/password/", "/sign-in/again/", "/sign-out/", "/sign-in/deactivated/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.content.decode()


def test_signing_in_costs_a_bounded_number_of_queries(
    client: Client, bob: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    _sign_in(client, "bob")
    client.get("/me/")
    with django_assert_max_num_queries(5):
        client.get("/me/")
