"""Removing participants: the dialog, the call, the trail, and what is refused."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.rooms.models import RoomAction, RoomTarget
from console.rooms.services.moderation import NobodyThere, remove_participants
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS, REMOVE_PARTICIPANTS
from console.sparkrtc.errors import QuotaExhausted
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
FRAGMENT = {"HX-Request": "true", "HX-Target": "dialog-body"}
Form = Callable[..., dict[str, Any]]


def inside(sandbox: Sandbox, room: OpenRoom) -> set[str]:
    for application in sandbox.control("world")["applications"]:
        for known in application["open_rooms"]:
            if (application["app_id"], known["room_id"]) == (room.app_id, room.room_id):
                return {person["user_id"] for person in known["participants"]}
    return set()


def trail() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("kind", "outcome"))


def test_the_dialog_says_who_is_hit_as_page_and_as_fragment(
    as_: Any, mona: User, connected: Connection, room: OpenRoom
) -> None:
    ask = f"{room.url('remove/')}?user={room.user_ids[0]}&user={room.user_ids[1]}"
    page = as_(mona).get(ask).content.decode()
    assert "<html" in page
    assert "2 people are asked to leave" in page
    assert room.user_ids[0] in page
    assert "no ban" in page
    piece = as_(mona).get(ask, headers=FRAGMENT).content.decode()
    assert "<html" not in piece
    assert f'hx-post="{room.url("remove/")}"' in piece


def test_whoever_may_only_look_is_refused(
    as_: Any, bob: User, carol: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    browser = as_(bob)
    assert browser.get(room.url("remove/")).status_code == 403
    assert browser.post(room.url("remove/"), form(user=room.user_ids[0])).status_code == 403
    assert "Remove selected" not in browser.get(room.url()).content.decode()
    assert "Dismiss room" not in browser.get(room.url()).content.decode()
    assert as_(carol).post(room.url("remove/"), form(user=room.user_ids[0])).status_code == 404
    assert sandbox.requests(operation="remove_users") == []
    assert not RoomAction.objects.exists()


def test_removed_on_record_and_gone(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    hit = list(room.user_ids[:2])
    answer = as_(mona).post(room.url("remove/"), form(user=hit, words="shouts"))
    action = RoomAction.objects.get()
    assert answer["Location"] == f"/c/demo/rooms/actions/{action.pk}/"
    sent = sandbox.requests(operation="remove_users")
    assert len(sent) == 1
    assert action.outcome == "accepted"
    assert action.request_id == sent[0]["request_id"]
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.kind, outcome.kind, outcome.outcome) == ("attempt", "outcome", "succeeded")
    assert (attempt.action, attempt.actor_username) == ("rooms.participant.remove", "mona")
    assert attempt.reason == "Disturbs others: shouts"
    assert [person["user_id"] for person in attempt.before["participants"]] == hit
    assert outcome.request_id == sent[0]["request_id"]
    sandbox.travel(6)
    assert not inside(sandbox, room) & set(hit)


def test_one_person_stands_in_the_trail_by_name(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form
) -> None:
    as_(mona).post(room.url("remove/"), form(user=room.user_ids[0]))
    entry = AuditEntry.objects.order_by("id").first()
    assert entry is not None
    assert (entry.target_kind, entry.target_id, entry.app_id) == (
        "participant",
        room.user_ids[0],
        room.app_id,
    )
    assert entry.target_name


@pytest.mark.parametrize("missing", [{"preset": ""}, {"preset": "own", "words": ""}, {"preset": "nonsense"}])
def test_without_a_reason_the_form_is_kept(
    as_: Any,
    mona: User,
    connected: Connection,
    room: OpenRoom,
    form: Form,
    sandbox: Sandbox,
    missing: dict[str, str],
) -> None:
    answer = as_(mona).post(room.url("remove/"), form(user=room.user_ids[:2], **missing), headers=FRAGMENT)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dialog-body"
    text = answer.content.decode()
    assert f'value="{room.user_ids[1]}"' in text
    assert "2 people are asked to leave" in text
    assert sandbox.requests(operation="remove_users") == []
    assert trail() == []


def test_those_who_left_are_passed_over_and_named(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    answer = as_(mona).post(room.url("remove/"), form(user=[room.user_ids[0], "long-gone"]), headers=FRAGMENT)
    assert answer.status_code == 200
    assert "1 of them had left before" in answer.content.decode()
    assert [target.user_id for target in RoomTarget.objects.all()] == [room.user_ids[0]]


def test_when_all_have_left_nothing_is_sent(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    answer = as_(mona).post(room.url("remove/"), form(user=["long-gone"]))
    assert answer.status_code == 409
    assert "They have left already" in answer.content.decode()
    with pytest.raises(NobodyThere):
        remove_participants(connected, room.app_id, room.room_id, ["long-gone"], actor=mona, reason="x")
    assert sandbox.requests(operation="remove_users") == []
    assert trail() == []


def test_a_selection_too_long_for_an_address_comes_by_post(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    answer = as_(mona).post(room.url("remove/"), {"user": list(room.user_ids)})
    assert answer.status_code == 200
    assert answer.content.decode().count('name="user"') == len(room.user_ids)
    assert sandbox.requests(operation="remove_users") == []


def test_all_means_all_who_are_there_now(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    there = len(room.user_ids)
    page = as_(mona).get(f"{room.url('remove/')}?all=1").content.decode()
    assert "Remove everybody" in page
    assert f'name="seen" value="{there}"' in page
    as_(mona).post(room.url("remove/"), form(all="1", seen=there))
    action = RoomAction.objects.get()
    assert action.everyone
    assert {target.user_id for target in action.targets.all()} == set(room.user_ids)


def test_all_asks_again_when_it_hits_many_more_than_told(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    answer = as_(mona).post(room.url("remove/"), form(all="1", seen=1, words="kept"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "not as many as you were told" in text
    assert f'name="seen" value="{len(room.user_ids)}"' in text
    assert "kept" in text
    assert sandbox.requests(operation="remove_users") == []


def test_the_same_form_twice_acts_once(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    filled = form(user=room.user_ids[0])
    first = as_(mona).post(room.url("remove/"), filled)
    sandbox.travel(10)
    second = as_(mona).post(room.url("remove/"), {**filled, "words": "another reason"})
    assert second["Location"] == first["Location"]
    assert "This form had been sent before" in as_(mona).get(second["Location"]).content.decode()
    piece = as_(mona).post(room.url("remove/"), filled, headers=FRAGMENT).content.decode()
    assert "This form had been sent before" in piece
    assert len(sandbox.requests(operation="remove_users")) == 1
    assert RoomAction.objects.count() == 1


def test_the_service_called_twice_with_one_id_acts_once(
    mona: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    action_id = uuid.uuid4()
    where = (connected, room.app_id, room.room_id, list(room.user_ids[:2]))
    assert not remove_participants(*where, actor=mona, reason="x", action_id=action_id).repeated
    assert remove_participants(*where, actor=mona, reason="x", action_id=action_id).repeated
    assert len(sandbox.requests(operation="remove_users")) == 1


def test_a_refusal_is_on_record_and_the_form_is_kept(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="remove_users", status=403, code="APIGW.0302", message="no")
    filled = form(user=room.user_ids[0], words="kept")
    answer = as_(mona).post(room.url("remove/"), filled)
    assert answer.status_code == 502
    text = answer.content.decode()
    assert "kept" in text
    assert filled["form_id"] not in text  # a form that may be sent again
    assert sandbox.last_request_id in text
    assert trail() == [("attempt", "attempted"), ("outcome", "failed")]
    action = RoomAction.objects.get()
    assert (action.outcome, action.ended_at is not None) == ("failed", True)


def test_without_a_permit_nothing_is_sent_now_or_later(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox, use_up: Any
) -> None:
    use_up(REMOVE_PARTICIPANTS)
    answer = as_(mona).post(room.url("remove/"), form(user=room.user_ids[0], words="kept"), headers=FRAGMENT)
    assert answer.status_code == 503
    assert answer["HX-Retarget"] == "#dialog-body"
    assert int(answer["Retry-After"]) > 0
    text = answer.content.decode()
    assert "Nothing is sent later by itself" in text
    assert "kept" in text
    assert sandbox.requests(operation="remove_users") == []
    assert trail() == [("attempt", "attempted"), ("outcome", "failed")]
    with pytest.raises(QuotaExhausted):
        remove_participants(connected, room.app_id, room.room_id, [room.user_ids[0]], actor=mona, reason="x")


def test_acting_stays_possible_when_nobody_can_be_listed(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox, use_up: Any
) -> None:
    use_up(LIST_PARTICIPANTS)
    answer = as_(mona).get(f"{room.url('remove/')}?user={room.user_ids[0]}")
    assert "could not be read from the cloud" in answer.content.decode()
    as_(mona).post(room.url("remove/"), form(user=room.user_ids[0]))
    assert len(sandbox.requests(operation="remove_users")) == 1
    everybody = as_(mona).get(f"{room.url('remove/')}?all=1")
    assert everybody.status_code == 409
    assert "Who is in the room is not known" in everybody.content.decode()


def test_a_lost_reply_is_unknown_and_told_so(
    as_: Any, mona: User, connected: Connection, room: OpenRoom, form: Form, sandbox: Sandbox
) -> None:
    sandbox.fail_next("lost_reply", operation="remove_users")
    answer = as_(mona).post(room.url("remove/"), form(user=room.user_ids[0]), headers=FRAGMENT)
    assert answer.status_code == 200
    assert "The answer got lost" in answer.content.decode()
    assert len(sandbox.requests(operation="remove_users")) == 1  # not sent again
    assert trail() == [("attempt", "attempted"), ("outcome", "unknown")]
    assert RoomAction.objects.get().outcome == "unknown"


def test_a_closed_or_unknown_room_has_nobody_to_remove(
    as_: Any, mona: User, connected: Connection, room: OpenRoom
) -> None:
    unknown = as_(mona).get(f"/c/demo/rooms/{room.app_id}/no-such-room/remove/?user=u")
    assert unknown.status_code == 404
    assert "There is no such room" in unknown.content.decode()
