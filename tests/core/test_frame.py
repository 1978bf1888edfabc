"""The frame of every page: who sees what in it, in which language and theme, under which policy."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.safestring import SafeString

from console.accounts.models import User
from console.core import navigation, search, shell
from console.core.middleware import KeepNothingMiddleware
from console.core.navigation import NavItem, Section

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; "
    "object-src 'none'"
)


@pytest.fixture
def browser(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def _directives(policy: str) -> set[str]:
    return {part.strip() for part in policy.split(";")}


@pytest.mark.parametrize("path", ["/keys/", "/search/", "/preferences/", "/no/such/page/", "/healthz"])
def test_every_page_carries_the_same_strict_policy(browser: Client, path: str) -> None:
    assert _directives(browser.get(path)["Content-Security-Policy"]) == _directives(POLICY)


@pytest.mark.parametrize(
    "path", ["/keys/", "/search/", "/me/", "/preferences/", "/no/such/page/", "/", "/sign-in/", "/healthz"]
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_no_browser_may_keep_a_page(browser: Client, path: str, headers: dict[str, str]) -> None:
    assert "no-store" in browser.get(path, headers=headers)["Cache-Control"]


def test_a_view_may_let_browsers_keep_what_it_answers(browser: Client, rf: RequestFactory) -> None:
    kept = HttpResponse(headers={"Cache-Control": "private, max-age=900"})
    assert (
        KeepNothingMiddleware(lambda _request: kept)(rf.get("/"))["Cache-Control"] == "private, max-age=900"
    )


def test_the_frame_has_its_landmarks_and_a_way_past_them(browser: Client) -> None:
    page = browser.get("/keys/").content.decode()
    assert page.count("<main") == page.count("<h1") == 1
    assert page.index('href="#main"') < page.index("<header") < page.index("<main")
    assert 'aria-live="polite"' in page


def test_htmx_is_told_to_show_errors_and_to_evaluate_nothing(browser: Client) -> None:
    page = browser.get("/keys/").content.decode()
    start = page.index('name="htmx-config" content="') + len('name="htmx-config" content="')
    settings = json.loads(page[start : page.index('"', start)].replace("&quot;", '"').replace("&#x27;", "'"))
    assert (
        settings["allowEval"]
        is settings["includeIndicatorStyles"]
        is settings["historyRestoreAsHxRequest"]
        is False
    )
    assert settings["responseHandling"][-1]["target"] == "#messages"
    assert '"X-CSRFToken"' in page


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh-hans", "zh-hans")])
@pytest.mark.parametrize("path", ["/keys/", "/search/?q=x", "/preferences/"])
def test_pages_render_in_both_languages(
    browser: Client, bob: User, path: str, language: str, lang: str
) -> None:
    User.objects.filter(pk=bob.pk).update(language=language)
    answer = browser.get(path)
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in answer.content.decode()


# --- choices --------------------------------------------------------------------------------------------------------


def test_a_theme_is_kept_on_the_person_and_shown_at_once(browser: Client, bob: User) -> None:
    assert 'data-theme="system"' in browser.get("/keys/").content.decode()
    answer = browser.post("/preferences/", {"theme": "dark", "next": "/keys/"})
    assert (answer.status_code, answer["Location"]) == (302, "/keys/")
    bob.refresh_from_db()
    assert bob.theme == "dark"
    assert 'data-theme="dark" data-bs-theme="dark"' in browser.get("/keys/").content.decode()
    browser.post("/preferences/", {"theme": "system"})
    bob.refresh_from_db()
    assert bob.theme == ""


def test_strangers_keep_theme_and_language_in_cookies(client: Client) -> None:
    client.post("/preferences/", {"theme": "dark"})
    client.post("/preferences/", {"language": "zh-hans"})
    page = client.get("/preferences/").content.decode()
    assert 'lang="zh-hans" data-theme="dark"' in page
    for name in ("console_theme", "django_language"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_a_zone_is_kept_and_used(browser: Client, bob: User) -> None:
    browser.post("/preferences/", {"zone": "Asia/Shanghai"})
    bob.refresh_from_db()
    assert bob.time_zone == "Asia/Shanghai"
    assert "UTC+8" in browser.get("/keys/").content.decode()


def test_an_unknown_zone_is_refused_in_words_and_kept_in_the_field(browser: Client, bob: User) -> None:
    answer = browser.post("/preferences/", {"zone": "Mars/<b>Olympus"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No time zone is called Mars/&lt;b&gt;Olympus." in page
    assert 'value="Mars/&lt;b&gt;Olympus"' in page
    bob.refresh_from_db()
    assert bob.time_zone == ""


@pytest.mark.parametrize("choice", [{"language": "tlh"}, {"theme": "neon"}, {"rail": "wobbly"}])
def test_what_is_not_on_offer_is_not_kept(browser: Client, bob: User, choice: dict[str, str]) -> None:
    browser.post("/preferences/", choice)
    bob.refresh_from_db()
    assert (bob.language, bob.theme) == ("", "")
    assert "wobbly" not in str(browser.cookies)


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_choice_never_leads_away(browser: Client, next_: str) -> None:
    assert browser.post("/preferences/", {"theme": "dark", "next": next_})["Location"] == "/preferences/"


def test_the_rail_stays_folded(browser: Client) -> None:
    browser.post("/preferences/", {"rail": "slim"})
    assert 'data-rail="slim"' in browser.get("/keys/").content.decode()


# --- the way in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/search/", "/keys/"])
def test_strangers_are_sent_to_sign_in_and_come_back(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_an_expired_sign_in_moves_the_page_and_not_the_piece(client: Client) -> None:
    answer = client.get("/search/?q=x", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/keys/")
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=%2Fkeys%2F&why=over"
    assert answer.content == b""


def test_home_leads_to_where_the_person_works(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(shell._answers, "home", lambda request: "/c/demo/rooms/")
    assert browser.get("/")["Location"] == "/c/demo/rooms/"


def test_home_is_the_first_page_of_the_rail_when_nobody_says_better(browser: Client, rail: Any) -> None:
    assert browser.get("/")["Location"] == "/preferences/"


def test_home_is_kind_to_people_without_a_role(
    client: Client, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    client.force_login(carol)
    answer = client.get("/")
    assert answer.status_code == 200
    assert b"Ask an owner" in answer.content
    assert b"carol" in answer.content


# --- navigation and search -------------------------------------------------------------------------------------------


@pytest.fixture
def rail(monkeypatch: pytest.MonkeyPatch) -> list[NavItem]:
    items = [
        NavItem(Section.SETTINGS, "Preferences", "core:preferences", "settings", needs_connection=False),
        NavItem(Section.LIVE, "Search", "core:search", "search", right="look", needs_connection=False),
        NavItem(Section.LIVE, "Not built yet", "nowhere:list", "search", needs_connection=False),
    ]
    monkeypatch.setattr(navigation, "_items", {item.url_name: item for item in items})
    return items


def test_only_pages_that_exist_and_that_the_person_may_open_are_shown(
    browser: Client, rail: list[NavItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shell._answers, "may", lambda request, right, connection, whole: right != "look")
    page = browser.get("/keys/").content.decode()
    assert 'class="rail-link" href="/preferences/"' in page
    assert 'class="rail-link" href="/search/"' not in page
    assert "Not built yet" not in page
    monkeypatch.setitem(shell._answers, "may", lambda request, right, connection, whole: True)
    assert 'class="rail-link" href="/search/"' in browser.get("/keys/").content.decode()


def test_without_anybody_to_ask_a_right_is_missing(
    browser: Client, rail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(shell._answers, "may", raising=False)
    assert 'href="/search/" ' not in browser.get("/preferences/").content.decode().split('id="rail"')[1]


def test_the_page_one_is_on_is_marked(browser: Client, rail: Any) -> None:
    page = browser.get("/preferences/").content.decode()
    assert 'href="/preferences/" aria-current="page"' in page
    assert page.count('aria-current="page"') == 1


def test_search_finds_pages_and_what_apps_add(
    browser: Client, rail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def provider(request: Any, query: str) -> list[search.Result]:
        asked.append(query)
        return [search.Result("Open room", "/c/demo/rooms/x/", "Rooms", subject=query, detail="Demo")]

    monkeypatch.setattr(search, "_providers", {provider: 50})
    page = browser.get("/search/", {"q": " <b>PREF "}).content.decode()
    assert asked == ["<b>PREF"]
    assert "&lt;b&gt;PREF</bdi>" in page
    page = browser.get("/search/", {"q": "pref"}).content.decode()
    assert 'class="found" href="/preferences/"' in page


def test_an_empty_query_asks_nobody(browser: Client, rail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_providers", {lambda request, query: pytest.fail("asked"): 50})
    assert browser.get("/search/").status_code == 200


def test_one_app_cannot_flood_the_list(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [search.Result(f"r{number}", "/", "Rooms") for number in range(50)]
    monkeypatch.setattr(search, "_providers", {lambda request, query: many: 50})
    assert browser.get("/search/?q=r4").content.count(b'class="found"') == 8  # no page is called so


def test_typing_gets_the_list_alone(browser: Client) -> None:
    answer = browser.get("/search/?q=zzz", HTTP_HX_REQUEST="true")
    assert b"<html" not in answer.content
    assert b"Look into" in answer.content  # no page is called so, but it may be an id
    assert "HX-Request" in answer["Vary"]


def test_a_query_of_any_length_is_cut(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(search, "_providers", {lambda request, query: asked.append(query) or []: 50})
    browser.get("/search/", {"q": "x" * 5000})
    assert [len(query) for query in asked] == [search.LONGEST_QUERY]


@pytest.mark.parametrize(
    "call", [lambda: shell.register_slot("x", lambda r: None), lambda: shell.provide("x", len)]
)
def test_an_unknown_slot_or_question_is_a_mistake_found_at_start(call: Any) -> None:
    with pytest.raises(LookupError):
        call()


def test_apps_share_a_slot_in_the_order_of_their_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "_slots", {})
    pieces = {name: (lambda _request, name=name: SafeString(name)) for name in "ab"}
    nothing: Any = lambda _request: None  # noqa: E731
    for function in (pieces["a"], nothing, pieces["b"], pieces["a"]):
        shell.register_slot("head", function)
    request: Any = None
    assert shell.render_slot("head", request) == "a\nb"
    assert shell.render_slot("meter", request) is None
    shell.register_slot("meter", nothing)
    assert shell.render_slot("meter", request) is None


# --- what machines ask -----------------------------------------------------------------------------------------------


def test_healthz_asks_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_names_what_is_there(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert answer.json()["checks"]["database"] == answer.json()["checks"]["migrations"] == "ok"


@pytest.mark.parametrize(("required", "status"), [(True, 503), (False, 200)])
def test_a_failing_check_counts_only_when_required_and_tells_no_details(
    client: Client, monkeypatch: pytest.MonkeyPatch, required: bool, status: int
) -> None:
    def fail() -> str:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(shell, "_readiness", {"cloud": shell.Readiness("cloud", fail, required)})
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert b"hunter2" not in answer.content
    assert answer.json()["checks"]["cloud"].startswith("failed")


def test_waiting_migrations_are_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.executor import MigrationExecutor

    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "failed"
