"""Accepted, seen leaving, came back: what the watch sees, and what it puts on record."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.rooms.models import RoomAction, RoomTarget
from console.rooms.services.moderation import dismiss_room, remove_participants
from console.rooms.services.watching import PLAN, claim_due, look
from console.rooms.tasks import look_around
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Watch = Callable[[RoomAction, float], RoomAction]


@pytest.fixture
def removed(mona: User, connected: Connection, find_room: Callable[..., OpenRoom]) -> RoomAction:
    """Many people at once: about one in five comes back."""
    room = find_room(15)
    return remove_participants(
        connected, room.app_id, room.room_id, room.user_ids, actor=mona, reason="x"
    ).action


@pytest.fixture
def dismissed(mona: User, connected: Connection, room: OpenRoom) -> RoomAction:
    return dismiss_room(connected, room.app_id, room.room_id, actor=mona, reason="x").action


def states(action: RoomAction) -> list[str]:
    return list(action.targets.values_list("state", flat=True))


def findings() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(kind="finding").order_by("id"))


def undo(sandbox: Sandbox) -> None:
    """As if the cloud had accepted and done nothing."""
    assert sandbox.app is not None
    sandbox.app.cloud.world.reset()


def test_nobody_is_sent_away_by_an_old_list(removed: RoomAction, watch: Watch, calls: Any) -> None:
    calls()
    action = watch(removed, 0)
    assert set(states(action)) == {"waiting"}
    assert calls() == ["list_users"]  # what was stored before the asking does not count


def test_seen_leaving_coming_back_and_put_on_record(removed: RoomAction, watch: Watch) -> None:
    asked = removed.targets.count()
    action = watch(removed, 7)
    assert set(states(action)) == {"left"}
    assert action.all_left_at is not None
    action = watch(action, 60)
    back = states(action).count("back")
    assert back > 0
    assert action.ended_at is None
    action = watch(action, 180)
    assert action.ended_at is not None
    (finding,) = findings()
    assert finding.finding == f"{asked} of {asked} seen to leave; {back} came back"
    assert len(finding.details["came_back"]) == back
    assert finding.details["not_seen_to_leave"] == []
    assert finding.attempt_id == removed.attempt_id


def test_a_dismissed_room_is_seen_to_close(dismissed: RoomAction, watch: Watch) -> None:
    action = watch(dismissed, 10)
    assert action.room_closed_at is not None
    assert not action.exclusive
    action = watch(action, 240)
    assert action.ended_at is not None
    assert findings()[-1].finding.endswith("room closed")


def test_who_never_leaves_is_reported_at_the_limit(
    mona: User, connected: Connection, room: OpenRoom, sandbox: Sandbox, watch: Watch
) -> None:
    asked = remove_participants(
        connected, room.app_id, room.room_id, room.user_ids[:1], actor=mona, reason="x"
    )
    undo(sandbox)
    RoomAction.objects.update(
        asked_at=timezone.now() - timedelta(seconds=700), answered_at=timezone.now() - timedelta(seconds=700)
    )
    look(asked.action.pk)
    action = RoomAction.objects.get()
    assert action.ended_at is not None
    assert states(action) == ["stayed"]
    assert findings()[-1].finding == "0 of 1 seen to leave"
    assert findings()[-1].details["not_seen_to_leave"] == [room.user_ids[0]]


def test_a_lost_reply_is_settled_by_what_the_cloud_shows(
    mona: User, connected: Connection, room: OpenRoom, sandbox: Sandbox, watch: Watch
) -> None:
    sandbox.fail_next("lost_reply", operation="remove_users")
    action = remove_participants(
        connected, room.app_id, room.room_id, room.user_ids[:2], actor=mona, reason="x"
    ).action
    assert action.outcome == "unknown"
    watch(action, 7)
    (finding,) = findings()
    assert (finding.outcome, finding.finding) == ("succeeded", "everyone was seen to leave: it took effect")
    assert finding.attempt_id == action.attempt_id


def test_a_lost_reply_without_effect_ends_as_failed(
    mona: User, connected: Connection, room: OpenRoom, sandbox: Sandbox
) -> None:
    sandbox.fail_next("lost_reply", operation="remove_users")
    action = remove_participants(
        connected, room.app_id, room.room_id, room.user_ids[:1], actor=mona, reason="x"
    ).action
    undo(sandbox)
    long_ago = timezone.now() - timedelta(seconds=700)
    RoomAction.objects.update(asked_at=long_ago, answered_at=long_ago)
    look(action.pk)
    assert findings()[-1].outcome == "failed"


def test_while_the_cloud_cannot_be_asked_it_waits_and_says_so(
    removed: RoomAction, as_: Any, mona: User, use_up: Any, sandbox: Sandbox
) -> None:
    use_up(LIST_PARTICIPANTS)
    sandbox.travel(7)
    look(removed.pk)
    action = RoomAction.objects.get()
    assert "quota" in action.blocked_said
    assert action.next_look_at is not None
    assert action.next_look_at > timezone.now()
    assert action.ended_at is None
    page = as_(mona).get(f"/c/demo/rooms/actions/{action.pk}/").content.decode()
    assert "the looking waits" in page


def test_a_watch_that_never_gets_an_answer_says_that(removed: RoomAction, no_cloud: Any) -> None:
    no_cloud()
    long_ago = timezone.now() - timedelta(seconds=700)
    RoomAction.objects.update(asked_at=long_ago, answered_at=long_ago)
    look(removed.pk)
    action = RoomAction.objects.get()
    assert action.ended_at is not None
    assert "stayed" not in states(action)
    assert findings()[-1].finding.endswith("the cloud could not be asked any more")
    assert findings()[-1].outcome == ""


def test_each_due_action_is_claimed_once(removed: RoomAction) -> None:
    later = timezone.now() + timedelta(seconds=3)
    assert claim_due(later) == [removed.pk]
    assert claim_due(later) == []
    assert claim_due(later + timedelta(seconds=61)) == [removed.pk]  # whoever had it died


def test_nothing_is_due_before_its_moment_or_after_the_end(removed: RoomAction) -> None:
    assert claim_due(timezone.now()) == []
    RoomAction.objects.update(ended_at=timezone.now())
    assert claim_due(timezone.now() + timedelta(hours=1)) == []


def test_the_tick_looks(removed: RoomAction, sandbox: Sandbox) -> None:
    sandbox.travel(7)
    RoomAction.objects.update(next_look_at=timezone.now())
    look_around()
    assert RoomAction.objects.get().looked_at is not None


def test_looking_twice_counts_and_notes_once(removed: RoomAction, watch: Watch) -> None:
    action = watch(removed, 7)
    action = watch(action, 300)
    look(action.pk)
    look(action.pk)
    assert len(findings()) == 1


def test_looks_follow_the_plan_and_share_answers(
    removed: RoomAction, mona: User, connected: Connection, calls: Any, watch: Watch
) -> None:
    action = watch(removed, 7)
    assert action.looks == sum(1 for moment in PLAN if moment <= 7)
    assert action.next_look_at is not None
    assert 0 < (action.next_look_at - action.began_at).total_seconds() - 9 < 1
    calls()
    look(action.pk)  # somebody has just looked at the same room
    assert calls() == []


def test_an_action_whose_process_died_while_asking_is_unknown_and_watched(
    removed: RoomAction, sandbox: Sandbox
) -> None:
    RoomAction.objects.update(outcome="asking", answered_at=None)
    sandbox.travel(7)
    look(removed.pk)
    action = RoomAction.objects.get()
    assert action.outcome == "unknown"
    assert set(states(action)) == {"left"}
    assert findings()[0].outcome == "succeeded"


def test_an_action_that_died_before_its_attempt_was_never_sent(removed: RoomAction) -> None:
    RoomAction.objects.update(outcome="asking", answered_at=None, attempt_id=None, exclusive=True)
    look(removed.pk)
    action = RoomAction.objects.get()
    assert (action.outcome, action.exclusive) == ("failed", False)
    assert action.ended_at is not None


def test_a_dismissal_without_effect_frees_the_room_for_another(
    dismissed: RoomAction, sandbox: Sandbox, mona: User, connected: Connection, room: OpenRoom
) -> None:
    undo(sandbox)
    RoomAction.objects.update(
        asked_at=timezone.now() - timedelta(seconds=61), answered_at=timezone.now() - timedelta(seconds=61)
    )
    look(dismissed.pk)
    assert dismiss_room(connected, room.app_id, room.room_id, actor=mona, reason="again").action.exclusive


def test_progress_is_shown_to_those_who_may_see_rooms(
    as_: Any, bob: User, audrey: User, removed: RoomAction, watch: Watch, calls: Any
) -> None:
    watch(watch(removed, 7), 60)
    calls()
    url = f"/c/demo/rooms/actions/{removed.pk}/"
    page = as_(bob).get(url)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Accepted" in text
    assert "came back" in text
    assert "Remove again" not in text  # bob may only look
    assert page["Refresh"] == "5"
    piece = as_(bob).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert "every 2s" in piece
    assert calls() == []  # our own database only
    assert as_(audrey).get(url).status_code == 403


def test_names_stand_before_their_comma(removed: RoomAction) -> None:
    now = timezone.now()
    people = [RoomTarget(user_id="u-1", nickname="Ann", back_at=now), RoomTarget(user_id="u-2", back_at=now)]
    progress = {"running": True, "asked": 2, "remaining": people, "returned": people, "back": 2}
    removed.looked_at = now
    context = {
        "progress": progress,
        "action": removed,
        "names": ":8",
        "names_shown": 8,
        "all_url": "?people=all",
    }
    text = strip_tags(render_to_string("rooms/_steps.html", context))
    lines = " ".join(text.split())
    assert "Still in the room: Ann, u-2" in lines
    assert re.search(r"2 came back: Ann [\d:]+, u-2 [\d:]+", lines)


def test_who_came_back_can_be_removed_again(as_: Any, mona: User, removed: RoomAction, watch: Watch) -> None:
    action = watch(watch(removed, 7), 60)
    text = as_(mona).get(f"/c/demo/rooms/actions/{action.pk}/").content.decode()
    returned = action.targets.filter(state="back").first()
    assert returned is not None
    assert f"user={returned.user_id}" in text
    assert "Remove again" in text
    assert f"/audit/{action.attempt_id}/" in text


def test_a_finished_watch_asks_no_more(as_: Any, mona: User, removed: RoomAction, watch: Watch) -> None:
    action = watch(watch(removed, 7), 300)
    answer = as_(mona).get(f"/c/demo/rooms/actions/{action.pk}/")
    assert "Refresh" not in answer
    assert "every 2s" not in answer.content.decode()


def test_an_unknown_action_is_not_found(as_: Any, mona: User, connected: Connection) -> None:
    answer = as_(mona).get("/c/demo/rooms/actions/00000000-0000-4000-8000-000000000000/")
    assert answer.status_code == 404
