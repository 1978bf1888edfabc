"""What the walk over every URL fills into addresses. A new URL with a new keyword needs a sample here.

Each sample is a function of the world of the test; it makes what the address names, so that whoever has the right gets
in rather than meets a 404.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from console import audit
from console.accounts.actions import SIGN_IN
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.alerts.models import Channel, Incident, Message, Rule
from console.analytics.models import Annotation, Report, ReportLetter, SavedView, Screen
from console.applications.actions import DISABLE
from console.applications.models import Change
from console.connections.ages import Age
from console.connections.models import Connection
from console.investigate.models import CallNote, Investigation, KeptCall, VerdictRecord, WatchedUser
from console.recording.models import CallbackDelivery, CallbackReceiver, RecordingJob, SavedLayout
from console.recording.services.receivers import new_address, receiver_of
from console.rooms.models import RoomAction
from console.storage.services.opening import make_ticket
from console.storage.shapes import Stored
from console.work.models import Run

APP_ID, ROOM_ID = "app-1", "lecture-7"
BUCKET, OBJECT = "recordings", "rtc/lesson.mp4"


@dataclass(frozen=True)
class World:
    """Who asks, and where they have a role.

    viewer: None for a stranger. place: the connection of their role, None for all.
    app_id: the application of their role, else one that they reach.
    """

    connection: Connection
    viewer: User | None
    place: Connection | None
    app_id: str


def _person(world: World) -> int:
    return User.objects.get_or_create(username="somebody", defaults={"display_name": "Somebody"})[0].pk


def _grant(world: World) -> int:
    grant, _new = RoleGrant.objects.get_or_create(
        user_id=_person(world), role=Role.SUPPORT, connection=world.place, app_id=""
    )
    return grant.pk


def _entry(world: World) -> uuid.UUID:
    where = world.place or world.connection
    return audit.record(SIGN_IN, actor=world.viewer, connection=where, app_id=world.app_id).uuid


def _room_action(world: World) -> uuid.UUID:
    action = RoomAction.objects.create(
        kind=RoomAction.Kind.REMOVE,
        connection=world.connection,
        app_id=world.app_id,
        room_id=ROOM_ID,
        actor=world.viewer,
        actor_name="somebody",
        reason="noise",
        asked_at=timezone.now(),
        outcome=RoomAction.Outcome.ACCEPTED,
    )
    return action.pk


def _run(world: World) -> uuid.UUID:
    run = Run.objects.create(
        kind="test.of.the.walk", connection=world.connection, app_id=world.app_id, owner=world.viewer
    )
    return run.pk


def _change(world: World) -> uuid.UUID:
    change = Change.objects.create(
        connection=world.connection,
        app_id=world.app_id,
        action=DISABLE,
        subject="state",
        actor=world.viewer,
        actor_name="somebody",
        outcome=Change.Outcome.UNKNOWN,
        asked_at=timezone.now(),
    )
    return change.pk


def _recording_job(world: World) -> uuid.UUID:
    job = RecordingJob.objects.create(
        kind=RecordingJob.Kind.MIX,
        connection=world.connection,
        app_id=world.app_id,
        room_id=ROOM_ID,
        actor_name="somebody",
        asked_at=timezone.now(),
        outcome=RecordingJob.Outcome.UNKNOWN,
    )
    return job.pk


def _layout(world: World) -> int:
    return SavedLayout.objects.create(connection=world.connection, name="Lesson").pk


def _investigation(world: World) -> int:
    one, _new = Investigation.objects.get_or_create(
        owner=world.viewer or User.objects.get(pk=_person(world)),
        connection=world.connection,
        app_id=world.app_id,
        room_id=ROOM_ID,
        started_at=timezone.now(),
        defaults={"seen_at": timezone.now()},
    )
    return one.pk


def _ticket(world: World) -> str:
    """What opens a stored file for whoever asks."""
    asks = world.viewer or User(pk=0, username="nobody")
    stored = Stored(BUCKET, "cn-north-4", OBJECT, 1, None, Age(timezone.now()))
    return make_ticket(world.connection, stored, asks)


def _kept_call(world: World) -> int:
    return KeptCall.objects.create(
        connection=world.connection,
        app_id=world.app_id,
        room_id=ROOM_ID,
        started_at=timezone.now(),
        why=KeptCall.Why.CHOSEN,
    ).pk


def _watched(world: World) -> int:
    one, _new = WatchedUser.objects.get_or_create(
        connection=world.connection,
        app_id=world.app_id,
        user_id="u-1",
        defaults={"until": timezone.now() + timedelta(days=1)},
    )
    return one.pk


def _call_note(world: World) -> int:
    return CallNote.objects.create(
        connection=world.connection,
        app_id=world.app_id,
        room_id=ROOM_ID,
        started_at=timezone.now(),
        text="heard",
        author=world.viewer,
    ).pk


def _rule(world: World) -> int:
    return Rule.objects.create(
        connection=world.connection, name="Crowd", signal="minutes.online_users", side="above", limit=100
    ).pk


def _incident(world: World) -> int:
    now = timezone.now()
    return Incident.objects.create(
        connection=world.connection,
        rule_name="Crowd",
        signal="minutes.online_users",
        side="above",
        limit=100,
        breaches_wanted=1,
        window=1,
        severity=Rule.Severity.WARNING,
        app_id=world.app_id,
        began_at=now,
        fired_at=now,
        noted_at=now,
        worst=150,
        breaches=1,
    ).pk


def _annotation(world: World) -> int:
    return Annotation.objects.create(
        connection=world.connection,
        app_id=world.app_id,
        text="Release 4.2",
        at=timezone.now(),
        author_name="Lena",
    ).pk


def _saved_view(world: World) -> int:
    owner = world.viewer or User.objects.get_or_create(username="somebody")[0]
    row, _new = SavedView.objects.get_or_create(connection=world.connection, owner=owner, name="Mine")
    return row.pk


def _channel(world: World) -> int:
    """A channel that leads nowhere: nobody is in it."""
    return Channel.objects.get_or_create(
        connection=world.connection, name="Ops", defaults={"medium": Channel.Medium.EMAIL}
    )[0].pk


def _message(world: World) -> int:
    return Message.objects.create(
        connection=world.connection,
        kind=Message.Kind.OPENED,
        medium=Channel.Medium.EMAIL,
        to="ops@example.com",
        address="ops@example.com",
        subject="Crowd",
        text="Crowd",
        state=Message.State.GIVEN_UP,
        next_at=timezone.now(),
        created_at=timezone.now(),
    ).pk


def _report(world: World) -> int:
    view = SavedView.objects.get(pk=_saved_view(world))
    return Report.objects.create(
        connection=world.connection, view=view, made_by_name="Lena", since=timezone.now()
    ).pk


def _letter(world: World) -> int:
    recipient, today = User.objects.get(pk=_person(world)), timezone.now()
    letter, _new = ReportLetter.objects.get_or_create(
        report_id=_report(world), recipient=recipient, first=today, last=today, due_at=today
    )
    return letter.pk


def _screen(world: World) -> int:
    return Screen.objects.create(
        connection=world.connection,
        name="Left",
        digest=uuid.uuid4().hex,
        made_by_name="Alice",
        expires_at=timezone.now() + timedelta(days=1),
    ).pk


def _verdict(world: World) -> int:
    record, _new = VerdictRecord.objects.get_or_create(
        connection=world.connection,
        app_id=world.app_id,
        room_id=ROOM_ID,
        user_id="u-1",
        symptom="",
        started_at=datetime(2027, 1, 1, tzinfo=UTC),
        defaults={
            "engine": "1",
            "outcome": "found",
            "rule": "R7",
            "inputs": "a" * 64,
            "given_at": timezone.now(),
        },
    )
    return record.pk


def _receiver(world: World) -> str:
    return new_address(receiver_of(world.connection, world.app_id)).public_id


def _delivery(world: World) -> int:
    receiver, _new = CallbackReceiver.objects.get_or_create(connection=world.connection, app_id=world.app_id)
    delivery = CallbackDelivery.objects.create(
        receiver=receiver,
        connection=world.connection,
        app_id=world.app_id,
        identity="v:sample",
        received_at=timezone.now(),
        verdict=CallbackDelivery.Verdict.VERIFIED,
        digest="0" * 64,
    )
    return delivery.pk


# {keyword of the address: sample}; "<url name> <keyword>" wins over the keyword alone.
SAMPLES: dict[str, Callable[[World], Any]] = {
    "connection": lambda world: world.connection.slug,
    "app_id": lambda world: APP_ID,
    "room_id": lambda world: ROOM_ID,
    "person": _person,
    "grant": _grant,
    "entry_id": _entry,
    "action_id": _room_action,
    "recording_id": _recording_job,
    "layout_id": _layout,
    "template_id": lambda world: "64b1f0c2d3e4a5968778695a",
    "location": lambda world: "cn-north-4",
    "bucket": lambda world: BUCKET,
    "ticket": _ticket,
    "storage:media name": lambda world: OBJECT,
    "run_id": _run,
    "investigation_id": _investigation,
    "kept_id": _kept_call,
    "watched_id": _watched,
    "note_id": _call_note,
    "record_id": _verdict,
    "user_id": lambda world: "u-1",
    "change_id": _change,
    "quota": lambda world: "jobs",
    "public_id": _receiver,
    "delivery_id": _delivery,
    "rule_id": _rule,
    "incident_id": _incident,
    "annotation_id": _annotation,
    "view_id": _saved_view,
    "channel_id": _channel,
    "message_id": _message,
    "medium": lambda world: "email",
    "report_id": _report,
    "screen_id": _screen,
    "letter_id": _letter,
}
