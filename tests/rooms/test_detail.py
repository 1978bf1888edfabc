"""The page of a room."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.accounts.models import User
from console.connections.models import Connection
from console.core.times import duration
from console.rooms.services.moderation import remove_participants
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
PIECE = {"HX-Request": "true", "HX-Target": "people"}


def listed(answer: Any) -> set[str]:
    return {person.user_id for person in answer.context["people"]}


def test_people_with_devices_and_times(as_: Any, bob: User, connected: Connection, room: OpenRoom) -> None:
    answer = as_(bob).get(room.url())
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" in text
    assert listed(answer) == set(room.user_ids)
    assert f"{len(room.user_ids)} people in the room" in text
    person = answer.context["people"][0]
    for shown in (person.platform, person.sdk, person.isp):
        assert shown in text


def test_as_fragment_it_brings_its_surroundings_along(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    piece = as_(bob).get(room.url(), headers=PIECE).content.decode()
    assert "<html" not in piece
    for part in ("page-as-of", "room-chips", "room-actions"):
        assert re.search(rf'id="{part}"[^>]* hx-swap-oob="true"', piece)
    assert 'hx-trigger="every 5s' in piece


def test_three_calls_then_none_whoever_looks(
    as_: Any, alice: User, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    calls()
    as_(bob).get(room.url())
    assert sorted(calls()) == ["list_apps", "list_rooms", "list_users"]
    as_(bob).get(room.url(), headers=PIECE)
    as_(alice).get(room.url())
    as_(alice).get(room.url("remove/") + "?all=1")
    assert calls() == []


def test_whoever_may_not_is_refused(
    as_: Any, carol: User, audrey: User, connected: Connection, room: OpenRoom
) -> None:
    assert as_(audrey).get(room.url()).status_code == 403
    assert as_(carol).get(room.url()).status_code == 404


def test_an_unknown_room_says_so(as_: Any, bob: User, connected: Connection, room: OpenRoom) -> None:
    answer = as_(bob).get(f"/c/demo/rooms/{room.app_id}/no-such-room/")
    assert answer.status_code == 404
    assert "There is no such room" in answer.content.decode()
    assert "no-such-room" in answer.content.decode()
    assert as_(bob).get(f"/c/demo/rooms/nosuchapp/{room.room_id}/").status_code == 404


def test_a_use_of_the_id_that_never_was_says_so(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    answer = as_(bob).get(f"{room.url()}?use=20200101T000000Z")
    assert answer.status_code == 404
    assert "was not opened at that time" in answer.content.decode()


def test_an_earlier_use_of_the_id_shows_its_own_people(
    as_: Any, alice: User, connected: Connection, room: OpenRoom
) -> None:
    latest = as_(alice).get(room.url())
    uses = latest.context["uses"]
    assert len(uses) > 1
    earlier = as_(alice).get(f"{room.url()}?use={uses[1].key}")
    assert earlier.status_code == 200
    assert earlier.context["room"].opened_at == uses[1].opened_at
    assert all(person.joined_at <= uses[1].closed_at for person in earlier.context["people"])
    assert not listed(earlier) & listed(latest) or earlier.context["people"][0].joined_at < uses[0].opened_at
    text = earlier.content.decode()
    assert "Dismiss room" not in text  # closed: nobody to act on
    assert 'hx-trigger="every 5s' not in text


def test_tabs_and_search_narrow_the_people(
    as_: Any, bob: User, connected: Connection, find_room: Callable[..., OpenRoom], sandbox: Sandbox
) -> None:
    room = find_room(15)
    browser = as_(bob)
    left = browser.get(f"{room.url()}?people=left")
    assert {person.presence for person in left.context["people"]} <= {"OFFLINE"}
    everybody = browser.get(f"{room.url()}?people=all&size=100")
    assert listed(everybody) >= set(room.user_ids)
    found = browser.get(f"{room.url()}?q={room.user_ids[3].upper()}")
    assert listed(found) == {room.user_ids[3]}
    nobody = browser.get(f"{room.url()}?q=qqqqqq")
    assert "Nobody fits the search" in nobody.content.decode()


def test_only_moderators_see_what_they_can_do(
    as_: Any, bob: User, mona: User, connected: Connection, room: OpenRoom
) -> None:
    for user, count in ((bob, 0), (mona, len(room.user_ids))):
        text = as_(user).get(room.url()).content.decode()
        assert text.count('class="row-check"') == count
        assert ("Remove all" in text) == ("Dismiss room" in text) == bool(count)
        assert text.count('title="Remove…"') == count
        assert text.count('title="Investigate"') == len(room.user_ids)


def test_a_large_room_is_paged_and_stays_cheap(
    as_: Any, mona: User, connected: Connection, crowd: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    browser = as_(mona)
    browser.get(f"{crowd.url()}?size=100")
    calls()
    with CaptureQueriesContext(database) as queries:
        answer = browser.get(f"{crowd.url()}?size=100", headers=PIECE)
    assert calls() == []
    assert len(queries) <= 12, [query["sql"][:140] for query in queries]
    assert len(answer.context["people"]) == 100
    assert f"of {len(crowd.user_ids)}" in answer.content.decode()
    second = browser.get(f"{crowd.url()}?size=100&page=2")
    assert not listed(answer) & listed(second)


def test_a_large_room_costs_one_call_a_refresh(
    as_: Any, bob: User, connected: Connection, crowd: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    as_(bob).get(crowd.url())
    assert calls().count("list_users") == 1


def test_a_cloud_that_gives_fewer_rows_is_asked_on(
    as_: Any, bob: User, connected: Connection, crowd: OpenRoom, monkeypatch: Any, calls: Any
) -> None:
    monkeypatch.setattr("console.sandbox.routes.statistics_parameters.MOST_ROWS", 150)
    answer = as_(bob).get(f"{crowd.url()}?size=100")
    assert calls().count("list_users") == -(-len(crowd.user_ids) // 150)
    assert answer.context["fitting"] == len(crowd.user_ids)


def test_when_the_cloud_is_gone_the_last_people_are_shown_with_their_age(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, sandbox: Sandbox, grow_older: Any
) -> None:
    browser = as_(bob)
    browser.get(room.url())
    sandbox.fail_next("cut", method="GET", times=50)
    grow_older(65)
    for _try in range(60):
        answer = browser.get(room.url())
        if answer.context["age"].error:
            break
        _pause()
    text = answer.content.decode()
    assert answer.status_code == 200
    assert listed(answer) == set(room.user_ids)
    assert "What you see is as of" in text
    assert "not refreshed" in text


def test_with_nothing_stored_and_no_permit_it_counts_down(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, use_up: Any
) -> None:
    use_up(LIST_PARTICIPANTS)
    answer = as_(bob).get(room.url())
    assert answer.status_code == 503
    assert answer["Retry-After"] == answer["Refresh"]
    assert "data-countdown" in answer.content.decode()
    piece = as_(bob).get(room.url(), headers=PIECE)
    assert piece["HX-Retarget"] == "#people"
    assert 'id="people"' in piece.content.decode()


def test_what_runs_is_shown_on_the_page(
    as_: Any, bob: User, mona: User, connected: Connection, room: OpenRoom
) -> None:
    asked = remove_participants(
        connected, room.app_id, room.room_id, room.user_ids[:2], actor=mona, reason="x"
    )
    text = as_(bob).get(room.url()).content.decode()
    assert "Mona asked to remove 2 people" in text
    assert f"/c/demo/rooms/actions/{asked.action.pk}/" in text


def test_hostile_names_stay_text(as_: Any, mona: User, connected: Connection, hostile: OpenRoom) -> None:
    text = as_(mona).get(f"{hostile.url()}?size=100").content.decode()
    assert "\u202e" not in text
    assert not re.search(r"<(script|img|svg/onload|b)\b[^>]*(alert|onerror|onload)", text)
    dialog = as_(mona).get(f"{hostile.url('remove/')}?all=1").content.decode()
    assert "\u202e" not in dialog
    assert not re.search(r"<(script|img)\b[^>]*(alert|onerror)", dialog)


def test_in_chinese(as_: Any, bob: User, connected: Connection, room: OpenRoom) -> None:
    answer = as_(bob).get(room.url(), headers={"Accept-Language": "zh-hans"})
    assert answer.status_code == 200
    assert 'lang="zh-hans"' in answer.content.decode()


def _pause() -> None:
    import time

    time.sleep(0.05)


@pytest.mark.parametrize("typed", ["a b", "x" * 65, "%F0%9F%98%80", "quo%22te"])
def test_an_id_that_no_room_can_have_is_not_asked_for(
    typed: str, as_: Any, bob: User, connected: Connection, room: OpenRoom, calls: Callable[[], list[str]]
) -> None:
    browser = as_(bob)
    browser.get(room.url())
    calls()
    answer = browser.get(f"/c/demo/rooms/{room.app_id}/{typed}/")
    assert answer.status_code == 404
    assert "No room can have such an id" in answer.content.decode()
    assert calls() == []


def test_when_some_people_cannot_be_listed_the_room_stays(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    browser = as_(mona)
    browser.get(room.url())
    sandbox.fail_next("status", operation="list_users", status=503, times=20)
    answer = browser.get(f"{room.url()}?people=left&size=100&q=x")
    text = answer.content.decode()
    assert answer.status_code == 502
    assert f"{len(room.user_ids)} people in the room" in text  # stored a moment ago
    assert "open for" in text
    assert "Dismiss room" in text
    assert 'id="tab-left"' in text
    assert 'name="size" value="100"' in text
    assert "data-countdown" in text
    piece = browser.get(f"{room.url()}?people=left", headers={"HX-Request": "true", "HX-Target": "room-live"})
    assert piece["HX-Retarget"] == "#room-live"
    assert 'id="room-facts"' in piece.content.decode()


def test_nobody_stays_longer_than_the_room_is_open(
    as_: Any, bob: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        as_(bob).get(room.url())
        clock.shift(25)
        answer = as_(bob).get(room.url())
    opened = answer.context["room"].opened_at
    assert answer.context["now"] - opened >= timedelta(seconds=25)
    so_far = duration((answer.context["now"] - opened).total_seconds())
    assert f"open for {so_far}" in answer.content.decode()
