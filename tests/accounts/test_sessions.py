"""How long a sign-in lasts, and what ends it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.accounts import sessions
from console.accounts.models import User
from console.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
Aging = Callable[..., None]


def test_it_ends_after_its_hours(as_: Any, bob: User, long_ago: Aging, settings: Any) -> None:
    browser = as_(bob)
    long_ago(browser, settings.SESSION_COOKIE_AGE - 60)
    assert browser.get("/me/").status_code == 200
    long_ago(browser, 61)
    assert browser.get("/me/")["Location"] == "/sign-in/?next=%2Fme%2F&why=hours"
    assert AuditEntry.objects.get().details == {"why": "hours"}


def test_it_ends_when_nothing_is_done(as_: Any, bob: User, long_ago: Aging, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    browser = as_(bob)
    long_ago(browser, 29 * 60, "seen_at")
    assert browser.get("/me/").status_code == 200  # and counts as something done
    long_ago(browser, 29 * 60, "seen_at")
    assert browser.get("/me/").status_code == 200
    long_ago(browser, 31 * 60, "seen_at")
    answer = browser.get("/me/")
    assert answer["Location"] == "/sign-in/?next=%2Fme%2F&why=idle"
    assert "nothing happened for a while" in browser.get(answer["Location"]).content.decode()


def test_what_was_sent_after_the_end_is_said_to_be_lost(client: Client) -> None:
    answer = client.post("/me/", headers={"Referer": "http://testserver/me/"})
    assert answer["Location"] == "/sign-in/?next=%2Fme%2F&why=unsent"
    assert "what you sent was not accepted" in client.get(answer["Location"]).content.decode()


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(
    as_: Any, bob: User, long_ago: Aging, settings: Any
) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    browser = as_(bob)
    for _round in range(3):
        long_ago(browser, 11 * 60, "seen_at")
        last = browser.get("/me/", headers={"Console-Poll": "true"})
    assert last.status_code == 302


def test_signing_out_everywhere_ends_all_of_them_and_no_later_one(as_: Any, bob: User) -> None:
    browser, elsewhere = as_(bob), Client()
    elsewhere.force_login(bob)
    assert browser.post("/me/sign-out-everywhere/")["Location"] == "/sign-in/?why=ended"
    assert browser.get("/me/").status_code == elsewhere.get("/me/").status_code == 302
    bob.refresh_from_db()
    browser.force_login(bob)
    assert browser.get("/me/").status_code == 200
    assert AuditEntry.objects.filter(action="accounts.sign_out_everywhere", actor_username="bob").count() == 1


def test_with_a_sign_in_the_pages_end_that_the_browser_keeps(
    as_: Any, bob: User, long_ago: Aging, settings: Any
) -> None:
    browser = as_(bob)
    assert "Clear-Site-Data" not in browser.get("/me/")
    assert browser.post("/sign-out/")["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in browser.get("/sign-in/")
    browser = as_(bob)
    long_ago(browser, settings.SESSION_COOKIE_AGE + 1)
    assert browser.get("/me/")["Clear-Site-Data"] == '"cache"'


def test_the_deactivated_are_out_at_their_next_click(as_: Any, bob: User) -> None:
    browser = as_(bob)
    User.objects.update(is_active=False)
    assert browser.get("/me/").status_code == 302
    User.objects.update(is_active=True)
    sessions.end_all(bob)
    assert browser.get("/me/").status_code == 302


def test_a_session_without_our_notes_is_not_believed(as_: Any, bob: User) -> None:
    browser = as_(bob)
    session = browser.session
    session["seen_at"] = "junk"
    session.save()
    assert browser.get("/me/")["Location"].endswith("why=ended")


def test_the_idle_clock_writes_the_session_once_a_minute(
    as_: Any, bob: User, long_ago: Aging, django_assert_num_queries: Callable[..., Any]
) -> None:
    browser = as_(bob)
    browser.get("/healthz")
    with django_assert_num_queries(1) as asked:  # the person; the session comes from the cache
        browser.get("/healthz")
    assert "UPDATE" not in str(asked.captured_queries)
    long_ago(browser, 61, "seen_at")
    browser.get("/healthz")
    assert browser.session["seen_at"] >= browser.session["signed_in_at"]


def test_a_click_in_a_page_whose_sign_in_has_ended_says_so(client: Client) -> None:
    answer = client.get("/me/", headers={"Referer": "http://testserver/c/demo/rooms/"})
    assert answer["Location"] == "/sign-in/?next=%2Fme%2F&why=over"
    assert "Your sign-in has ended" in client.get(answer["Location"]).content.decode()
    for referrer in ("http://testserver/sign-in/", "https://elsewhere.example/"):
        answer = client.get("/me/", headers={"Referer": referrer})
        assert answer["Location"] == "/sign-in/?next=%2Fme%2F"
