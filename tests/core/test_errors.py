"""What cannot be answered: real statuses, words, the click's id, for pages and for htmx, with and without a person."""

from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.template import TemplateSyntaxError
from django.test import Client, RequestFactory

from console.accounts.models import User
from console.core import errors

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def site(settings: Any) -> Client:
    """A browser on the console with the gallery mounted; a mistake is answered, not raised."""
    settings.ROOT_URLCONF = "tests.core.gallery.urls"
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/gallery/trouble/forbidden/", 403, "Your role does not include this."),
        ("/gallery/trouble/missing/", 404, "There is no room lecture-7 in this application."),
        ("/no/such/address/", 404, "It may have been removed"),
    ],
)
def test_the_signed_in_are_told_in_the_frame(
    site: Client, bob: User, path: str, status: int, says: str
) -> None:
    site.force_login(bob)
    answer = site.get(path)
    page = answer.content.decode()
    assert answer.status_code == status
    assert says in page
    assert 'id="rail"' in page
    assert answer["X-Click-Id"] in page


def test_strangers_get_a_bare_page(site: Client) -> None:
    answer = site.get("/no/such/address/")
    assert answer.status_code == 404
    assert b'id="rail"' not in answer.content
    assert b"<h1>" in answer.content


def test_htmx_gets_a_message_with_the_same_status(site: Client, bob: User) -> None:
    site.force_login(bob)
    answer = site.get("/gallery/trouble/forbidden/", **HTMX)
    assert answer.status_code == 403
    assert b"<html" not in answer.content
    assert b'class="message message-bad"' in answer.content


@pytest.mark.parametrize("extra", [{}, HTMX])
def test_a_mistake_of_ours_is_admitted_without_details(site: Client, extra: dict[str, Any]) -> None:
    answer = site.get("/gallery/broken/", **extra)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "made to fail" not in page
    assert "RuntimeError" not in page
    assert answer["X-Click-Id"] in page


def test_a_mistake_in_the_error_page_itself_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> str:
        raise TemplateSyntaxError("broken too")

    monkeypatch.setattr(errors, "render_to_string", fail)
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith("text/plain")


def test_an_unreadable_request_is_400(rf: RequestFactory) -> None:
    answer = errors.bad_request(rf.get("/"), SuspiciousOperation("secret detail"))
    assert answer.status_code == 400
    assert b"secret detail" not in answer.content


def test_a_form_from_elsewhere_is_refused_with_what_to_do(settings: Any, bob: User) -> None:
    settings.CSRF_FAILURE_VIEW = "console.core.errors.csrf_failure"
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    answer = browser.post("/preferences/", {"theme": "dark"})
    assert answer.status_code == 403
    assert b"Reload it and try again" in answer.content
    bob.refresh_from_db()
    assert bob.theme == ""


def test_error_pages_speak_the_viewers_language(site: Client, bob: User) -> None:
    bob.language = "zh-hans"
    bob.save()
    site.force_login(bob)
    page = site.get("/no/such/address/").content.decode()
    assert '<html lang="zh-hans"' in page


def test_django_asks_these_views(settings: Any) -> None:
    from console import urls

    assert urls.handler400 == "console.core.errors.bad_request"
    assert urls.handler403 == "console.core.errors.not_allowed"
    assert urls.handler404 == "console.core.errors.not_found"
    assert urls.handler500 == "console.core.errors.server_error"
    assert settings.CSRF_FAILURE_VIEW == "console.core.errors.csrf_failure"
