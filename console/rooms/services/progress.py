"""What is known about an action, from our own database alone: any number of open tabs costs the cloud nothing."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from console.connections.models import Connection
from console.rooms.models import RoomAction, RoomTarget
from console.rooms.services.sightings import stored_id

__all__ = ["Progress", "get_progress", "list_recent", "list_under_way"]

_STILL_SHOWN = timedelta(minutes=10)
_MOST = 200  # so many actions of a room within minutes are not people's any more


@dataclass(frozen=True)
class Progress:
    """An action and what became of the people it was aimed at.

    asked, left, back, stayed: people. left counts those who came back too. returned: who came back, latest first.
    remaining: who has not been seen to leave, as they were listed.
    """

    action: RoomAction
    asked: int
    left: int
    back: int
    returned: Sequence[RoomTarget] = ()
    remaining: Sequence[RoomTarget] = ()

    @property
    def running(self) -> bool:
        """Whether anybody still looks."""
        return self.action.ended_at is None

    @property
    def failed(self) -> bool:
        return self.action.outcome == RoomAction.Outcome.FAILED

    @property
    def unknown(self) -> bool:
        return self.action.outcome == RoomAction.Outcome.UNKNOWN

    @property
    def waiting(self) -> int:
        """How many have not been seen to leave."""
        return self.asked - self.left

    @property
    def percent(self) -> int:
        """How many of 100 were seen to leave."""
        return round(100 * self.left / self.asked) if self.asked else 0

    @property
    def dismissal(self) -> bool:
        return self.action.kind == RoomAction.Kind.DISMISS


def get_progress(connection: Connection, app_ids: Iterable[str] | None, action_id: uuid.UUID) -> Progress:
    """Return an action of the connection. Raises RoomAction.DoesNotExist.

    app_ids: the applications that the viewer may reach, None for all.
    """
    known = RoomAction.objects.filter(connection=connection)
    if app_ids is not None:
        known = known.filter(app_id__in=list(app_ids))
    action = known.get(pk=action_id)
    targets = list(action.targets.all())
    returned = [target for target in targets if target.state == RoomTarget.State.BACK]
    returned.sort(key=lambda target: target.back_at or action.asked_at, reverse=True)
    remaining = [target for target in targets if target.left_at is None]
    return Progress(action, len(targets), len(targets) - len(remaining), len(returned), returned, remaining)


def list_recent(connection: Connection, app_id: str, room_id: str) -> list[Progress]:
    """Return a room's actions that are watched or ended within the last ten minutes, latest first. One query."""
    recent = Q(ended_at=None) | Q(ended_at__gte=timezone.now() - _STILL_SHOWN)
    return _counted(RoomAction.objects.filter(recent, connection=connection, app_id=app_id, room_id=room_id))


def list_under_way(
    connection: Connection, app_id: str, room_id: str, user_ids: Collection[str] | None = None
) -> list[Progress]:
    """Return what was asked already and has not been seen to work, latest first. One query.

    user_ids: whom somebody is about to remove: what was asked of any of them, or of the whole room. None: the room is
    about to be dismissed; removals of some people say nothing about that.
    """
    same = Q(kind=RoomAction.Kind.DISMISS, room_closed_at=None) | Q(everyone=True, all_left_at=None)
    if user_ids is not None:
        waiting = RoomTarget.objects.filter(
            state=RoomTarget.State.WAITING, user_id__in=[stored_id(user_id) for user_id in user_ids]
        )
        same |= Q(pk__in=waiting.values("action"))
    return _counted(
        RoomAction.objects.filter(same, connection=connection, app_id=app_id, room_id=room_id, ended_at=None)
    )


def _counted(actions: "QuerySet[RoomAction]") -> list[Progress]:
    """Return the actions with their counts, latest first, without those that failed.

    The order is said here: with the counts the database groups, and grouping forgets the model's own.
    """
    found = (
        actions.exclude(outcome=RoomAction.Outcome.FAILED)
        .annotate(
            asked=Count("targets"),
            left=Count("targets", filter=Q(targets__left_at__isnull=False)),
            back=Count("targets", filter=Q(targets__state=RoomTarget.State.BACK)),
        )
        .order_by("-asked_at", "-pk")
    )
    return [Progress(action, action.asked, action.left, action.back) for action in found[:_MOST]]
