"""The list of jobs: filters, reach, empty states; and the way into Recording."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import RecordingJob
from tests.recording.jobs.conftest import sign_in

pytestmark = pytest.mark.django_db
URL = "/c/demo/recording/jobs/"


@pytest.fixture
def job(connection: Connection) -> Callable[..., RecordingJob]:
    """Return a function that writes a job down."""

    def make(room_id: str, **more: Any) -> RecordingJob:
        number = RecordingJob.objects.count()
        usual = {
            "kind": "mix",
            "connection": connection,
            "app_id": "app-1",
            "room_id": room_id,
            "job_id": f"job-{number}",
            "actor_name": "Alice",
            "outcome": "accepted",
            "state": "RUNNING",
            "asked_at": timezone.now() + timedelta(seconds=number),
        }
        return RecordingJob.objects.create(**{**usual, **more})

    return make


@pytest.fixture
def five(job: Callable[..., RecordingJob]) -> None:
    job("running-1")
    job("stopped-1", state="STOPPED", stop_reason="TENANT_STOP")
    job("unknown-1", outcome="unknown", job_id="", state="")
    job("failed-1", outcome="failed", job_id="", state="")
    job("single-1", kind="single", user_id="ann", app_id="app-2")


def shown(browser: Any, query: str) -> set[str]:
    page = browser.get(f"{URL}{query}").content.decode()
    names = ("running-1", "stopped-1", "unknown-1", "failed-1", "single-1")
    table = page.split('id="jobs"')[1]
    return {name for name in names if f'data-copy="{name}"' in table}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"running-1", "stopped-1", "unknown-1", "failed-1", "single-1"}),
        ("?state=running", {"running-1", "single-1"}),
        ("?state=stopped", {"stopped-1"}),
        ("?state=unknown", {"unknown-1"}),
        ("?state=failed", {"failed-1"}),
        ("?state=nonsense", {"running-1", "stopped-1", "unknown-1", "failed-1", "single-1"}),
        ("?kind=single", {"single-1"}),
        ("?app=app-2", {"single-1"}),
        ("?room=stopped-1", {"stopped-1"}),
        ("?room=stopped", set()),
        ("?state=running&kind=mix", {"running-1"}),
    ],
)
def test_filters(query: str, expected: set[str], five: None, bob: User) -> None:
    assert shown(sign_in(bob), query) == expected


def test_only_what_is_within_reach(five: None, carol: User, connection: Connection) -> None:
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connection, app_id="app-2")
    browser = sign_in(carol)
    assert shown(browser, "") == {"single-1"}
    beyond = RecordingJob.objects.get(room_id="running-1")
    assert browser.get(f"{URL}{beyond.pk}/").status_code == 404
    assert browser.get(f"{URL}{RecordingJob.objects.get(room_id='single-1').pk}/").status_code == 200


def test_as_a_piece_and_as_a_page(five: None, bob: User) -> None:
    browser = sign_in(bob)
    piece = browser.get(URL, headers={"HX-Request": "true", "HX-Target": "jobs-page"}).content.decode()
    assert "<html" not in piece
    assert 'id="jobs-page"' in piece
    assert "<html" in browser.get(URL).content.decode()


def test_empty_says_what_to_do_to_whoever_may(bob: User, mona: User, connection: Connection) -> None:
    page = sign_in(bob).get(URL).content.decode()
    assert "No recording is known yet" in page
    assert "jobs/start/" not in page
    assert "jobs/start/" in sign_in(mona).get(URL).content.decode()
    filtered = sign_in(bob).get(f"{URL}?state=running").content.decode()
    assert "No recording fits the filters" in filtered


def test_pages_of_a_long_list_cost_the_same_few_queries(
    job: Callable[..., RecordingJob], bob: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        job(f"room-{number}")
    browser = sign_in(bob)
    first = browser.get(URL).content.decode()
    assert ("room-59" in first, 'data-copy="room-9"' in first) == (True, False)
    assert 'data-copy="room-9"' in browser.get(f"{URL}?page=2").content.decode()
    assert "There is no such page" in browser.get(f"{URL}?page=9").content.decode()
    with django_assert_max_num_queries(13):
        browser.get(URL)


def test_hostile_texts_are_shown_and_do_nothing(job: Callable[..., RecordingJob], bob: User) -> None:
    evil = "<script>alert(1)</script>"
    made = job("room", state="STOPPED", stop_reason=evil, description=evil, stream_name=evil)
    made.settings = {"layout_template": evil, "encode_template": evil, "max_idle_time": evil}
    made.save()
    for url in (URL, f"{URL}{made.pk}/"):
        assert evil not in sign_in(bob).get(url).content.decode()


def test_the_way_in_leads_to_the_first_tab(bob: User, audrey: User, connection: Connection) -> None:
    assert sign_in(bob).get("/c/demo/recording/").status_code == 302
    assert sign_in(audrey).get("/c/demo/recording/").status_code == 403
    page = sign_in(bob).get(URL).content.decode()
    assert "/c/demo/recording/layouts/" not in page  # layouts are for whoever starts recordings


def test_it_is_sorted_by_its_heads(alice: User, five: None) -> None:
    browser = sign_in(alice)

    def order(sort: str) -> list[str]:
        table = browser.get(f"{URL}?sort={sort}").content.decode().split('id="jobs"')[1]
        return re.findall(r'data-copy="((?:running|stopped|unknown|failed|single)-1)"', table)

    rooms = ["failed-1", "running-1", "single-1", "stopped-1", "unknown-1"]
    assert order("room") == rooms
    assert order("-room") == rooms[::-1]
    assert order("asked") == ["running-1", "stopped-1", "unknown-1", "failed-1", "single-1"]
    assert order("nonsense") == order("-asked") == order("asked")[::-1]
    assert order("-app")[0] == "single-1"


def test_it_is_taken_away_as_shown_defused_and_on_record(
    alice: User, mona: User, five: None, job: Callable[..., RecordingJob], carol: User, connection: Connection
) -> None:
    job("evil-1", kind="single", user_id="=cmd", reason="+1", actor_name="@x")
    answer = sign_in(alice).get(f"{URL}csv/?kind=single&sort=room")
    found = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["room_id"] for row in found] == ["evil-1", "single-1"]
    assert (found[0]["user_id"], found[0]["reason"], found[0]["by"]) == ("'=cmd", "'+1", "'@x")
    entry = AuditEntry.objects.get(action="recording.job.export")
    assert (entry.actor_name, json.loads(entry.details_json)["rows"]) == ("Alice", 2)
    assert sign_in(mona).get(f"{URL}csv/").status_code == 403  # exports are not a moderator's
    RoleGrant.objects.create(user=carol, role=Role.LEAD, connection=connection, app_id="app-2")
    mine = sign_in(carol).get(f"{URL}csv/").content.decode("utf-8-sig")
    assert "single-1" in mine
    assert "running-1" not in mine
