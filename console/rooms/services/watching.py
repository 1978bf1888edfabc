"""Looking whether an action had its effect: accepted, seen leaving, came back.

The cloud answers 202 and keeps no job, so that the list of participants is the only witness. It is read through the
shared reads, at the plan's moments: whoever has the room open on a screen pays for most of these looks anyway.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from console import audit
from console.core.told import LOST, keep
from console.rooms import actions
from console.rooms.models import RoomAction, RoomTarget
from console.rooms.services.participants import list_participants
from console.rooms.services.rooms import get_room_uses
from console.rooms.services.sightings import compare
from console.rooms.shapes import Crowd, Room
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane
from console.work import looks

__all__ = ["BACK_WATCH_SECONDS", "FIRST_LOOK_SECONDS", "LIMIT_SECONDS", "PLAN", "claim_due", "look"]

# Seconds after the cloud's answer. Close together at first, when somebody waits in front of the screen.
PLAN = (2, 5, 9, 15, 25, 40, 60, 90, 120, 180, 240, 300, 360, 420, 480, 540, 600)
FIRST_LOOK_SECONDS = PLAN[0]
BACK_WATCH_SECONDS = 180  # those who left are watched so long for coming back
LIMIT_SECONDS = 600
_SETTLED = timedelta(seconds=60)  # at least so long is watched after the last one left
_EXCLUSIVE = timedelta(seconds=60)  # a dismissal without effect must not keep others from trying again
_LEASE = timedelta(seconds=60)
_SHARED = timedelta(seconds=1.5)  # an answer so much older than the planned moment still serves
_WAIT_LOW, _WAIT_HIGH, _WAIT_USUAL = 2.0, 30.0, 10.0


def claim_due(now: datetime | None = None, *, most: int = 50) -> list[uuid.UUID]:
    """Return the actions that are due for a look, each to one caller only, for a minute."""
    watched = RoomAction.objects.filter(ended_at=None)
    return looks.claim_due(watched, now or timezone.now(), lease=_LEASE, most=most)


def look(action_id: uuid.UUID | str, now: datetime | None = None) -> None:
    """Look once at the people whom an action was aimed at, and plan the next look or end the watch.

    Costs one shared read (two for a dismissal whose room is empty); none when a viewer's answer is new enough. When
    the cloud can't be asked, the look is put off and the action says why.
    """
    now = now or timezone.now()
    action = RoomAction.objects.select_related("connection").get(pk=action_id)
    if action.ended_at is not None or not _was_sent(action, now):
        return
    fresh_after = max(action.began_at, now - _SHARED)
    try:
        crowd, closed_at = _see(action, fresh_after)
    except SparkError as problem:
        _put_off(action, problem, now)
    else:
        _write_down(action, crowd, closed_at, now)


def _was_sent(action: RoomAction, now: datetime) -> bool:
    """Settle an action whose process died while asking; False when nothing had been sent."""
    if action.outcome != RoomAction.Outcome.ASKING:
        return True
    still = RoomAction.objects.filter(pk=action.pk, outcome=RoomAction.Outcome.ASKING)
    if action.attempt_id is None:
        still.update(
            outcome=RoomAction.Outcome.FAILED, problem=LOST, ended_at=now, exclusive=False, next_look_at=None
        )
        return False
    action.outcome = RoomAction.Outcome.UNKNOWN
    still.update(outcome=action.outcome, problem=LOST)
    return True


def _see(action: RoomAction, fresh_after: datetime) -> tuple[Crowd, datetime | None]:
    """Return who is in the room, and since when it is closed where that is wanted and known."""
    room = Room(action.app_id, action.room_id, True, action.room_opened_at, None, None)
    crowd = list_participants(action.connection, room, lane=Lane.ALERT, fresh_after=fresh_after)
    full = bool(crowd.sessions) and action.all_left_at is None
    if action.kind != RoomAction.Kind.DISMISS or action.room_closed_at or full:
        return crowd, action.room_closed_at
    uses = get_room_uses(
        action.connection, action.app_id, action.room_id, lane=Lane.ALERT, fresh_after=fresh_after
    )
    meant = next((use for use in uses.uses if use.opened_at == action.room_opened_at), uses.pick(""))
    return crowd, (meant.closed_at or uses.age.taken_at) if meant and not meant.open else None


def _put_off(action: RoomAction, problem: SparkError, now: datetime) -> None:
    wait = looks.wait_after(problem, low=_WAIT_LOW, usual=_WAIT_USUAL, high=_WAIT_HIGH)
    RoomAction.objects.filter(pk=action.pk, ended_at=None).update(
        blocked=keep(problem),
        next_look_at=now + wait,
        exclusive=action.exclusive and now - action.asked_at < _EXCLUSIVE,
    )
    if now - action.began_at >= timedelta(seconds=LIMIT_SECONDS):
        _end(action, now)


def _write_down(action: RoomAction, crowd: Crowd, closed_at: datetime | None, now: datetime) -> None:
    seen_at = crowd.age.taken_at
    with transaction.atomic():
        action = RoomAction.objects.select_for_update().get(pk=action.pk)
        if action.ended_at is not None:
            return
        targets = list(action.targets.all())
        changed = compare(targets, crowd, asked_at=action.asked_at, seen_at=seen_at)
        RoomTarget.objects.bulk_update(changed, ["state", "left_at", "back_at", "back_session"])
        empty = not any(target.state == RoomTarget.State.WAITING for target in targets)
        if not targets:  # a dismissal while nobody could say who was there
            empty = not crowd.sessions
        first_empty = empty and action.all_left_at is None
        action.all_left_at = (action.all_left_at or seen_at) if empty else None
        action.room_closed_at = closed_at
        action.looked_at, action.blocked = seen_at, []
        _plan(action, now)
        action.save()
        if first_empty and action.outcome == RoomAction.Outcome.UNKNOWN and action.attempt_id:
            audit.note(action.attempt_id, actions.EVERYONE_LEFT, outcome="succeeded")
    if _is_over(action, now):
        _end(action, now)


def _plan(action: RoomAction, now: datetime) -> None:
    """Set when to look next: at the plan's next moment."""
    moments = looks.moments_of(PLAN, action.began_at, now, apart=_WAIT_LOW)
    action.looks = moments.passed
    action.next_look_at = moments.next or now + timedelta(seconds=_WAIT_LOW)
    if action.room_closed_at or now - action.asked_at >= _EXCLUSIVE:
        action.exclusive = False


def _is_over(action: RoomAction, now: datetime) -> bool:
    passed = now - action.began_at
    if passed >= timedelta(seconds=LIMIT_SECONDS):
        return True
    done = action.all_left_at is not None and (
        action.kind == RoomAction.Kind.REMOVE or action.room_closed_at is not None
    )
    if not done or action.all_left_at is None:
        return False
    return passed >= timedelta(seconds=BACK_WATCH_SECONDS) and now - action.all_left_at >= _SETTLED


def _end(action: RoomAction, now: datetime) -> None:
    """Stop watching, and put what was seen on record; whoever comes second finds it done."""
    with transaction.atomic():
        action = RoomAction.objects.select_for_update().get(pk=action.pk)
        if action.ended_at is not None:
            return
        if not action.blocked:
            action.targets.filter(state=RoomTarget.State.WAITING).update(state=RoomTarget.State.STAYED)
        action.ended_at, action.next_look_at, action.exclusive = now, None, False
        action.save()
        if action.attempt_id:
            audit.note(action.attempt_id, *_conclusion(action))


def _conclusion(action: RoomAction) -> tuple[str, dict[str, object], str | None]:
    """Say in a line, in detail and as an outcome what the watch saw."""
    states: dict[str, list[str]] = {state.value: [] for state in RoomTarget.State}
    for user_id, state in action.targets.values_list("user_id", "state"):
        states[state].append(user_id)
    asked = sum(len(ids) for ids in states.values())
    left = len(states["left"]) + len(states["back"])
    parts = [actions.SEEN_TO_LEAVE % {"left": left, "asked": asked}] if asked else []
    parts += [actions.CAME_BACK % {"count": len(states["back"])}] if states["back"] else []
    if action.kind == RoomAction.Kind.DISMISS:
        parts.append(actions.CLOSED if action.room_closed_at else actions.NOT_CLOSED)
    if action.blocked:
        parts.append(actions.NOT_ASKED)
    details: dict[str, object] = {
        "asked": asked,
        "seen_to_leave": left,
        "came_back": states["back"],
        "not_seen_to_leave": states["stayed"] + states["waiting"],
        "last_look_at": action.looked_at,
    }
    return "; ".join(parts), details, _outcome(action, asked, left)


def _outcome(action: RoomAction, asked: int, left: int) -> str | None:
    """What the watch settles about an unknown outcome; None where it was known, or cannot be told."""
    if action.outcome != RoomAction.Outcome.UNKNOWN or action.blocked or action.all_left_at:
        return None
    return "failed" if asked and not left else None
