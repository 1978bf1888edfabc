"""The list of rooms."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from tests.conftest import PASSWORD
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/c/demo/rooms/"
FRAGMENT = {"HX-Request": "true", "HX-Target": "rooms-page"}


def test_it_leads_to_an_application_and_remembers_it(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    browser = as_(bob)
    first = browser.get(LIST)
    assert first.status_code == 302
    assert "app=" in first["Location"]
    browser.get(f"{LIST}?app={room.app_id}")
    assert browser.get(LIST)["Location"] == f"{LIST}?app={room.app_id}"


def test_as_page_and_as_fragment(as_: Any, bob: User, connected: Connection, room: OpenRoom) -> None:
    browser = as_(bob)
    page = browser.get(f"{LIST}?app={room.app_id}").content.decode()
    assert "<html" in page
    assert room.url() in page
    piece = browser.get(f"{LIST}?app={room.app_id}", headers=FRAGMENT).content.decode()
    assert "<html" not in piece
    assert 'id="page-as-of" hx-swap-oob="true"' in piece
    assert room.url() in piece


def test_whoever_may_not_is_refused(
    as_: Any, carol: User, audrey: User, connected: Connection, room: OpenRoom
) -> None:
    assert as_(audrey).get(f"{LIST}?app={room.app_id}").status_code == 403
    assert as_(carol).get(f"{LIST}?app={room.app_id}").status_code == 404


def test_another_connection_and_an_unknown_application_are_not_found(
    as_: Any, bob: User, connected: Connection
) -> None:
    browser = as_(bob)
    assert browser.get("/c/elsewhere/rooms/").status_code == 404
    assert browser.get(f"{LIST}?app=nosuchapp").status_code == 404


def test_a_role_on_one_application_reaches_only_that(
    client: Any, connected: Connection, find_room: Any
) -> None:
    mine = find_room(1)
    other = next(
        find_room(1, number=number)
        for number in range(60)
        if find_room(1, number=number).app_id != mine.app_id
    )
    dora = User.objects.create_user("dora", "dora@example.com", PASSWORD)
    RoleGrant.objects.create(user=dora, role=Role.SUPPORT, connection=connected, app_id=mine.app_id)
    client.force_login(dora)
    page = client.get(f"{LIST}?app={mine.app_id}")
    assert page.status_code == 200
    assert other.app_id not in page.content.decode()
    assert client.get(f"{LIST}?app={other.app_id}").status_code == 404
    assert client.get(other.url()).status_code == 404


def test_two_calls_then_none_whoever_looks(
    as_: Any, alice: User, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    calls()
    as_(bob).get(f"{LIST}?app={room.app_id}")
    assert sorted(calls()) == ["list_apps", "list_rooms"]
    as_(bob).get(f"{LIST}?app={room.app_id}", headers=FRAGMENT)
    as_(alice).get(f"{LIST}?app={room.app_id}")
    assert calls() == []


def test_queries_of_a_page_are_bounded(as_: Any, bob: User, connected: Connection, room: OpenRoom) -> None:
    browser = as_(bob)
    browser.get(f"{LIST}?app={room.app_id}")
    with CaptureQueriesContext(
        database,
    ) as queries:
        browser.get(f"{LIST}?app={room.app_id}", headers=FRAGMENT)
    assert len(queries) <= 9, [query["sql"][:120] for query in queries]


def test_state_id_and_range_narrow_it(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    browser = as_(bob)
    browser.get(f"{LIST}?app={room.app_id}&state=closed&room={room.room_id}&range=7d")
    asked = sandbox.requests(operation="list_rooms")[-1]["query"]
    assert ("state", "CLOSED") in _pairs(asked)
    assert ("room_id", room.room_id) in _pairs(asked)
    assert "start_time" in dict(_pairs(asked))
    nothing = browser.get(f"{LIST}?app={room.app_id}&room=nosuchroom")
    assert "No room fits the filters" in nothing.content.decode()


def test_pages_do_not_overlap(as_: Any, bob: User, connected: Connection, room: OpenRoom) -> None:
    browser = as_(bob)
    ask = f"{LIST}?app={room.app_id}&state=all&range=7d&size=20"
    first = [row["room"] for row in browser.get(ask).context["rows"]]
    second = [row["room"] for row in browser.get(f"{ask}&page=2").context["rows"]]
    assert len(first) == 20
    assert second
    assert not {(r.room_id, r.key) for r in first} & {(r.room_id, r.key) for r in second}
    assert "There is no such page" in browser.get(f"{ask}&page=999999").content.decode()


def test_a_range_that_is_too_long_keeps_the_form_and_asks_nothing(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    browser = as_(bob)
    browser.get(f"{LIST}?app={room.app_id}")
    calls()
    answer = browser.get(f"{LIST}?app={room.app_id}&range=custom&from=2026-01-01T00:00&to=2026-08-01T00:00")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "at most 90 days" in text
    assert 'value="2026-01-01T00:00"' in text
    assert calls() == []


def test_a_range_of_ones_own_shows_the_list_before_anything_is_typed(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    browser = as_(bob)
    browser.get(f"{LIST}?app={room.app_id}")
    calls()
    answer = browser.get(f"{LIST}?app={room.app_id}&range=custom")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "is-invalid" not in text
    assert 'name="from" id="filter-from" value="20' in text
    assert "table-wrap" in text
    assert calls() == []  # the usual range, read a moment ago


def test_when_the_cloud_is_gone_the_last_list_is_shown_with_its_age(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, no_cloud: Any, grow_older: Any
) -> None:
    browser = as_(bob)
    browser.get(f"{LIST}?app={room.app_id}")
    no_cloud()
    grow_older(65)
    browser.get(f"{LIST}?app={room.app_id}")  # shown at once; the asking fails behind it
    for _try in range(50):
        page = browser.get(f"{LIST}?app={room.app_id}")
        if page.context["found"].age.error:
            break
        _pause()
    text = page.content.decode()
    assert page.status_code == 200
    assert room.url() in text
    assert "as of" in text
    assert "No connection to 127.0.0.1:9 could be made" in text


def test_with_nothing_stored_it_says_what_happened(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    browser = as_(bob)
    browser.get(f"{LIST}?app={room.app_id}")
    sandbox.fail_next("status", operation="list_rooms", status=500, code="APIGW.0601", times=5)
    answer = browser.get(f"{LIST}?app={room.app_id}&range=7d")
    assert answer.status_code == 502
    assert "APIGW.0601" in answer.content.decode() or "fault" in answer.content.decode()
    assert sandbox.requests(operation="list_rooms")[-1]["request_id"] in answer.content.decode()
    piece = browser.get(f"{LIST}?app={room.app_id}&range=7d", headers=FRAGMENT)
    assert piece["HX-Retarget"] == "#rooms-page"


def test_without_a_permit_it_counts_down(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, use_up: Any
) -> None:
    browser = as_(bob)
    browser.get(f"{LIST}?app={room.app_id}")
    use_up(LIST_ROOMS)
    answer = browser.get(f"{LIST}?app={room.app_id}&range=30d")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "data-countdown" in answer.content.decode()


def test_names_of_applications_are_harmless(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    text = as_(bob).get(f"{LIST}?app={room.app_id}").content.decode()
    assert "&lt;script&gt;alert(&#x27;app&#x27;)" in text
    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_in_chinese(as_: Any, bob: User, connected: Connection, room: OpenRoom) -> None:
    answer = as_(bob).get(f"{LIST}?app={room.app_id}", headers={"Accept-Language": "zh-hans"})
    assert answer.status_code == 200
    assert 'lang="zh-hans"' in answer.content.decode()


def _pairs(query: Any) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    if isinstance(query, str):
        return parse_qsl(query)
    return [(name, value) for name, value in (query.items() if isinstance(query, dict) else query)]


def _pause() -> None:
    import time

    time.sleep(0.05)


@pytest.mark.parametrize("typed", ["a/b", "x" * 65, 'quo"te', "😀", "nul\0"])
def test_an_id_that_no_room_can_have_keeps_the_form_and_asks_nothing(
    typed: str, as_: Any, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    browser = as_(bob)
    browser.get(f"{LIST}?app={room.app_id}")
    calls()
    answer = browser.get(LIST, {"app": room.app_id, "room": typed})
    assert answer.status_code == 422
    assert "A room id has up to 64 letters" in answer.content.decode()
    assert answer.context["room_id"] == typed
    assert calls() == []


def test_what_is_not_understood_in_the_address_is_said_and_the_rest_counts(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    browser = as_(bob)
    said = "Not understood in the address, and left out:"
    ask = f"{LIST}?app={room.app_id}&room={room.room_id}"
    answer = browser.get(f"{ask}&state=zzz&range=7d&opened=<b>&page=x&size=20")
    text = answer.content.decode()
    assert answer.context["misread"] == ["state=zzz", "opened=<b>", "page=x"]
    assert said in text
    assert "state=zzz" in text
    assert "opened=<b>" not in text
    assert (answer.context["window"].name, answer.context["room_id"]) == ("7d", room.room_id)
    assert "range=zz" in browser.get(f"{ask}&range=zz", headers=FRAGMENT).content.decode()
    assert said not in browser.get(f"{ask}&state=all&range=&page=2&size=100").content.decode()
    detail = browser.get(f"{room.url()}?people=zzz&size=7&q=a")
    assert detail.context["misread"] == ["people=zzz", "size=7"]
    assert said in detail.content.decode()
    assert said in browser.get(f"{LIST}find/?app={room.app_id}&range=ever").content.decode()


def test_whoever_cannot_mend_the_connection_is_told_to_tell_an_owner(
    as_: Any, mona: User, olga: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    as_(mona).get(f"{LIST}?app={room.app_id}&range=90d")
    sandbox.fail_next("status", operation="list_rooms", status=401, code="APIGW.0301", message="no", times=9)
    told = as_(mona).get(f"{LIST}?app={room.app_id}&state=all").content.decode()
    assert "An owner of this connection can mend it" in told
    assert "Check the key" not in told
    assert "Check the key" in as_(olga).get(f"{LIST}?app={room.app_id}&state=all").content.decode()
