"""In which rooms a participant was, and what the search box offers."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from tests.conftest import PASSWORD
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
FIND = "/c/demo/rooms/find/"


def test_rooms_of_a_participant_for_one_call(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    browser = as_(bob)
    browser.get(f"/c/demo/rooms/?app={room.app_id}")
    calls()
    answer = browser.get(f"{FIND}?app={room.app_id}&user={room.user_ids[0]}&range=7d")
    assert calls() == ["list_users"]
    assert answer.status_code == 200
    assert room.url() in answer.content.decode()
    browser.get(f"{FIND}?app={room.app_id}&user={room.user_ids[0]}&range=7d", headers={"HX-Request": "true"})
    assert calls() == []


def test_without_an_id_nothing_is_asked(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    calls()
    text = as_(bob).get(f"{FIND}?app={room.app_id}").content.decode()
    assert "Whom are you looking for?" in text
    assert "one request of the statistics quota" in text
    assert calls() == ["list_apps"]


def test_nobody_of_that_id(as_: Any, bob: User, connected: Connection, room: OpenRoom) -> None:
    answer = as_(bob).get(f"{FIND}?app={room.app_id}&user=<b>nobody</b>")
    assert answer.status_code == 200
    assert "Nobody of that id joined a room" in answer.content.decode()
    assert "<b>nobody" not in answer.content.decode()


def test_refused_and_not_found(
    as_: Any, audrey: User, bob: User, connected: Connection, room: OpenRoom, use_up: Any
) -> None:
    assert as_(audrey).get(FIND).status_code == 403
    assert as_(bob).get(f"{FIND}?app=nosuchapp&user=u").status_code == 404
    wrong = as_(bob).get(f"{FIND}?app={room.app_id}&user=u&range=custom&from=nonsense")
    assert wrong.status_code == 422
    use_up(LIST_PARTICIPANTS)
    assert as_(bob).get(f"{FIND}?app={room.app_id}&user=u").status_code == 503


def test_the_search_box_offers_ways_without_asking_the_cloud(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    browser = as_(bob)
    browser.get(f"/c/demo/rooms/?app={room.app_id}")
    calls()
    text = browser.get(f"/search/?q={room.room_id}").content.decode()
    assert text.count("Try as an id") == 1
    assert (
        text.count(f"room={room.room_id}") == text.count(f"user={room.room_id}") == 1
    )  # a line for each kind
    assert f"{FIND}?user={room.room_id}&amp;range=90d" in text
    chosen = browser.get(f"/c/demo/rooms/open/?room={room.room_id}").content.decode()
    assert f'href="{room.url()}"' in chosen
    assert chosen.index(room.app_id) == min(
        chosen.index(one) for one in re.findall(r"rooms/([0-9a-f]{32})/", chosen)
    )
    by_name = browser.get(f"/search/?q={room.app_name[:6]}").content.decode()
    assert f"/c/demo/rooms/?app={room.app_id}" in by_name
    assert calls() == []


def test_the_search_box_keeps_within_reach(
    client: Any, audrey: User, connected: Connection, find_room: Callable[..., OpenRoom], bob: User
) -> None:
    mine = find_room(1)
    other = next(
        find_room(1, number=number)
        for number in range(60)
        if find_room(1, number=number).app_id != mine.app_id
    )
    client.force_login(bob)
    client.get(f"/c/demo/rooms/?app={mine.app_id}")
    dora = User.objects.create_user("dora", "dora@example.com", PASSWORD)
    RoleGrant.objects.create(user=dora, role=Role.SUPPORT, connection=connected, app_id=mine.app_id)
    client.force_login(dora)
    text = client.get(f"/c/demo/rooms/open/?room={other.room_id}").content.decode()
    assert mine.app_id in text
    assert other.app_id not in text
    assert other.app_id not in client.get(f"/search/?q={other.room_id}").content.decode()
    client.force_login(audrey)
    assert client.get("/c/demo/rooms/open/").status_code == 403
    assert "/rooms/" not in client.get(f"/search/?q={other.room_id}").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [("quota", "/c/demo/quota/"), ("remove", "/c/demo/rooms/"), ("audit", "/audit/"), ("Find a part", FIND),
     ("prefer", "/preferences/"), ("shortcuts", "/keys/")],
)  # fmt: skip
def test_pages_are_found_by_their_words_before_anything_is_guessed(
    as_: Any, alice: User, connected: Connection, query: str, found: str
) -> None:
    text = as_(alice).get(f"/search/?q={query}", headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'class="found" href="([^"]+)"', text)[0] == found


def test_a_link_of_the_console_leads_to_its_page_and_no_other_link_does(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    def found(query: str) -> list[str]:
        answer = as_(bob).get("/search/", {"q": query}, headers={"HX-Request": "true"})
        return [
            one
            for one in re.findall(r'class="found" href="([^"]+)"', answer.content.decode())
            if "?q=" not in one
        ]

    assert found(f"http://testserver{room.url()}?people=all") == [f"{room.url()}?people=all"]
    assert found("/audit/") == ["/audit/"]
    for foreign in ("https://evil.example/audit/", "//evil.example/audit/", "/\\evil.example", "javascript:alert(1)",
                    "http://testserver@evil.example/audit/", "http://testserver/no/such/page"):  # fmt: skip
        assert found(foreign) == []


def test_the_rail_shows_rooms_to_those_who_may(
    as_: Any, bob: User, audrey: User, connected: Connection, sandbox: Sandbox
) -> None:
    assert 'href="/c/demo/rooms/"' in as_(bob).get("/search/").content.decode()
    assert 'href="/c/demo/rooms/"' not in as_(audrey).get("/search/").content.decode()
