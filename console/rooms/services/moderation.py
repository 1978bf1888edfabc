"""Removing participants and dismissing rooms: asked once, on record, and watched afterwards."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.audit.scrub import clean_id
from console.connections import reads
from console.connections.client import client_for
from console.connections.models import Connection
from console.core.told import keep
from console.rooms.actions import DISMISS, REMOVE
from console.rooms.models import RoomAction, RoomTarget
from console.rooms.services.audience import meet
from console.rooms.services.sightings import stored_id
from console.rooms.services.watching import FIRST_LOOK_SECONDS
from console.rooms.shapes import Participant, Room
from console.sparkrtc.catalogue.rooms import DISMISS_ROOM, LIST_PARTICIPANTS, LIST_ROOMS, REMOVE_PARTICIPANTS
from console.sparkrtc.errors import OutcomeUnknown, SparkError
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from console.work.looks import insert_alone, update_fields

__all__ = ["AlreadyAsked", "Asked", "NobodyThere", "dismiss_room", "remove_participants", "sent_before"]

# A click waits this long for a permit, and no longer: what cannot be sent now is not sent later by surprise.
_MAX_WAIT_SECONDS = 3.0
# Longer than a call can take; an action still being asked by then has lost its process.
_LEASE = timedelta(seconds=90)


@dataclass(frozen=True)
class Asked:
    """What became of a request to act. gone: who had left before. repeated: the same form was sent before."""

    action: RoomAction
    gone: tuple[str, ...] = ()
    repeated: bool = False


class AlreadyAsked(Exception):
    """Somebody has asked to dismiss this room a moment ago. action: theirs."""

    def __init__(self, action: RoomAction) -> None:
        super().__init__(f"{action.actor_name} has asked already")
        self.action = action


class NobodyThere(Exception):
    """None of the people meant is in the room any more; nothing was sent."""


def sent_before(connection: Connection, app_id: str, room_id: str, form_id: str) -> RoomAction | None:
    """Return the action that a form has led to already, None when it is sent for the first time."""
    try:
        action_id = uuid.UUID(form_id)
    except ValueError:
        return None
    return RoomAction.objects.filter(
        pk=action_id, connection=connection, app_id=app_id, room_id=room_id
    ).first()


def remove_participants(
    connection: Connection,
    app_id: str,
    room_id: str,
    user_ids: Iterable[str],
    *,
    actor: User | None,
    reason: str,
    everyone: bool = False,
    action_id: uuid.UUID | None = None,
) -> Asked:
    """Ask the cloud to send participants out of a room; they can join again.

    The cloud answers before they are gone: the action returned is watched in the background. Whoever is known to have
    left already is not asked for. everyone: put on record that all were meant. action_id: of the form; the same one
    never acts twice. Costs one call of the rooms quota, and up to two shared reads.
    An answer that got lost is not an error here: the action's outcome is then unknown, and settled by looking.
    Raises NobodyThere; QuotaExhausted (with retry_after, seconds; nothing was sent); another SparkError when the cloud
    refuses or cannot be reached.
    Source: API reference, RemoveUsers (answers 202).
    """
    audience = meet(connection, app_id, room_id)
    hit, gone = audience.split(user_ids)
    if not hit:
        raise NobodyThere
    there = audience.people
    action = _draft(
        connection, app_id, room_id, audience.room, RoomAction.Kind.REMOVE, actor, reason, action_id
    )
    action.everyone = everyone
    if not _claim(action, [_target(action, user_id, there.get(user_id, [])) for user_id in hit]):
        return Asked(RoomAction.objects.get(pk=action.pk), repeated=True)
    _ask(
        action,
        actor,
        REMOVE,
        _removal_target(room_id, audience.named(hit)),
        REMOVE_PARTICIPANTS,
        user_ids=hit,
    )
    return Asked(action, tuple(gone))


def dismiss_room(
    connection: Connection,
    app_id: str,
    room_id: str,
    *,
    actor: User | None,
    reason: str,
    action_id: uuid.UUID | None = None,
) -> Asked:
    """Ask the cloud to end a room and send everyone out of it; its id can be used again at once.

    The cloud answers before the room is empty: the action returned is watched in the background. action_id: of the
    form; the same one never acts twice. Costs one call of the rooms quota, and up to two shared reads.
    An answer that got lost is not an error here: the action's outcome is then unknown, and settled by looking.
    Raises AlreadyAsked when a dismissal of this room is under way; NotFound when it is not open; QuotaExhausted (with
    retry_after, seconds; nothing was sent); another SparkError when the cloud refuses or cannot be reached.
    Source: API reference, RemoveRoom (answers 202).
    """
    audience = meet(connection, app_id, room_id)
    there = audience.people
    action = _draft(
        connection, app_id, room_id, audience.room, RoomAction.Kind.DISMISS, actor, reason, action_id
    )
    action.everyone = action.exclusive = True
    if not _claim(action, [_target(action, user_id, sessions) for user_id, sessions in there.items()]):
        return Asked(RoomAction.objects.get(pk=action.pk), repeated=True)
    _ask(action, actor, DISMISS, audit.Target("room", room_id), DISMISS_ROOM)
    return Asked(action)


def _draft(
    connection: Connection,
    app_id: str,
    room_id: str,
    room: Room | None,
    kind: RoomAction.Kind,
    actor: User | None,
    reason: str,
    action_id: uuid.UUID | None,
) -> RoomAction:
    now = timezone.now()
    return RoomAction(
        id=action_id or uuid.uuid4(),
        kind=kind,
        connection=connection,
        app_id=app_id,
        room_id=room_id,
        room_opened_at=room.opened_at if room else None,
        actor=actor,
        actor_name=str(actor)[:150] if actor else "",
        reason=reason,
        asked_at=now,
        next_look_at=now + _LEASE,
    )


def _claim(action: RoomAction, targets: Sequence[RoomTarget]) -> bool:
    """Write down what is about to be asked; False when this very form was sent before. Raises AlreadyAsked."""
    here = {"connection": action.connection, "app_id": action.app_id, "room_id": action.room_id}
    rivals = RoomAction.objects.filter(exclusive=True, **here)
    return insert_alone(action, rivals, AlreadyAsked, lambda: RoomTarget.objects.bulk_create(targets))


def _ask(
    action: RoomAction,
    actor: User | None,
    name: str,
    target: audit.Target,
    operation: Operation,
    **body: list[str],
) -> None:
    """Send the request inside an attempt, and write down what came of it before anybody else can look."""
    try:
        with audit.attempt(
            name,
            actor=actor,
            connection=action.connection,
            target=target,
            reason=action.reason,
            app_id=action.app_id,
            before=_on_record(action),
        ) as entry:
            update_fields(action, attempt_id=entry.attempt_id)
            answer = client_for(action.connection).call(
                operation,
                lane=Lane.CLICK,
                max_wait=_MAX_WAIT_SECONDS,
                app_id=action.app_id,
                room_id=action.room_id,
                **body,
            )
            entry.request_id = answer.request_id
    except OutcomeUnknown as problem:
        _watch(action, RoomAction.Outcome.UNKNOWN, problem=keep(problem), request_id=problem.request_id)
    except SparkError as problem:
        now = timezone.now()
        update_fields(
            action,
            outcome=RoomAction.Outcome.FAILED,
            problem=keep(problem),
            request_id=problem.request_id,
            exclusive=False,
            answered_at=now,
            ended_at=now,
            next_look_at=None,
        )
        raise
    else:
        _watch(action, RoomAction.Outcome.ACCEPTED, request_id=answer.request_id)
    here = {"app_id": action.app_id, "room_id": action.room_id}
    reads.drop(action.connection, LIST_PARTICIPANTS, **here)
    reads.drop(action.connection, LIST_ROOMS, app_id=action.app_id)


def _watch(action: RoomAction, outcome: RoomAction.Outcome, **more: object) -> None:
    now = timezone.now()
    first_look = now + timedelta(seconds=FIRST_LOOK_SECONDS)
    update_fields(action, outcome=outcome, answered_at=now, next_look_at=first_look, **more)


def _target(action: RoomAction, user_id: str, sessions: Sequence[Participant]) -> RoomTarget:
    return RoomTarget(
        action=action,
        user_id=stored_id(user_id),
        nickname=clean_id(sessions[0].nickname, 512) if sessions else "",
        sessions=[stored_id(session.session) for session in sessions],
    )


def _removal_target(room_id: str, hit: Sequence[Participant]) -> audit.Target:
    if len(hit) > 1:
        return audit.Target("room", room_id)
    return audit.Target("participant", hit[0].user_id, hit[0].nickname)


def _on_record(action: RoomAction) -> dict[str, object]:
    """Who is meant, as the trail keeps it from before anything is sent."""
    people = action.targets.values_list("user_id", "nickname")
    opened = action.room_opened_at.isoformat() if action.room_opened_at else None
    return {
        "room_id": action.room_id,
        "room_opened_at": opened,
        "everyone": action.everyone,
        "participants": [{"user_id": user_id, "nickname": nickname} for user_id, nickname in people],
    }
