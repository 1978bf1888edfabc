"""What stands in an address and nobody understands is named, on every page that filters; what we write never is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from console import audit
from console.accounts.actions import SIGN_IN
from console.accounts.models import User
from console.alerts.models import Channel, Message
from console.connections.models import Connection
from console.core.misread import misread
from console.investigate.models import KeptCall
from console.recording.models import LedgerEntry, RecordingJob
from console.work.models import Run, RunItem
from tests.alerts.test_rules import make_incident
from tests.analytics.store import fill
from tests.conftest import MOMENT
from tests.investigate.conftest import KnownCall, known, spoken  # noqa: F401  (known is a fixture)
from tests.written import written

SAID = "Not understood in the address"
PIECE = {"HX-Request": "true"}
HOSTILE = {"opened": "<b>"}


@dataclass(frozen=True)
class Page:
    """A page that filters. path, good: of the world's names. good: every filter set. bad: values that nobody knows.

    whole: its pieces don't change with the address, so that they leave it to the whole page to name what is bad.
    """

    path: str
    good: str = ""
    bad: str = ""
    whole: bool = False


TIMES = "range=custom&from=2027-03-01T10:00&to=2027-03-02T10:00&zone=Asia/Shanghai"
PERIOD = "range=custom&first=2027-02-20&last=2027-03-01&step=week&compare=custom&cfirst=2027-02-10&clast=2027-02-19"
PAGES = {
    "rooms": Page("rooms/", f"app={{app}}&room={{room}}&state=all&{TIMES}", "state=x&range=x&zone=Mars/Base"),
    "a participant's rooms": Page("rooms/find/", f"app={{app}}&user={{user}}&{TIMES}", "range=x&zone=x"),
    "a room": Page("rooms/{app}/{room}/", "people=all&q=a&actions=all", "people=x&actions=x"),
    "opening a room": Page("rooms/open/", "room={room}", whole=True),
    "ledger": Page(
        "recording/ledger/", "state=missing&app=app-1&by=job&room=r-1&size=20", "state=x&by=x&size=7"
    ),
    "jobs": Page(
        "recording/jobs/", "state=running&app=app-1&kind=mix&room=r-1&sort=-seen", "state=x&kind=x&sort=-x"
    ),
    "starting a job": Page("recording/jobs/start/", "app={app}&room={room}&user={user}&kind=single", "kind=x"),
    "inbox": Page(
        "recording/inbox/",
        f"app={{app}}&verdict=refused&event=RECORD_NEW_FILE_START&q=a&{TIMES}",
        "verdict=x&range=x",
    ),
    "templates": Page("recording/templates/", "app={app}"),
    "automatic": Page("recording/automatic/"),
    "callbacks": Page("recording/callbacks/"),
    "buckets": Page("storage/", "state=authorized&q=class", "state=x"),
    "a folder": Page(
        "storage/cn-north-4/classroom-recordings/",
        "at=rtc/&sort=-size&q=a&below=1&files=recordings&size=20",
        "sort=-x&below=2&files=x&page=0",
    ),
    "work": Page("work/", "whose=all&state=running&size=20", "whose=x&state=x"),
    "a run": Page("work/{run}/", "items=done&size=20", "items=x"),
    "alerts": Page("alerts/", "state=open&size=20", "state=x"),
    "messages": Page("alerts/messages/", "state=given_up&channel={channel}&size=20", "state=x&channel=x"),
    "applications": Page("applications/", "state=enabled&q=a&sort=-created", "state=x&sort=x"),
    "quotas": Page("quota/", "range=day", "range=x&part=x", whole=True),
    "limits": Page("/settings/connections/demo/quotas/", "", "part=x", whole=True),
    "people": Page("/settings/people/", "q=o&state=active&role=owner&size=20", "state=x&role=x"),
    "trail": Page(
        "/audit/",
        "target=a&person=o&action=accounts.sign_in&connection=demo&app_id=a&outcome=succeeded"
        "&from=2027-03-01T10:00&to=2027-03-02T10:00&click=abc&older=1804000000000000-9",
        "older=x",
    ),
    "search": Page("/search/", "q=class", whole=True),
    "overview": Page("overview/", "app={known}&wall=1&zoom-day=1804000000-1804003600", "wall=x&zoom-day=x", True),
    "figures": Page("analytics/", f"view=quality&app={{known}}&{PERIOD}", "view=x&range=x&step=x&compare=x"),
    "who was online": Page("analytics/online/", f"dimension=access_net&{PERIOD}", "dimension=x&step=x"),
    "abnormal events": Page("analytics/events/", PERIOD, "range=x"),
    "changes": Page("analytics/changes/", f"page=1&{PERIOD}", "range=x&page=x"),
    "annotations": Page("analytics/annotations/", f"app={{known}}&{PERIOD}", "range=x"),
    "who moved": Page("analytics/moved/", PERIOD, "compare=x", whole=True),
    "investigate": Page(
        "investigate/",
        "q={spoken}&app={app}&zone=Asia/Shanghai&range=7d&region=86&isp=1&state=FAIL&list=1&wide=1",
        "range=x&state=x&list=x&zone=x",
    ),
    "kept calls": Page("investigate/kept/", "state=kept&q=a&size=20", "state=x"),
    "a participant": Page("investigate/users/{app}/{user}/", "only=failed&size=20", "only=x"),
    "a call": Page(
        "investigate/calls/{app}/{room}/",
        "at={at}&since={since}&user={user}&symptom=no_picture&sender={peer}&receiver={user}&good=best&whole=1"
        "&from={from}&to={to}&sort=name&q=a&zone=Asia/Shanghai&zoom-call=1804000000-1804003600",
        "since=x&symptom=x&sort=x&whole=x",
    ),
}  # fmt: skip
LINKING = ("applications/{app}/", "alerts/{incident}/", "recording/jobs/{job}/", "recording/callbacks/{app}/")
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(autouse=True)
def _at_that_moment() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(MOMENT, tick=True):
        yield


@pytest.fixture
def world(connected: Connection, known: Callable[..., KnownCall], olga: User) -> dict[str, str]:  # noqa: F811
    """Something on every page; return what addresses name."""
    call, now = known("peer_no_frames_pair"), timezone.now()
    application = fill(connected, ["Classroom"], days=15, minutes=False)[0]
    run = Run.objects.create(kind="investigate.keep", connection=connected, owner=olga)
    for number, state in enumerate(("done", "failed")):
        RunItem.objects.create(run=run, number=number, key=f"item-{number}", state=state)
    asked = {"connection": connected, "app_id": "app-1", "room_id": "r-1"}
    job = RecordingJob.objects.create(
        **asked, kind="mix", job_id="job-1", outcome="accepted", state="RUNNING", asked_at=now
    )
    LedgerEntry.objects.create(**asked, key="k", source="job", state="missing", began_at=now)
    KeptCall.objects.create(**asked, started_at=now - timedelta(days=1), why="chosen", state="kept")
    channel = Channel.objects.create(connection=connected, name="Ops", medium=Channel.Medium.EMAIL)
    message = {"kind": Message.Kind.OPENED, "medium": Channel.Medium.EMAIL, "to": "ops", "state": "given_up"}
    Message.objects.create(**message, connection=connected, channel=channel, next_at=now, created_at=now)
    audit.record(SIGN_IN, actor=olga, connection=connected)
    return {
        "app": call.app_id,
        "room": call.room_id,
        "user": call.user_id,
        "peer": call.peer_id,
        "at": key(call.at),
        "since": key(call.start),
        "from": key(call.at - timedelta(minutes=2)),
        "to": key(call.at + timedelta(minutes=2)),
        "spoken": spoken(call),
        "known": application.app_id,
        "run": str(run.pk),
        "job": str(job.pk),
        "incident": str(make_incident(connected, app_id=call.app_id).pk),
        "channel": str(channel.pk),
    }


@pytest.fixture
def owner(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


def key(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def where(page: Page, world: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Return a page's path, and its query with every filter set."""
    path = page.path.format(**world)
    query = {name: value.format(**world) for name, value in parse_qsl(page.good)}
    return path if path.startswith("/") else f"/c/demo/{path}", query


def worth_opening(addresses: set[str], path: str) -> Iterator[str]:
    """Yield those of a path that say something anew, and of each other page one with the same names in its query."""
    seen: set[Any] = set()
    for address in sorted(addresses, key=lambda one: (len(one), one)):
        other, _mark, query = address.partition("?")
        asked = QueryDict(query)
        parts = set(asked.items()) if other == path else {(resolve(other).view_name, *asked)}
        if not parts <= seen:
            seen |= parts
            yield address


def named(answer: Any) -> list[str]:
    """Return what an answer calls misread; [] for one without a template."""
    return (answer.context or {}).get("misread") or []


@each_page
@pytest.mark.django_db(transaction=True)
def test_what_nobody_understands_is_named_and_harmless(
    name: str, owner: Client, world: dict[str, str]
) -> None:
    page = PAGES[name]
    path, good = where(page, world)
    bad = dict(parse_qsl(page.bad)) | HOSTILE
    asked = f"{path}?{urlencode(good | bad)}"
    for headers in ({}, *(() if page.whole else (PIECE,))):
        answer = owner.get(asked, headers=headers)
        text = answer.content.decode()
        assert set(named(answer)) == {f"{one}={value}" for one, value in bad.items()}
        assert text.count(SAID) == 1
        assert "opened=&lt;b&gt;" in text
        assert "opened=<b>" not in text


@each_page
@pytest.mark.django_db(transaction=True)
def test_no_address_that_the_console_writes_is_called_misread(
    name: str, owner: Client, world: dict[str, str]
) -> None:
    path, good = where(PAGES[name], world)
    starts = [path, f"{path}?{urlencode(good)}"]
    found: set[str] = set()
    for start in starts:
        for headers in ({}, PIECE):
            answer = owner.get(start, headers=headers, follow=True)
            assert (answer.status_code, named(answer)) == (200, []), start
            assert SAID not in answer.content.decode()
            found |= written(answer, start)
    for address in worth_opening(found - set(starts), path):
        answer = owner.get(address, follow=True)
        assert named(answer) == [], address


def test_every_page_that_filters_names_what_it_leaves_out() -> None:
    folder = Path(settings.BASE_DIR) / "templates"
    texts = {str(one.relative_to(folder)): one.read_text() for one in folder.rglob("*.html")}

    def whole(name: str, seen: frozenset[str] = frozenset()) -> str:
        parts = set(re.findall(r'{% include "([^"]+)"', texts[name])) - seen
        return texts[name] + "".join(whole(part, seen | parts) for part in sorted(parts & set(texts)))

    pages = {name: whole(name) for name, text in texts.items() if '{% extends "base.html" %}' in text}
    filter_ = re.compile(r'<form class="filters[^>]*method="get"|{% paging ')
    silent = {name for name, text in pages.items() if filter_.search(text) and "Not understood" not in text}
    assert silent == set()


@pytest.mark.parametrize("path", LINKING)
@pytest.mark.django_db(transaction=True)
def test_nor_is_any_that_a_page_without_filters_links_to(
    path: str, owner: Client, world: dict[str, str]
) -> None:
    start = f"/c/demo/{path.format(**world)}"
    found = written(owner.get(start), start)
    assert found
    for address in worth_opening(found, start):
        assert named(owner.get(address, follow=True)) == [], address


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=open&q=&size=50&page=2&zone=UTC&zoom-call=1-2", []),
        ("state=&other=", []),
        ("state=Open&q=x&size=51&page=-1", ["state=Open", "size=51", "page=-1"]),
        ("zone=Nowhere&zoom-call=1-&zoom-=x", ["zone=Nowhere", "zoom-call=1-", "zoom-=x"]),
        ("state=x&state=open", []),  # the last one counts
        ("&".join(f"n{number}=1" for number in range(9)), [f"n{number}=1" for number in range(5)]),
    ],
)
def test_parts_of_an_address(query: str, expected: list[str]) -> None:
    assert misread(QueryDict(query), {"state": ("open",)}, ("q",)) == expected
