"""Screens on walls: what their token opens and what not, for how long, on record; and that many cost what one costs."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client

from console.accounts.models import User
from console.analytics.models import KnownApplication, Screen
from console.analytics.services.screens import LOOKS_A_MINUTE, TRIES, make_screen, revoke_screen
from console.audit.models import AuditEntry
from console.connections.models import Connection, SharedAnswer
from console.sparkrtc.replies import Participants, store
from tests.analytics.conftest import START, Months
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
WALL, SCREENS = "/screen/demo/", "/c/demo/overview/screens/"


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def stored(connection: Connection, time_machine_at: Any) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "<b>Meeting</b>"], days=8)


def made(connection: Connection, actor: User, **more: Any) -> tuple[Screen, str]:
    given = {"app_id": "", "days": 30, "language": "en", "zone": "UTC", **more}
    return make_screen(connection, "Left", actor=actor, **given)


def opened(token: str) -> Client:
    client = Client()
    answer = client.post(WALL, {"token": token})
    assert answer.status_code == 302, answer.content.decode()
    return client


def test_an_admin_makes_one_and_its_token_is_seen_once(
    client: Client, alice: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    client.force_login(alice)
    page = client.get(f"{SCREENS}new/").content.decode()
    form_id = page.split('name="form_id" value="')[1].split('"')[0]
    form = {"name": "Left <i>", "app_id": "", "days": 90, "language": "en", "zone": "UTC", "form_id": form_id}
    answer = client.post(f"{SCREENS}new/", form)
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    token = page.split(f"http://testserver{WALL}#")[1].split("<")[0]
    assert token.startswith("wall_")
    assert client.post(f"{SCREENS}new/", form).status_code == 409  # sent twice, made once
    screen = Screen.objects.get()
    assert token not in str(list(Screen.objects.values()))
    assert screen.expires_at == START + timedelta(days=90)
    entry = AuditEntry.objects.get(action="analytics.screen.create")
    assert entry.target_name == "Left <i>"
    assert token not in str(entry.after) + str(entry.details)
    assert token not in client.get(SCREENS).content.decode()
    assert "Classroom" in opened(token).get(WALL).content.decode()


def test_it_opens_the_wall_of_its_connection_and_nothing_else(
    alice: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    other = Connection.objects.create(slug="other", name="Other", project_id="1" * 32)
    screen, token = made(connection, alice)
    wall = opened(token)
    cookie = wall.cookies["console_screen"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (WALL, True, "Strict")
    assert "sessionid" not in wall.cookies
    page = wall.get(WALL).content.decode()
    assert "Online users today" in page
    assert "&lt;b&gt;Meeting&lt;/b&gt;" in page
    assert "Alice" not in page
    assert "/c/demo/" not in page  # no way out of it
    assert "sessionid" not in wall.cookies
    for address in ("/c/demo/overview/", "/c/demo/analytics/", "/c/demo/rooms/", SCREENS):
        assert wall.get(address)["Location"].startswith("/sign-in/")
    assert "This screen shows nothing yet" in wall.get(f"/screen/{other.slug}/").content.decode()
    assert "This screen shows nothing yet" in Client().get(WALL).content.decode()
    elsewhere = Client()
    assert elsewhere.post("/screen/other/", {"token": token}).status_code == 422
    screen.refresh_from_db()
    assert (screen.last_used_at, screen.last_address) == (START, "127.0.0.1")


def test_of_one_application_in_its_language_and_zone(
    alice: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    more = {"app_id": stored[0].app_id, "language": "zh-hans", "zone": "Asia/Shanghai"}
    _screen, token = made(connection, alice, **more)
    page = opened(token).get(WALL).content.decode()
    assert "Meeting" not in page
    assert "今日在线" in page or "在线用户" in page
    assert "19:54" in page  # 11:54 UTC


@pytest.mark.parametrize("how", ["taken back", "over", "connection out of use"])
def test_it_goes_dark(
    alice: User, connection: Connection, stored: list[KnownApplication], how: str, client: Client
) -> None:
    screen, token = made(connection, alice)
    wall = opened(token)
    assert (
        wall.get(WALL, headers={"HX-Request": "true"}).content.decode().lstrip().startswith('<div id="wall"')
    )
    if how == "taken back":
        client.force_login(alice)
        assert client.get(f"{SCREENS}{screen.pk}/revoke/").status_code == 200
        assert client.post(f"{SCREENS}{screen.pk}/revoke/").status_code == 302
        assert AuditEntry.objects.filter(action="analytics.screen.revoke").count() == 1
        assert not revoke_screen(connection, screen.pk, actor=alice)
    elif how == "over":
        Screen.objects.update(expires_at=START)
    else:
        Connection.objects.update(active=False)
    assert "Classroom" not in wall.get(WALL).content.decode()
    assert wall.get(WALL, headers={"HX-Request": "true"})["HX-Redirect"] == WALL
    assert Client().post(WALL, {"token": token}).status_code == 422


def test_guessing_is_slow_and_looking_too_often_is_refused(
    alice: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    _screen, token = made(connection, alice)
    wall = opened(token)
    answers = Counter(wall.get(WALL).status_code for _look in range(LOOKS_A_MINUTE + 3))
    assert answers == {200: LOOKS_A_MINUTE, 429: 3}
    tries = [Client().post(WALL, {"token": f"wall_{number}"}).status_code for number in range(TRIES)]
    assert set(tries) == {422}
    refused = Client().post(WALL, {"token": token})
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    other = Client(REMOTE_ADDR="10.1.1.1")
    assert other.post(WALL, {"token": token}).status_code == 302


def test_who_may_make_them(
    client: Client, lena: User, mona: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    for person in (lena, mona):
        client.force_login(person)
        assert client.get(SCREENS).status_code == 403
        with pytest.raises(PermissionDenied):
            made(connection, person)


def test_queries_of_a_look(
    alice: User, connection: Connection, stored: list[KnownApplication], django_assert_max_num_queries: Any
) -> None:
    wall = opened(made(connection, alice)[1])
    wall.get(WALL)
    with django_assert_max_num_queries(8):
        wall.get(WALL)


def test_the_fullest_rooms_that_are_known_with_their_moment(
    client: Client, lena: User, alice: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    people = [{"user_id": f"u-{number}", "state": "ONLINE"} for number in range(3)]
    looked(connection, stored[0].app_id, "lecture", people, START - timedelta(minutes=4))
    looked(connection, stored[0].app_id, "empty", [], START - timedelta(minutes=1))
    looked(connection, stored[1].app_id, "old", people, START - timedelta(minutes=30))
    looked(connection, "f" * 32, "elsewhere", people, START)
    client.force_login(lena)
    page = client.get("/c/demo/overview/").content.decode()
    panel = page.split('id="overview-rooms"')[-1]
    assert "lecture" in panel
    assert "11:56" in panel
    for name in ("empty", "elsewhere", ">old<"):
        assert name not in panel
    assert f"/c/demo/rooms/{stored[0].app_id}/lecture/" in panel
    wall = opened(made(connection, alice)[1]).get(WALL).content.decode()
    assert "lecture" in wall
    assert "u-1" not in wall


def looked(
    connection: Connection, app_id: str, room_id: str, people: list[dict[str, str]], at: datetime
) -> None:
    """Store an answer as it lies there when somebody has looked at a room."""
    value = msgspec.convert({"total": len(people), "participants": people}, Participants)
    SharedAnswer.objects.create(
        connection=connection,
        operation="rooms.participant.list",
        key=f"{app_id}{room_id}"[-64:],
        parameters={"app_id": app_id, "room_id": room_id, "state": ["ONLINE"]},
        value=store(value),
        taken_at=at,
        last_watched=at,
    )


def test_twenty_screens_cost_the_cloud_what_one_costs(months: Months, app_id: str, alice: User) -> None:
    months.only(app_id)
    months.kinds("minutes:1")
    months.look_at_the_list()
    months.work(hours=2)

    def cost(screens: int) -> int:
        walls = [opened(made(months.connection, alice)[1]) for _screen in range(screens)]
        before = len(months.asked())
        for _look in range(6):
            months.sleep(minutes=5)
            assert {wall.get(WALL).status_code for wall in walls} == {200}
            months.look()
        return len(months.asked()) - before

    one = cost(1)
    assert one > 0
    assert cost(20) == one
    assert datetime.now(UTC) > START
