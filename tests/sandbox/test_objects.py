"""Objects by signed links: whose links are taken, what lies behind them, and in which pieces."""

from __future__ import annotations

import warnings
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from console.sandbox.media.mp4 import film
from console.sandbox.media.transport_stream import NOTHING, PACKET, slice_of
from tests.sandbox.caller import Caller
from tests.sandbox.doubles import StillWorld
from tests.sandbox.harness import Sandbox
from tests.sandbox.test_recording import names, save, start

BUCKET = "classroom-recordings"
LESSON = "rtc/archive/lesson_01/lesson_01"


def link(sandbox: Sandbox, name: str, *, bucket: str = BUCKET, **more: Any) -> str:
    """Return a link made by the vendor's SDK."""
    from obs import ObsClient

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        client = ObsClient(access_key_id=sandbox.ak, secret_access_key=sandbox.sk, server=sandbox.endpoint)
    return str(client.createSignedUrl("GET", bucket, name, **{"expires": 60, **more}).signedUrl)


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=20)


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def test_the_sdks_link_brings_a_film(sandbox: Sandbox) -> None:
    answer = get(link(sandbox, f"{LESSON}.mp4"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.content[4:8] == b"ftyp"
    assert len(answer.content) == 12_901 * 1024
    assert answer.content.rstrip(b"\0")[-4:] == b"free"


def test_a_playlist_names_its_slices_and_they_are_there(sandbox: Sandbox) -> None:
    answer = get(link(sandbox, f"{LESSON}.m3u8"))
    slices = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert slices == [f"lesson_01_{place:05d}.ts" for place in range(6)]
    first = get(link(sandbox, f"rtc/archive/lesson_01/{slices[0]}"))
    assert first.headers["Content-Type"] == "video/mp2t"
    assert len(first.content) == 2140 * 1024 - 2140 * 1024 % PACKET
    assert set(first.content[::PACKET]) == {0x47}
    assert first.content[-PACKET:] == NOTHING


@pytest.mark.parametrize(
    "name", ["rtc/a+b c%20d&e=f#g?h.mp4", "rtc/👩‍🏫 lesson 课堂.mp4", "rtc/new\nline\tand tab.mp4"]
)
def test_hostile_names_can_be_fetched(sandbox: Sandbox, name: str) -> None:
    assert get(link(sandbox, name)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=100-", 100, -1),
        ("bytes=-5", -5, -1),
        ("bytes=13210000-99999999", 13_210_000, -1),
    ],
)
def test_ranges(sandbox: Sandbox, asked: str, first: int, last: int) -> None:
    url, size = link(sandbox, f"{LESSON}.mp4"), 12_901 * 1024
    answer = get(url, Range=asked)
    start, end = first % size, last % size
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{size}"
    assert answer.content == get(url).content[start : end + 1]


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=5-4", "bytes=-", "pages=1-2"])
def test_ranges_that_there_are_not(sandbox: Sandbox, asked: str) -> None:
    assert code(get(link(sandbox, f"{LESSON}.mp4"), Range=asked)) == (416, "InvalidRange")


def test_the_filling_of_a_slice_keeps_its_rhythm_in_any_range(sandbox: Sandbox) -> None:
    url = link(sandbox, f"{LESSON}_00000.ts")
    whole = get(url).content
    start = len(slice_of(0)) + 1000
    assert get(url, Range=f"bytes={start}-{start + 400_000}").content == whole[start : start + 400_001]


def test_a_link_expires(sandbox: Sandbox) -> None:
    url = link(sandbox, f"{LESSON}.mp4", expires=60)
    sandbox.control("clock", {"skew_seconds": 61})
    assert code(get(url)) == (403, "AccessDenied")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda url: url.replace("lesson_01.mp4", "lesson_01.m3u8"), (403, "SignatureDoesNotMatch")),
        (lambda url: url.replace("Expires=1", "Expires=2"), (403, "SignatureDoesNotMatch")),
        (lambda url: url + "&response-content-type=text/html", (403, "SignatureDoesNotMatch")),
        (lambda url: url.replace("AccessKeyId=AK", "AccessKeyId=XX"), (403, "InvalidAccessKeyId")),
        (lambda url: url.replace("Expires=", "Expire="), (403, "AccessDenied")),
    ],
)
def test_a_link_that_was_changed_is_refused(sandbox: Sandbox, change: Any, refusal: tuple[int, str]) -> None:
    assert code(get(change(link(sandbox, f"{LESSON}.mp4")))) == refusal


def test_what_is_not_there(sandbox: Sandbox) -> None:
    assert code(get(link(sandbox, "rtc/nothing.mp4"))) == (404, "NoSuchKey")
    assert code(get(link(sandbox, "a.mp4", bucket="no-such-bucket"))) == (404, "NoSuchBucket")


def test_only_getting(sandbox: Sandbox) -> None:
    assert code(requests.put(link(sandbox, f"{LESSON}.mp4"), timeout=20)) == (405, "MethodNotAllowed")


def test_the_links_parameters_change_the_answers_headers(sandbox: Sandbox) -> None:
    wanted = {"response-content-disposition": 'attachment; filename="a b.mp4"'}
    answer = get(link(sandbox, f"{LESSON}.mp4", queryParams=wanted))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a b.mp4"'


def test_without_a_signature_it_is_an_address_of_the_service(sandbox: Sandbox) -> None:
    path = quote(f"/{BUCKET}/{LESSON}.mp4")
    assert get(f"{sandbox.endpoint}{path}").json()["error_code"] == "APIGW.0101"


def test_links_are_in_the_log_without_their_signature(sandbox: Sandbox) -> None:
    url = link(sandbox, f"{LESSON}.mp4")
    get(url, Range="bytes=0-1")
    (entry,) = sandbox.requests(operation="get_object")
    assert entry["path"] == f"/{BUCKET}/{LESSON}.mp4"
    assert entry["status"] == 206
    assert dict(entry["query"])["Signature"] == "***"
    assert urlsplit(url).query.partition("Signature=")[2] not in str(entry)


def test_what_a_recording_left_can_be_fetched(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    world.put(app_id, "room-1", "ann", since=now - 60, until=now + 7200)
    start(call, app_id, save(call, app_id))
    sandbox.travel(32)
    (playlist,) = [name for name in names(call, f"rtc/{app_id}/") if name.endswith(".m3u8")]
    told = get(link(sandbox, playlist)).text.splitlines()
    slices = [line for line in told if not line.startswith("#")]
    assert len(slices) == 3
    assert get(link(sandbox, f"{playlist.rpartition('/')[0]}/{slices[-1]}")).content[0] == 0x47


@pytest.mark.parametrize(("kind", "status"), [("status", 503), ("delay", 200)])
def test_faults_can_be_ordered(sandbox: Sandbox, kind: str, status: int) -> None:
    sandbox.fail_next(kind, operation="get_object", status=503, seconds=0.1)
    assert get(link(sandbox, f"{LESSON}.mp4"), Range="bytes=0-1").status_code in (status, 206)


def test_films_differ_by_their_colour_and_are_small() -> None:
    assert film(10) != film(200)
    assert len(film(10)) == len(film(200)) < 100_000
    assert len(slice_of(10)) < 100_000
