"""Errors of the cloud in the viewer's words, with a status that speaks of the cloud and not of the viewer."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from console.accounts.models import User
from console.core import cloud_texts, sentences
from console.core.mending import telling
from console.core.middleware import RefreshMiddleware
from console.core.problems import cloud_problem, trouble_of
from console.core.told import keep, say
from console.sparkrtc import errors as cloud
from console.sparkrtc.messages import TEXTS, Problem

HOST = {"host": "rtc.example.com"}


def _each() -> list[tuple[cloud.SparkError, int, bool]]:
    return [
        (cloud.QuotaExhausted("analytics", 12.2), 503, True),
        (cloud.Throttled(status=429, error_code="APIGW.0308", retry_after=3), 503, True),
        (cloud.InvalidParameters({"room_id": Problem("empty", {"field": "room_id"})}), 400, False),
        (cloud.NotFound(status=404, error_code="RTC.00001003"), 404, False),
        (cloud.Conflict(status=409), 409, False),
        (cloud.Unauthenticated(status=401), 502, False),
        (cloud.Forbidden(status=403), 502, False),
        (cloud.BadRequest(status=400), 502, False),
        (cloud.CloudFault(status=503), 502, True),
        (cloud.NameNotResolved(values=HOST), 503, True),
        (cloud.ConnectionFailed(values=HOST), 503, True),
        (cloud.TlsFailed(values=HOST), 503, True),
        (cloud.NoToken(reason="slow", values=HOST), 503, True),
        (cloud.OutcomeUnknown(), 504, False),
        (cloud.NoAnswer(reason="slow"), 504, True),
    ]


@pytest.mark.parametrize(("error", "status", "passes"), _each(), ids=lambda value: type(value).__name__)
def test_every_error_has_words_a_status_and_says_whether_waiting_helps(
    error: cloud.SparkError, status: int, passes: bool
) -> None:
    trouble = trouble_of(error)
    assert trouble.status == status
    assert bool(trouble.retry_after) is passes
    assert trouble.title.endswith(".")
    assert trouble.advice
    assert "%(" not in trouble.title + trouble.meaning + trouble.advice


def test_advice_on_credentials_is_for_those_who_can_mend_them() -> None:
    refused = cloud.Unauthenticated(status=401, error_code="APIGW.0301", request_id="req-9")
    kept = keep(refused)
    assert trouble_of(refused).advice.startswith("Check the key and its secret")
    assert "Check the key" in say(kept)
    with telling(lambda: False):
        trouble = trouble_of(refused)
        assert trouble.advice == "An owner of this connection can mend it: tell one, with the request id."
        assert trouble.request_id == "req-9"
        assert "The token or the signature is wrong." in say(kept)
        assert "Check the key" not in say(kept) + sentences.sentence(refused)
        assert "Check the id" in trouble_of(cloud.NotFound(status=404)).advice  # anybody can


def test_every_concrete_error_is_covered_here() -> None:
    def leaves(kind: type) -> set[type]:
        return set().union(*map(leaves, kind.__subclasses__())) if kind.__subclasses__() else {kind}

    library = {kind for kind in leaves(cloud.SparkError) if kind.__module__ == cloud.__name__}
    assert library <= {type(error) for error, _status, _passes in _each()}


def test_the_wait_is_rounded_up_so_that_nobody_comes_too_early() -> None:
    assert trouble_of(cloud.QuotaExhausted("rooms", 12.2)).retry_after == 13
    assert trouble_of(cloud.QuotaExhausted("rooms", 0.0)).retry_after == 1


def test_a_quota_is_named_by_what_it_is_for() -> None:
    assert (
        trouble_of(cloud.QuotaExhausted("analytics", 5)).title
        == "The quota for statistics is used up for the moment."
    )


def test_wrong_parameters_are_all_named() -> None:
    problems = {"a": Problem("empty", {"field": "a"}), "b": Problem("required", {"field": "b"})}
    told = sentences.sentence(cloud.InvalidParameters(problems))
    assert "a must not be empty" in told
    assert "b is required" in told


@pytest.mark.parametrize(("error", "_status", "_passes"), _each(), ids=lambda value: type(value).__name__)
def test_every_error_can_be_said_in_chinese(error: cloud.SparkError, _status: int, _passes: bool) -> None:
    with translation.override("zh-hans"):
        assert "%(" not in sentences.sentence(error)


def test_every_text_of_the_library_is_listed_for_translation() -> None:
    assert set(cloud_texts.TEXTS) == set(TEXTS.values()), "Run `manage.py cloud_texts`."


@pytest.fixture
def site(settings: Any, bob: User) -> Client:
    settings.ROOT_URLCONF = "tests.core.gallery.urls"
    browser = Client()
    browser.force_login(bob)
    return browser


def test_a_page_waits_for_its_permit_and_asks_again_even_without_scripts(site: Client) -> None:
    answer = site.get("/gallery/trouble/quota/?a=1")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == answer["Refresh"] == "13"
    assert "Trying again in 13 s." in page
    assert 'href="/gallery/trouble/quota/?a=1"' in page


def test_waiting_is_not_offered_where_it_does_not_help(site: Client) -> None:
    answer = site.get("/gallery/trouble/gone/")
    assert answer.status_code == 404
    assert "Retry-After" not in answer
    assert "Refresh" not in answer
    assert b"req-43" in answer.content


def test_htmx_gets_a_message_with_the_clouds_request_id(site: Client) -> None:
    answer = site.get("/gallery/trouble/cloud/", HTTP_HX_REQUEST="true")
    assert answer.status_code == 502
    assert b"<html" not in answer.content
    assert b"req-42" in answer.content
    assert "HX-Retarget" not in answer


def test_a_panel_shows_its_own_countdown(site: Client) -> None:
    answer = site.get("/gallery/trouble/quota/?panel=%23people", HTTP_HX_REQUEST="true")
    assert answer.status_code == 503
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#people", "outerHTML")
    assert b'id="people"' in answer.content
    assert b'data-countdown="13"' in answer.content
    assert "Refresh" not in answer


def test_a_failed_form_is_never_sent_again_by_itself(rf: RequestFactory, bob: User) -> None:
    request = rf.post("/dismiss/")
    request.user = bob  # type: ignore[assignment]
    answer = cloud_problem(request, cloud.QuotaExhausted("rooms", 4), back_url="/rooms/")
    page = answer.content.decode()
    assert "Refresh" not in answer
    assert "data-countdown" not in page
    assert 'href="/rooms/"' in page


def test_where_scripts_run_the_browser_loads_nothing_by_itself(site: Client) -> None:
    """A hidden tab would go on asking; the scripts count down while somebody looks."""
    site.cookies["scripts"] = "on"
    answer = site.get("/gallery/trouble/quota/")
    assert "Refresh" not in answer
    assert answer["Retry-After"] == "13"


def test_a_refresh_that_leads_elsewhere_is_meant(rf: RequestFactory) -> None:
    def shown(_request: object) -> HttpResponse:
        return HttpResponse("a secret", headers={"Refresh": "60; url=/elsewhere/"})

    request = rf.get("/")
    request.COOKIES["scripts"] = "on"
    assert RefreshMiddleware(shown)(request)["Refresh"] == "60; url=/elsewhere/"
