"""Opening a stored file: with a reason, on record, for a while; played in pieces, downloaded by a link."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
import time_machine
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.sparkrtc.transport import Received
from console.storage import uses
from console.storage.services import opening
from console.storage.services.opening import OPEN_SECONDS, PIECE_BYTES
from console.storage.views import media
from tests.conftest import PASSWORD
from tests.sandbox.harness import Sandbox
from tests.storage.conftest import FRAGMENT, FULL, LESSON, at, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
Form = Callable[..., dict[str, Any]]
FILM = {"name": f"{LESSON}.mp4"}
SIZE = 12_901 * 1024


def page_of(name: str, page: str = "object/") -> str:
    return f"{at(FULL, page)}?name={quote(name, safe='')}"


def opened(browser: Any, form: Form, name: str = FILM["name"], **more: Any) -> Any:
    """Open a file and return its page."""
    answer = browser.post(page_of(name, "open/"), form(preset="complaint", **more))
    assert answer.status_code == 302, answer.content.decode()
    return browser.get(answer["Location"])


def test_a_file_says_what_it_is(alice: User, connected: Connection, monkeypatch: Any) -> None:
    told = uses.Mention("Room", "lesson <1>", "/c/demo/rooms/x/")
    monkeypatch.setattr(uses, "_mentioners", {"test": lambda *place: [told] if place[1] == FULL else []})
    page = sign_in(alice).get(page_of(FILM["name"]))
    assert page.status_code == 200
    text = page.content.decode()
    assert f"s3://{FULL}/{LESSON}.mp4" in text.replace('</span><span class="id-tail">', "")
    assert "12.6 MB" in text
    assert 'href="/c/demo/rooms/x/"' in text
    assert "<video" not in text
    assert 'id="open-object"' in text


def test_what_two_apps_tell_of_stands_there_once(
    alice: User, connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, linked = uses.Mention("Job", "job-7"), uses.Mention("Job", "job-7", "/c/demo/recording/jobs/x/")
    tellers = {
        "inbox": lambda *_place: [job],
        "jobs": lambda *_place: [linked, uses.Mention("Room", "job-7")],
    }
    monkeypatch.setattr(uses, "_mentioners", tellers)
    mentions = sign_in(alice).get(page_of(FILM["name"])).context["mentions"]
    assert [(one.label, one.url) for one in mentions] == [("Job", linked.url), ("Room", "")]


def test_no_such_file(alice: User, connected: Connection) -> None:
    browser = sign_in(alice)
    page = browser.get(page_of("rtc/nothing.mp4"))
    assert page.status_code == 404
    assert "The cloud lists no such file" in page.content.decode()
    assert browser.get(page_of("rtc/nothing.mp4", "open/")).status_code == 404
    assert browser.get(at(FULL, "object/"))["Location"] == at(FULL)


def test_opened_with_a_reason_and_on_record(alice: User, connected: Connection, form: Form) -> None:
    browser = sign_in(alice)
    assert browser.post(page_of(FILM["name"], "open/"), form(preset="", words="")).status_code == 422
    assert not AuditEntry.objects.exists()
    page = opened(browser, form, words="u-7 complains")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_kind, entry.target_id) == (
        "storage.object.open",
        "object",
        f"{LESSON}.mp4",
    )
    assert (entry.actor_name, entry.reason) == ("Alice", "To look into a complaint: u-7 complains")
    assert FULL in entry.details_json
    text = page.content.decode()
    assert f'<source src="{page.context["media_url"]}" type="video/mp4">' in text
    assert page.context["opened"].until > timezone.now()
    assert connected.access_key not in text
    assert "Signature" not in text


def test_in_a_dialog_success_leads_to_the_page(alice: User, connected: Connection, form: Form) -> None:
    browser, url = sign_in(alice), page_of(FILM["name"], "open/")
    assert "A recording shows people" in browser.get(url, headers=FRAGMENT).content.decode()
    assert f'hx-post="{url}"' in browser.get(url, headers=FRAGMENT).content.decode()
    answer = browser.post(url, form(preset="quality"), headers=FRAGMENT)
    assert answer["HX-Redirect"].startswith(f"{page_of(FILM['name'])}&open=")


def test_long_after_the_sign_in_the_password_is_asked_for(
    alice: User, connected: Connection, form: Form
) -> None:
    browser, url = sign_in(alice, seconds_ago=3600), page_of(FILM["name"], "open/")
    assert browser.post(url, form(preset="quality")).status_code == 422
    assert browser.post(url, form(preset="quality", password=PASSWORD)).status_code == 302


def test_a_ticket_is_for_one_person_one_file_and_a_while(
    alice: User, olga: User, connected: Connection, form: Form
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    assert browser.get(url, headers={"Range": "bytes=0-3"}).status_code == 206
    assert sign_in(olga).get(url).status_code == 404
    assert browser.get(url.replace("lesson_01.mp4", "lesson_02.mp4")).status_code == 404
    assert browser.get(url.replace(FULL, "classroom-archive")).status_code == 404
    assert browser.get(url.replace("/media/", "/media/x")).status_code == 404
    with time_machine.travel(timezone.now().timestamp() + OPEN_SECONDS + 5, tick=True):
        late = sign_in(alice)
        assert late.get(url).status_code == 404


def test_over_it_says_so_and_offers_to_open_again(alice: User, connected: Connection) -> None:
    page = sign_in(alice).get(page_of(FILM["name"]) + "&open=nonsense")
    assert "was open for a while" in page.content.decode()
    assert "<video" not in page.content.decode()


# --- playing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=0-", 0, PIECE_BYTES),
        ("bytes=5000000-", 5_000_000, 5_000_000 + PIECE_BYTES),
        ("bytes=13000000-99999999", 13_000_000, SIZE),
    ],
)
def test_pieces_are_those_of_object_storage_and_bounded(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox, asked: str, start: int, end: int
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    answer = browser.get(url, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert len(answer.content) == end - start
    assert (answer["Content-Type"], answer["Accept-Ranges"]) == ("video/mp4", "bytes")
    assert answer["X-Content-Type-Options"] == "nosniff"
    (fetched,) = sandbox.requests(operation="get_object")
    assert (
        fetched["headers"]["range"] == f"bytes={start}-{end - 1 if end < SIZE else start + PIECE_BYTES - 1}"
    )


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0", f"bytes={SIZE}-"])
def test_pieces_that_there_are_not(alice: User, connected: Connection, form: Form, asked: str) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    answer = browser.get(url, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("last", "start"), [(5, SIZE - 5), (SIZE * 2, 0)])
def test_the_last_bytes(alice: User, connected: Connection, form: Form, last: int, start: int) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    answer = browser.get(url, headers={"Range": f"bytes=-{last}"})
    assert answer.status_code == 206
    end = min(start + PIECE_BYTES, SIZE) - 1
    assert answer["Content-Range"] == f"bytes {start}-{end}/{SIZE}"
    assert len(answer.content) == end - start + 1


@pytest.mark.parametrize("asked", ["bytes=x", "pages=1-2", "bytes=0-1,5-6"])
def test_ranges_that_are_not_understood_are_left_aside(
    alice: User, connected: Connection, form: Form, asked: str
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    answer = browser.get(url, headers={"Range": asked})
    assert answer.status_code == 200
    assert answer["Content-Length"] == str(SIZE)
    answer.close()


def test_without_a_range_it_comes_whole_and_in_pieces(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    answer = browser.get(url)
    assert answer.streaming
    assert int(answer["Content-Length"]) == sum(len(piece) for piece in answer) == SIZE
    assert len(sandbox.requests(operation="get_object")) == 7
    answer.close()


def test_only_two_such_answers_at_a_time(
    alice: User, connected: Connection, form: Form, monkeypatch: Any
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    held = [browser.get(url), browser.get(url)]
    assert browser.get(url).status_code == 503
    assert browser.get(url, headers={"Range": "bytes=0-9"}).status_code == 206
    held[0].close()
    third = browser.get(url)
    assert third.status_code == 200
    for answer in (held[1], third):
        answer.close()
    monkeypatch.setattr(media, "_MOST_BYTES", 1_000_000)
    assert browser.get(url).status_code == 416


def test_a_playlist_brings_its_slices(alice: User, connected: Connection, form: Form) -> None:
    browser = sign_in(alice)
    url = opened(browser, form, f"{LESSON}.m3u8").context["media_url"]
    told = browser.get(url)
    assert told["Content-Type"] == "application/vnd.apple.mpegurl"
    slices = [line for line in told.content.decode().splitlines() if line.endswith(".ts")]
    assert len(slices) == 6
    folder = url.rpartition("/")[0]
    first = browser.get(f"{folder}/{slices[0]}", headers={"Range": "bytes=0-187"})
    assert (first.status_code, first.content[0], first["Content-Type"]) == (206, 0x47, "video/mp2t")
    assert browser.get(f"{folder}/lesson_01.mp4").status_code == 404


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"kind": "status", "status": 403}, 502),
        ({"kind": "status", "status": 404}, 404),
        ({"kind": "status", "status": 500}, 502),
        ({"kind": "cut"}, 502),
    ],
)
def test_when_object_storage_does_not_give_it(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox, fault: dict[str, Any], status: int
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    sandbox.fail_next(operation="get_object", **fault)
    answer = browser.get(url, headers={"Range": "bytes=0-9"})
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content


def test_an_answer_with_nothing_in_it_is_no_piece(
    alice: User, connected: Connection, form: Form, monkeypatch: Any
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    empty = Received(206, {"Content-Range": f"bytes 0-9/{SIZE}"}, b"")
    monkeypatch.setattr(opening, "_get", lambda *_asked: empty)
    answer = browser.get(url, headers={"Range": "bytes=0-9"})
    assert answer.status_code == 502
    assert answer["Cache-Control"] == "no-store"
    assert "broke off" in answer.content.decode()


def test_private_networks_are_refused_there_too(
    alice: User, connected: Connection, form: Form, settings: Any
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["media_url"]
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    answer = browser.get(url, headers={"Range": "bytes=0-9"})
    assert answer.status_code == 502


# --- downloading ----------------------------------------------------------------------------------------------


def test_a_download_is_a_link_for_a_minute_and_on_record(
    alice: User, connected: Connection, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    url = opened(browser, form).context["download_url"]
    answer = browser.get(url)
    link = answer["Location"]
    assert link.startswith(f"{sandbox.endpoint}/{FULL}/{LESSON}.mp4?")
    assert answer["Cache-Control"] == "no-store"
    query = parse_qs(urlsplit(link).query)
    assert 0 < int(query["Expires"][0]) - timezone.now().timestamp() <= 60
    fetched = requests.get(link, timeout=20)
    assert fetched.status_code == 200
    assert fetched.headers["Content-Disposition"] == "attachment; filename*=UTF-8''lesson_01.mp4"
    assert len(fetched.content) == SIZE
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.target_id, entry.actor_name) == (
        "storage.object.download",
        f"{LESSON}.mp4",
        "Alice",
    )
    assert query["Signature"][0] not in str(entry.__dict__)


def test_without_having_opened_it_a_download_asks_why(alice: User, connected: Connection) -> None:
    answer = sign_in(alice).get(page_of(FILM["name"], "download/"))
    assert answer["Location"] == page_of(FILM["name"], "open/")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "name", ["rtc/a+b c%20d&e=f#g?h.mp4", "rtc/👩‍🏫 lesson 课堂.mp4", "rtc/new\nline\tand tab.mp4"]
)
def test_hostile_names_can_be_downloaded(alice: User, connected: Connection, form: Form, name: str) -> None:
    browser = sign_in(alice)
    link = browser.get(opened(browser, form, name).context["download_url"])["Location"]
    assert requests.get(link, headers={"Range": "bytes=0-9"}, timeout=20).status_code == 206


# --- when it is not possible ----------------------------------------------------------------------------------


def test_an_iam_user_is_told_why_not(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form
) -> None:
    from console.connections.secrets import seal

    connected.kind, connected.iam_endpoint = Connection.Kind.IAM_USER, sandbox.iam_endpoint
    connected.iam_domain, connected.iam_user = sandbox.iam_domain, sandbox.iam_user
    connected.secret = seal(sandbox.iam_password)
    connected.save()
    browser = sign_in(alice)
    text = browser.get(page_of(FILM["name"])).content.decode()
    assert "signs in as an IAM user" in text
    assert 'id="open-object"' not in text
    assert browser.post(page_of(FILM["name"], "open/"), form(preset="quality")).status_code == 409
    assert not AuditEntry.objects.exists()


def test_a_name_that_no_address_can_carry(alice: User, connected: Connection, form: Form) -> None:
    browser, name = sign_in(alice), "rtc/../../etc/passwd"
    assert "No address can carry this name" in browser.get(page_of(name)).content.decode()
    assert browser.post(page_of(name, "open/"), form(preset="quality")).status_code == 409


@pytest.mark.parametrize("page", ["object/", "open/", "download/"])
def test_other_roles_are_refused(mona: User, connected: Connection, page: str) -> None:
    assert sign_in(mona).get(page_of(FILM["name"], page)).status_code == 403
