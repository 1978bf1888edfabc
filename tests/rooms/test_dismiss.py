"""Dismissing a room: who is hit, the password when it was long ago, two admins at once."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection, SharedAnswer
from console.rooms.models import RoomAction
from console.rooms.services.moderation import AlreadyAsked, dismiss_room
from console.sparkrtc.catalogue.rooms import DISMISS_ROOM, LIST_PARTICIPANTS
from console.sparkrtc.errors import NotFound
from tests.conftest import PASSWORD
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
FRAGMENT = {"HX-Request": "true", "HX-Target": "dialog-body"}
Form = Callable[..., dict[str, Any]]


def sign_in(user: User, *, seconds_ago: float = 0) -> Client:
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["signed_in_at"] = session.get("signed_in_at", time.time()) - seconds_ago
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session.save()
    return browser


def test_the_dialog_says_who_is_hit_and_what_stays_possible(
    alice: User, connected: Connection, room: OpenRoom
) -> None:
    page = sign_in(alice).get(room.url("dismiss/"))
    assert page.status_code == 200
    text = page.content.decode()
    assert f"The room ends for {len(room.user_ids)} people" in text
    assert "the same id can be used again" in text
    assert 'name="password"' not in text
    piece = sign_in(alice).get(room.url("dismiss/"), headers=FRAGMENT).content.decode()
    assert "<html" not in piece


def test_whoever_may_only_look_is_refused(
    bob: User, connected: Connection, room: OpenRoom, form: Form
) -> None:
    assert sign_in(bob).get(room.url("dismiss/")).status_code == 403
    assert sign_in(bob).post(room.url("dismiss/"), form(seen=3)).status_code == 403
    assert not RoomAction.objects.exists()


def test_dismissed_on_record_and_closed(
    alice: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    answer = sign_in(alice).post(room.url("dismiss/"), form(seen=len(room.user_ids)))
    action = RoomAction.objects.get()
    assert answer["Location"] == f"/c/demo/rooms/actions/{action.pk}/"
    sent = sandbox.requests(operation="remove_room")
    assert len(sent) == 1
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.target_kind, attempt.target_id) == (
        "rooms.room.dismiss",
        "room",
        room.room_id,
    )
    assert (outcome.outcome, outcome.request_id) == ("succeeded", sent[0]["request_id"])
    assert action.targets.count() == len(room.user_ids)
    sandbox.travel(10)
    assert sandbox.app is not None
    now = sandbox.control("clock")["world"]
    assert not sandbox.app.cloud.world.room_is_open(room.app_id, room.room_id, now)


def test_long_after_the_sign_in_the_password_is_asked_for_in_the_form(
    alice: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice, seconds_ago=3600)
    assert 'name="password"' in browser.get(room.url("dismiss/")).content.decode()
    filled = form(seen=len(room.user_ids), words="kept")
    assert browser.post(room.url("dismiss/"), filled).status_code == 422
    wrong = browser.post(room.url("dismiss/"), {**filled, "password": "wrong"})
    assert wrong.status_code == 422
    assert "kept" in wrong.content.decode()
    assert sandbox.requests(operation="remove_room") == []
    assert browser.post(room.url("dismiss/"), {**filled, "password": PASSWORD}).status_code == 302
    assert len(sandbox.requests(operation="remove_room")) == 1


def test_without_a_reason_the_form_is_kept(
    alice: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    answer = sign_in(alice).post(
        room.url("dismiss/"), form(preset="nonsense", seen=len(room.user_ids), words="kept")
    )
    assert answer.status_code == 422
    assert "kept" in answer.content.decode()
    assert sandbox.requests(operation="remove_room") == []


def test_when_many_more_are_hit_than_told_it_asks_again(
    alice: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    answer = sign_in(alice).post(room.url("dismiss/"), form(seen=1))
    assert answer.status_code == 409
    assert "not as many as you were told" in answer.content.decode()
    assert sandbox.requests(operation="remove_room") == []


def test_the_second_admin_is_told_who_asked_already(
    alice: User, olga: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    told = len(room.user_ids)
    sign_in(alice).post(room.url("dismiss/"), form(seen=told))
    first = RoomAction.objects.get()
    answer = sign_in(olga).post(room.url("dismiss/"), form(seen=told), headers=FRAGMENT)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#dialog-body"
    text = answer.content.decode()
    assert "Alice has asked for that already" in text
    assert f"/c/demo/rooms/actions/{first.pk}/" in text
    assert len(sandbox.requests(operation="remove_room")) == 1
    assert AuditEntry.objects.filter(kind="attempt").count() == 1


def test_of_many_at_once_one_dismisses(
    alice: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    told: list[object] = []
    ready = threading.Barrier(4)

    def dismiss() -> None:
        try:
            ready.wait(10)
            dismiss_room(connected, room.app_id, room.room_id, actor=alice, reason="x")
            told.append("asked")
        except AlreadyAsked as other:
            told.append(other.action.pk)
        finally:
            database.close()

    threads = [threading.Thread(target=dismiss) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    action = RoomAction.objects.get()
    assert sorted(map(str, told)) == sorted(["asked", *[str(action.pk)] * 3])
    assert len(sandbox.requests(operation="remove_room")) == 1


def test_a_room_that_has_ended_meanwhile_is_said_plainly(
    alice: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    browser.get(room.url("dismiss/"))
    assert sandbox.app is not None
    sandbox.app.cloud.world.dismiss(room.app_id, room.room_id, sandbox.control("clock")["world"] - 30)
    answer = browser.post(room.url("dismiss/"), form(seen=len(room.user_ids)))
    assert answer.status_code == 409
    assert "The room is not open any more" in answer.content.decode()
    assert AuditEntry.objects.filter(kind="outcome").get().outcome == "failed"


def test_after_a_refusal_another_may_try(
    alice: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="remove_room", status=404, code="RTC.00001003", message="gone")
    with pytest.raises(NotFound):
        dismiss_room(connected, room.app_id, room.room_id, actor=alice, reason="x")
    assert dismiss_room(connected, room.app_id, room.room_id, actor=alice, reason="y").action.exclusive


def test_without_a_permit_the_form_is_kept(
    alice: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox, use_up: Any
) -> None:
    use_up(DISMISS_ROOM)
    answer = sign_in(alice).post(room.url("dismiss/"), form(seen=len(room.user_ids), words="kept"))
    assert answer.status_code == 503
    assert "kept" in answer.content.decode()
    assert sandbox.requests(operation="remove_room") == []


def test_who_is_hit_may_be_unknown(
    alice: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox, use_up: Any
) -> None:
    use_up(LIST_PARTICIPANTS)
    browser = sign_in(alice)
    assert "The room ends for everybody in it" in browser.get(room.url("dismiss/")).content.decode()
    assert browser.post(room.url("dismiss/"), form(seen="")).status_code == 302
    assert len(sandbox.requests(operation="remove_room")) == 1


def test_a_lost_reply_is_unknown_and_keeps_the_room_taken(
    alice: User, olga: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    sandbox.fail_next("lost_reply", operation="remove_room")
    answer = sign_in(alice).post(room.url("dismiss/"), form(seen=len(room.user_ids)), headers=FRAGMENT)
    assert "The answer got lost" in answer.content.decode()
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    with pytest.raises(AlreadyAsked):
        dismiss_room(connected, room.app_id, room.room_id, actor=olga, reason="x")
    assert len(sandbox.requests(operation="remove_room")) == 1


def test_an_unknown_room_is_not_found(alice: User, connected: Connection, room: OpenRoom) -> None:
    answer = sign_in(alice).get(f"/c/demo/rooms/{room.app_id}/no-such-room/dismiss/")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "There is no such room" in text
    assert "Back to the room" not in text
    assert f'href="/c/demo/rooms/?app={room.app_id}">Open rooms</a>' in text


def test_a_dialog_that_could_not_read_who_is_hit_asks_again_and_keeps_its_form(
    alice: User,
    connected: Connection,
    room: OpenRoom,
    sandbox: Sandbox,
) -> None:
    browser = sign_in(alice)
    sandbox.fail_next("status", operation="list_users", status=503, times=9)
    shown = browser.get(room.url("dismiss/"), headers=FRAGMENT).content.decode()
    assert "How many they are cannot be read from the cloud at present." in shown
    assert f'hx-get="{room.url("dismiss/")}?part=audience"' in shown
    assert 'hx-target="#dismiss-hit"' in shown
    assert "data-countdown=" in shown
    sandbox.control("faults", method="DELETE")
    SharedAnswer.objects.filter(
        operation=LIST_PARTICIPANTS.name
    ).delete()  # a failure is remembered for a while
    part = browser.get(room.url("dismiss/?part=audience"), headers=FRAGMENT)
    html = part.content.decode()
    assert "HX-Retarget" not in part
    assert f"The room ends for {len(room.user_ids)} people" in html
    assert f'name="seen" value="{len(room.user_ids)}"' in html
    assert "data-countdown=" not in html
    assert "<form" not in html
