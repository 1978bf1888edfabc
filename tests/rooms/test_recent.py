"""What was done to a room lately, and what is said of it before somebody does more."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from console.accounts.models import User
from console.connections.models import Connection
from console.rooms.models import RoomAction, RoomTarget
from console.rooms.services.progress import list_recent
from tests.rooms.conftest import OpenRoom

pytestmark = pytest.mark.django_db(transaction=True)


def act(connection: Connection, room: OpenRoom, seconds_ago: float, **more: Any) -> RoomAction:
    """Write down a removal of one person, as if it had been asked for so long ago."""
    action = RoomAction.objects.create(
        connection=connection,
        app_id=room.app_id,
        room_id=room.room_id,
        asked_at=timezone.now() - timedelta(seconds=seconds_ago),
        **{"kind": "remove", "outcome": "accepted", "actor_name": "Mona", "reason": "x", **more},
    )
    RoomTarget.objects.create(action=action, user_id=room.user_ids[0])
    return action


def test_the_latest_actions_come_first_whatever_their_ids(connected: Connection, room: OpenRoom) -> None:
    ids = [uuid.UUID(int=number) for number in (5, 2, 9, 1, 7)]
    made = [act(connected, room, 10 * place, id=one) for place, one in enumerate(ids)]
    assert [one.action for one in list_recent(connected, room.app_id, room.room_id)] == made


def test_more_actions_than_fit_are_counted_and_a_link_shows_them(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    made = [act(connected, room, place, id=uuid.UUID(int=place + 1)) for place in range(9)]
    answer = as_(bob).get(f"{room.url()}?people=all")
    text = answer.content.decode()
    assert [one.action for one in answer.context["recent"]] == made[:6]
    assert f'href="{answer.context["recent_url"].replace("&", "&amp;")}"' in text
    assert "and 3 more" in text
    whole = as_(bob).get(f"{room.url()}{answer.context['recent_url']}")
    assert [one.action for one in whole.context["recent"]] == made
    assert whole.context["tab"] == "all"
    assert 'id="actions-all"' not in whole.content.decode()


def test_a_dialog_says_that_the_same_was_asked_for_a_moment_ago(
    as_: Any, alice: User, connected: Connection, room: OpenRoom
) -> None:
    action = act(connected, room, 5)
    browser = as_(alice)
    follow = f"/c/demo/rooms/actions/{action.pk}/"
    said = "This has been asked for already"
    same = browser.get(f"{room.url('remove/')}?user={room.user_ids[0]}").content.decode()
    assert said in same
    assert "Mona asked to remove 1 person" in same
    assert f'href="{follow}"' in same
    assert '<textarea name="words"' in same  # who wants to act all the same may
    assert said in browser.get(f"{room.url('remove/')}?all=1").content.decode()
    assert said not in browser.get(f"{room.url('remove/')}?user={room.user_ids[1]}").content.decode()
    assert said not in browser.get(room.url("dismiss/")).content.decode()
    action.targets.update(state=RoomTarget.State.BACK)
    assert said not in browser.get(f"{room.url('remove/')}?user={room.user_ids[0]}").content.decode()


@pytest.mark.parametrize("dialog", ["dismiss/", "remove/?all=1"])
def test_a_dismissal_under_way_is_said_in_both_dialogs(
    as_: Any, alice: User, connected: Connection, room: OpenRoom, dialog: str
) -> None:
    action = act(connected, room, 5, kind="dismiss", everyone=True, exclusive=True)
    piece = as_(alice).get(room.url(dialog), headers={"HX-Request": "true"}).content.decode()
    assert "Mona asked to dismiss the room" in piece
    assert f'hx-get="/c/demo/rooms/actions/{action.pk}/"' in piece
    RoomAction.objects.update(ended_at=timezone.now())
    assert "Mona asked" not in as_(alice).get(room.url(dialog)).content.decode()


def test_the_latest_who_came_back_are_named_and_a_link_names_all(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    action = act(connected, room, 60, answered_at=timezone.now(), looked_at=timezone.now())
    for number in range(12):
        back_at = timezone.now() - timedelta(seconds=50 - number)
        RoomTarget.objects.create(
            action=action,
            user_id=f"back-{number}-",
            state=RoomTarget.State.BACK,
            left_at=back_at,
            back_at=back_at,
        )
        RoomTarget.objects.create(action=action, user_id=f"here-{number}-")
    page = as_(bob).get(f"/c/demo/rooms/actions/{action.pk}/").content.decode()
    named = [number for number in range(12) if f"back-{number}-" in page]
    assert named == list(range(4, 12))
    assert page.index("back-11-") < page.index("back-10-")
    assert "and 4 more" in page
    assert "and 5 more" in page  # of those who are still there, with the one of the action itself
    whole_url = f"/c/demo/rooms/actions/{action.pk}/?people=all"
    assert f'href="{whole_url}"' in page
    whole = as_(bob).get(whole_url, headers={"HX-Request": "true"}).content.decode()
    assert all(f"back-{number}-" in whole and f"here-{number}-" in whole for number in range(12))
    assert f'hx-get="{whole_url}" hx-trigger="every 2s' in whole  # and it stays so
    assert "more</a>" not in whole


def test_the_way_back_from_an_action_names_its_application(
    as_: Any, bob: User, connected: Connection, room: OpenRoom
) -> None:
    action = act(connected, room, 60)
    browser = as_(bob)
    url = f"/c/demo/rooms/actions/{action.pk}/"
    assert _crumbs(browser.get(url)) == ["Demo", "Rooms", room.app_id, room.room_id, "Removal"]
    browser.get(room.url())  # by which the names are stored
    assert _crumbs(browser.get(url)) == ["Demo", "Rooms", room.app_name, room.room_id, "Removal"]


def _crumbs(answer: Any) -> list[str]:
    found = re.search(r'<nav class="crumbs".*?</nav>', answer.content.decode(), re.DOTALL)
    assert found
    return [strip_tags(crumb) for crumb in re.findall(r"<li.*?</li>", found[0])]
