"""In which applications somebody is looked for first."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from console.accounts.models import User
from console.analytics.metrics import ONLINE_USERS
from console.analytics.models import CloudProject, DayScale, KnownApplication, MinuteDay
from console.analytics.packing import pack
from console.applications.shapes import Application
from console.connections.models import Connection
from console.investigate.models import SeenRoom, SeenSession
from console.investigate.pasted import read_pasted
from console.investigate.services.finding import Search
from console.investigate.services.likely import where_to_look
from tests.conftest import MOMENT
from tests.investigate.conftest import KnownCall, statistics

pytestmark = pytest.mark.django_db(transaction=True)
FIND = "/c/demo/investigate/"
THEN = datetime(2027, 3, 2, 9, 30, tzinfo=UTC)

ALPHA = Application("a", "Alpha", "ACTIVATION", datetime(2026, 5, 1, tzinfo=UTC))
BRAVO = Application("b", "Bravo", "ACTIVATION", datetime(2025, 1, 1, tzinfo=UTC))
CHARLIE = Application("c", "Charlie", "ACTIVATION")
DELTA = Application("d", "Delta", "DEACTIVATION", datetime(2024, 1, 1, tzinfo=UTC))
ALL = (ALPHA, BRAVO, CHARLIE, DELTA)


def known(connection: Connection, app_id: str) -> KnownApplication:
    project, _made = CloudProject.objects.get_or_create(
        host=connection.host, project_id=connection.project_id
    )
    number = KnownApplication.objects.count()
    found, _made = KnownApplication.objects.get_or_create(
        project=project, app_id=app_id, defaults={"name": app_id, "number": number, "seen_at": MOMENT}
    )
    return found


def online(connection: Connection, app_id: str, people: Mapping[datetime, float]) -> None:
    """Store how many were online in some minutes of one day."""
    day = next(iter(people)).date()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    values: list[float | None] = [None] * 1440
    for at, count in people.items():
        values[int((at - midnight).total_seconds() // 60)] = count
    MinuteDay.objects.create(
        application=known(connection, app_id),
        metric=ONLINE_USERS.code,
        day=day,
        packed=pack(values),
        high=max(people.values()),
        asked_at=MOMENT,
    )


def likely(connection: Connection, text: str, apps: tuple[Application, ...] = ALL, **more: Any) -> str:
    """Return the ids of the applications in their order."""
    search = Search(read_pasted(text, zone=UTC, now=MOMENT), range=more.pop("range", "24h"))
    return "".join(where_to_look(connection, search, apps, scope=None, **more))


def test_where_nothing_is_known_the_older_come_first_and_the_disabled_last(connection: Connection) -> None:
    assert likely(connection, "u-1") == "bacd"
    assert likely(connection, "u-1 09:30") == "bacd"
    assert likely(connection, "u-1", looked_at="c") == "cbad"
    assert likely(connection, "u-1", looked_at="gone") == "bacd"


def test_the_most_people_at_the_moment_named_come_first_and_the_empty_late(connection: Connection) -> None:
    evening = THEN + timedelta(hours=2)
    online(connection, "a", {THEN: 3, evening: 900})
    online(connection, "b", {THEN: 0, evening: 50})
    online(connection, "c", {THEN: 40, evening: 1})
    assert likely(connection, "u-1 09:30") == "cabd"
    assert likely(connection, "u-1 11:30") == "abcd"
    assert likely(connection, "u-1") == "abcd"  # of the last day


def test_who_was_in_a_disabled_application_when_it_was_enabled_is_looked_for_there(
    connection: Connection,
) -> None:
    online(connection, "d", {THEN: 12})
    assert likely(connection, "u-1 09:30") == "dbac"


def test_of_a_moment_without_minutes_the_days_around_it_tell(connection: Connection) -> None:
    for app_id, most in (("a", 70), ("c", 300)):
        DayScale.objects.create(
            application=known(connection, app_id),
            day=THEN.date() - timedelta(days=3),
            asked_at=MOMENT,
            max_online_user_count=most,
        )
    assert likely(connection, "u-1 2027-02-27 09:30") == "cabd"
    assert likely(connection, "u-1 09:30") == "cabd"  # three days later
    assert likely(connection, "u-1", range="7d") == "cabd"
    assert likely(connection, "u-1 2027-01-10 09:30") == "bacd"  # nothing near it


def test_where_somebody_was_seen_comes_before_where_most_people_are(connection: Connection) -> None:
    online(connection, "a", {THEN: 500})
    for app_id, joined in (("c", THEN - timedelta(days=2)), ("b", THEN - timedelta(days=9))):
        SeenSession.objects.create(
            connection=connection,
            app_id=app_id,
            room_id="r",
            user_id="u-1",
            session_id=app_id,
            key=app_id,
            joined_at=joined,
            seen_at=joined,
        )
    assert likely(connection, "u-1 09:30") == "cbad"
    assert likely(connection, "u-2 09:30") == "abcd"


def test_rooms_seen_lately_speak_where_no_figures_are(connection: Connection) -> None:
    SeenRoom.objects.create(
        connection=connection, app_id="c", room_id="r", opened_at=MOMENT - timedelta(days=1), seen_at=MOMENT
    )
    assert likely(connection, "u-1") == "cbad"


def test_people_in_rooms_that_somebody_looks_at_count_for_the_present(
    as_: Any, bob: User, connected: Connection, find_room: Any
) -> None:
    room = find_room(5)
    as_(bob).get(room.url())
    apps = (ALPHA, BRAVO, Application(room.app_id, "Zulu", "ACTIVATION"))
    SeenRoom.objects.all().delete()
    assert likely(connected, "u-1", apps).startswith(room.app_id)
    assert likely(connected, "u-1 2027-01-10 09:30", apps).startswith("ba")


def test_the_order_costs_few_queries(connection: Connection) -> None:
    online(connection, "a", {THEN: 3})
    with CaptureQueriesContext(database) as queries:
        likely(connection, "u-1 09:30")
    assert len(queries) <= 12, [query["sql"][:140] for query in queries]


def test_a_user_of_the_busiest_of_many_applications_is_found_at_the_first_asking(
    as_: Any, bob: User, connected: Connection, known: Callable[..., KnownCall], calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    items = browser.get(FIND).context["applications"].items
    for item in items:
        online(connected, item.app_id, {call.at: 400 if item.app_id == call.app_id else 2})
    calls()
    answer = browser.get(FIND, {"q": f"{call.user_id} {call.at:%Y-%m-%d %H:%M}", "zone": "UTC"})
    assert answer.status_code == 302
    assert f"/calls/{call.app_id}/{call.room_id}/" in answer.url
    assert statistics(calls()) == ["list_users"]


def test_who_was_somewhere_else_at_that_time_is_looked_for_further(
    as_: Any, bob: User, connected: Connection, known: Callable[..., KnownCall], calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    items = browser.get(FIND).context["applications"].items
    other = next(item.app_id for item in items if item.enabled and item.app_id != call.app_id)
    SeenSession.objects.create(
        connection=connected,
        app_id=other,
        room_id="elsewhere",
        user_id=call.user_id,
        session_id="s",
        joined_at=call.at - timedelta(hours=3),
        left_at=call.at - timedelta(hours=2),
        seen_at=call.at,
    )
    online(connected, call.app_id, {call.at: 400})
    calls()
    asked = {"q": f"{call.user_id} {call.at:%Y-%m-%d %H:%M}", "zone": "UTC", "list": "1"}
    answer = browser.get(FIND, asked)
    assert statistics(calls()) == ["list_users", "list_users"]
    places = [(row["session"].app_id, row["session"].room_id) for row in answer.context["rows"]]
    assert places[0] == (call.app_id, call.room_id)
    assert (other, "elsewhere") in places


def test_the_search_box_offers_where_an_id_was_seen_then_investigate_then_a_try(
    as_: Any, bob: User, connected: Connection, known: Callable[..., KnownCall], calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    items = browser.get(FIND).context["applications"].items
    never = browser.get(f"/search/?q={call.user_id}").content.decode()
    assert f"/users/{call.app_id}/" not in never
    browser.get(f"/c/demo/rooms/{call.app_id}/{call.room_id}/")
    browser.session.flush()
    browser.force_login(bob)
    calls()
    text = browser.get(f"/search/?q={call.user_id}").content.decode()
    assert calls() == []
    assert f'href="/c/demo/investigate/users/{call.app_id}/{call.user_id}/"' in text
    known_here = text.index(f"/c/demo/investigate/users/{call.app_id}/")
    assert known_here < text.index(f"/c/demo/investigate/?q={call.user_id}") < text.index("/rooms/find/")
    room = browser.get(f"/search/?q={call.room_id}").content.decode()
    assert f"q={call.room_id}&amp;app={call.app_id}" in room
    assert f'href="/c/demo/rooms/{call.app_id}/{call.room_id}/"' in room
    enabled = sorted((item for item in items if item.enabled), key=lambda item: item.name.casefold())
    for people, item in enumerate(enabled):
        online(connected, item.app_id, {MOMENT - timedelta(hours=1): people})
    browser.session.flush()
    browser.force_login(bob)
    nobody = browser.get("/c/demo/rooms/open/?room=nobody-1").content.decode()
    offered = re.findall(r"/rooms/(\w+)/nobody-1/", nobody)
    assert offered == [item.app_id for item in reversed(enabled)]
