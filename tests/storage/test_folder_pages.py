"""Folders of a bucket in the browser: walking through them costs one call, whatever the cloud keeps back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from console.accounts.models import User
from console.connections.models import Connection, SharedAnswer
from tests.sandbox.harness import Sandbox
from tests.storage.conftest import EMPTY, FULL, LESSON, at, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PIECE = {"HX-Request": "true", "HX-Target": "folder-page"}
Calls = Callable[[], list[str]]


def names(page: Any) -> list[str]:
    return [row["entry"].name for row in page.context["rows"]]


def test_folders_first_with_their_sums(alice: User, connected: Connection) -> None:
    page = sign_in(alice).get(at(FULL) + "?at=rtc/")
    assert names(page)[:2] == ["../", "archive/"]
    archive = page.context["rows"][1]["entry"]
    assert (archive.count, archive.size_kb) == (
        56,
        7 * (12 + sum(2140 + 37 * n for n in range(6)) + 12_900) + 28,
    )
    assert page.context["found"].below == 65
    assert "65 objects" in page.content.decode()


def test_walking_through_a_bucket_costs_one_call(alice: User, connected: Connection, calls: Calls) -> None:
    browser = sign_in(alice)
    calls()
    for folder in ("", "rtc/", "rtc/archive/", "rtc/archive/lesson_01/", "rtc/archive/lesson_02"):
        assert browser.get(at(FULL), {"at": folder}).status_code == 200
    assert calls() == ["list_obs_bucket_objects"]
    with CaptureQueriesContext(database) as queries:
        browser.get(at(FULL), {"at": "rtc/"}, headers=PIECE)
    assert len(queries) <= 8, [query["sql"][:100] for query in queries]


def test_breadcrumbs_lead_back_up(alice: User, connected: Connection) -> None:
    page = sign_in(alice).get(at(FULL), {"at": "rtc/archive/lesson_01"})
    assert page.context["crumbs"][2:] == [
        (FULL, at(FULL)),
        ("rtc", at(FULL) + "?at=rtc%2F"),
        ("archive", at(FULL) + "?at=rtc%2Farchive%2F"),
        ("lesson_01", at(FULL) + "?at=rtc%2Farchive%2Flesson_01%2F"),
    ]
    assert f"s3://{FULL}/rtc/archive/lesson_01/" in page.content.decode()


THREE = ["lesson_03/lesson_03.m3u8", "lesson_03/lesson_03.mp4"]
FILM, LIST = "lesson_01.mp4", "lesson_01.m3u8"
IN_ONE = {"at": "rtc/archive/lesson_01/", "files": "recordings"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"at": "rtc/archive/", "q": "LESSON_03"}, ["lesson_03/"]),
        ({"at": "rtc/archive/", "q": "lesson_03", "below": "1", "files": "recordings"}, THREE),
        ({**IN_ONE, "sort": "-size"}, [FILM, LIST]),
        ({**IN_ONE, "sort": "-name"}, [FILM, LIST]),
        ({**IN_ONE, "sort": "modified"}, [LIST, FILM]),
        ({**IN_ONE, "sort": "<script>"}, [LIST, FILM]),
        ({"q": "nothing like it"}, []),
        ({"at": "no/such/folder/"}, []),
    ],
)
def test_filters_and_orders(
    alice: User, connected: Connection, query: dict[str, str], expected: list[str]
) -> None:
    page = sign_in(alice).get(at(FULL), query)
    assert names(page) == expected
    text = page.content.decode()
    if not expected:
        assert "Nothing here fits" in text or "This folder is empty" in text


def test_names_are_shown_and_linked_whatever_is_in_them(alice: User, connected: Connection) -> None:
    page = sign_in(alice).get(at(FULL), {"at": "rtc/"})
    text = page.content.decode()
    assert "<script>alert" not in text
    assert "\u202e" not in re.sub(r"<[^>]*>", "", text)  # what is copied is exact, what is read is harmless
    for row in page.context["rows"]:
        assert row["url"]
        assert "\n" not in row["url"]
        if not row["entry"].folder:
            assert sign_in(alice).get(row["url"]).context["stored"].name == row["name"]


def test_an_empty_bucket_says_so(alice: User, connected: Connection) -> None:
    assert "This bucket is empty" in sign_in(alice).get(at(EMPTY)).content.decode()


def test_pages_do_not_overlap(alice: User, connected: Connection, sandbox: Sandbox) -> None:
    sandbox.control("buckets/fill", {"bucket": EMPTY, "count": 400})
    browser = sign_in(alice)
    ask = {"below": "1", "size": "20", "sort": "-size"}
    first, second = (browser.get(at(EMPTY), {**ask, "page": page}) for page in ("1", "2"))
    assert len(set(names(first)) | set(names(second))) == 40
    sizes = [row["entry"].size_kb for page in (first, second) for row in page.context["rows"]]
    assert sizes == sorted(sizes, reverse=True)
    assert "There is no such page" in browser.get(at(EMPTY), {**ask, "page": "999"}).content.decode()


def test_five_thousand_objects_are_kept_small(alice: User, connected: Connection, sandbox: Sandbox) -> None:
    sandbox.control("buckets/fill", {"bucket": EMPTY, "count": 5_000})
    page = sign_in(alice).get(at(EMPTY))
    assert page.context["found"].below == 5_000
    stored = SharedAnswer.objects.get(operation="storage.object.list")
    assert len(stored.value) < 5_000 * 20


def test_where_the_cloud_gives_no_more_each_folder_is_asked_for(
    alice: User, connected: Connection, sandbox: Sandbox, calls: Calls
) -> None:
    sandbox.control("buckets/listing", {"most": 20})
    browser = sign_in(alice)
    top = browser.get(at(FULL))
    assert names(top) == ["rtc/"]
    text = top.content.decode()
    assert "20 of 65 objects are listed" in text
    assert "at least" in text
    calls()
    page = browser.get(at(FULL), {"at": "rtc/archive/lesson_03/"})
    assert len(names(page)) == 8
    assert "are listed" not in page.content.decode()
    assert calls() == ["list_obs_bucket_objects"] * 2
    assert page.context["found"].whole


def test_where_the_cloud_lists_a_folder_alone_folders_are_asked_for(
    alice: User, connected: Connection, sandbox: Sandbox
) -> None:
    sandbox.control("buckets/listing", {"shallow": True})
    browser = sign_in(alice)
    assert names(browser.get(at(FULL))) == ["rtc/"]
    page = browser.get(at(FULL), {"at": "rtc/"})
    assert names(page)[:2] == ["../", "archive/"]
    assert page.context["rows"][1]["entry"].count is None
    assert len(names(browser.get(at(FULL), {"at": "rtc/archive/lesson_01/"}))) == 8
    found = browser.get(at(FULL, "object/"), {"name": f"{LESSON}.mp4"})
    assert found.context["stored"].size_kb == 12_901


def test_there_is_no_such_bucket(alice: User, connected: Connection) -> None:
    page = sign_in(alice).get(at("nowhere"))
    assert page.status_code == 404
    assert "There is no such bucket" in page.content.decode()


def test_a_region_that_the_service_does_not_know(alice: User, connected: Connection, calls: Calls) -> None:
    calls()
    page = sign_in(alice).get(at(FULL, location="eu-west-9"))
    assert page.status_code == 409
    assert calls() == []


@pytest.mark.parametrize("kind", ["half", "garbage", "cut"])
def test_a_broken_answer_is_told(alice: User, connected: Connection, sandbox: Sandbox, kind: str) -> None:
    sandbox.fail_next(kind, operation="list_obs_bucket_objects", times=0)
    page = sign_in(alice).get(at(FULL))
    assert page.status_code == 504
    assert "Trying again in" in page.content.decode()


def test_as_page_and_as_fragment_and_for_whom(
    alice: User, mona: User, carol: User, connected: Connection
) -> None:
    browser = sign_in(alice)
    assert "<html" in browser.get(at(FULL)).content.decode()
    piece = browser.get(at(FULL), headers=PIECE).content.decode()
    assert "<html" not in piece
    assert 'id="page-as-of" hx-swap-oob="true"' in piece
    assert sign_in(mona).get(at(FULL)).status_code == 403
    assert sign_in(carol).get(at(FULL)).status_code == 404
