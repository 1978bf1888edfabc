"""Our own index: sessions and rooms that passed by, found at once, also by what the cloud can't search for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from console.connections.models import Connection
from console.investigate.models import SeenRoom, SeenSession
from console.investigate.services.remembering import nickname_key
from console.investigate.shapes import Session

__all__ = ["Wanted", "lately_used", "remembered_since", "seen_in", "seen_rooms", "seen_sessions"]

_LONGEST_SESSION = timedelta(hours=24)  # who joined so long before a moment may still have been there


@dataclass(frozen=True)
class Wanted:
    """What is looked for. Exactly one of the texts is set.

    nickname: as a whole, or its beginning. address: an IP address. scope: application ids, None for all that there are.
    start, end: sessions that touch this range; None for no limit. region, isp, state: as the cloud writes them.
    """

    user_id: str = ""
    room_id: str = ""
    session_id: str = ""
    nickname: str = ""
    address: str = ""
    scope: Collection[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    region: str = ""
    isp: str = ""
    state: str = ""


def seen_sessions(connection: Connection, wanted: Wanted, *, most: int = 50) -> list[Session]:
    """Return sessions that fit, latest first. One query, whatever is looked for."""
    rows = _sessions(connection, wanted)
    return [_session(row) for row in rows.order_by("-joined_at", "-pk")[:most]]


def seen_rooms(connection: Connection, wanted: Wanted, *, most: int = 20) -> list[SeenRoom]:
    """Return the uses of a room id (of all, without one) that fit, latest first. One query."""
    rows = SeenRoom.objects.filter(connection=connection)
    if wanted.room_id:
        rows = rows.filter(room_id=wanted.room_id)
    if wanted.scope is not None:
        rows = rows.filter(app_id__in=list(wanted.scope))
    if wanted.end is not None:
        rows = rows.filter(opened_at__lte=wanted.end)
    if wanted.start is not None:
        rows = rows.filter(Q(closed_at=None) | Q(closed_at__gte=wanted.start))
    return list(rows.order_by("-opened_at")[:most])


def seen_in(connection: Connection, wanted: Wanted) -> list[str]:
    """Return the applications in which what is looked for was seen, the latest first. One query."""
    latest = _sessions(connection, wanted).values("app_id").annotate(at=Max("joined_at"))
    return [row["app_id"] for row in latest.order_by("-at", "app_id")]


def lately_used(connection: Connection, days: int = 7) -> list[str]:
    """Return the applications in which rooms were seen lately, the latest use first. One query."""
    rooms = SeenRoom.objects.filter(
        connection=connection, opened_at__gte=timezone.now() - timedelta(days=days)
    )
    latest = rooms.values("app_id").annotate(at=Max("opened_at")).order_by("-at", "app_id")
    return [row["app_id"] for row in latest]


def remembered_since(connection: Connection) -> datetime | None:
    """Return since when the index knows anything; None when it is empty. One query."""
    found: datetime | None = SeenSession.objects.filter(connection=connection).aggregate(at=Min("seen_at"))[
        "at"
    ]
    return found


def _sessions(connection: Connection, wanted: Wanted) -> "QuerySet[SeenSession]":
    rows = SeenSession.objects.filter(connection=connection)
    if wanted.scope is not None:
        rows = rows.filter(app_id__in=list(wanted.scope))
    rows = rows.filter(_what(wanted))
    if wanted.end is not None:
        rows = rows.filter(joined_at__lte=wanted.end)
    if wanted.start is not None:
        ended = Q(left_at__gte=wanted.start) | Q(joined_at__gte=wanted.start)
        going_on = Q(left_at=None, state="ONLINE", joined_at__gte=wanted.start - _LONGEST_SESSION)
        rows = rows.filter(ended | going_on)
    for name in ("region", "isp", "state"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    return rows


def _what(wanted: Wanted) -> Q:
    if wanted.nickname:
        return Q(nickname_key__startswith=nickname_key(wanted.nickname))
    names = {"user_id": wanted.user_id, "room_id": wanted.room_id, "session_id": wanted.session_id}
    return (
        Q(**{name: value for name, value in names.items() if value})
        if any(names.values())
        else Q(ip=wanted.address)
    )


def _session(row: SeenSession) -> Session:
    return Session(
        row.app_id,
        row.room_id,
        row.user_id,
        row.session_id,
        row.state,
        row.nickname,
        row.device,
        row.platform,
        row.sdk,
        row.region,
        row.isp,
        row.joined_at,
        row.left_at,
    )
