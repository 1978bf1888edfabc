"""A call: one life of a room, from the list of its participants alone.

The room's own list would cost another request and tell the same: when the first came and the last left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone

from console.connections import reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.connections.reads import Reading
from console.investigate.shapes import Call, Life, Person, Session
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import Participant

__all__ = ["Reader", "SharedReader", "get_call", "lives_of", "people_of", "session_of"]

_ROWS = 1000
_MOST_ROWS = 3000
_BLOCK = timedelta(hours=6)  # windows begin on such marks, so that viewers of one call ask the same question
_BEFORE, _AFTER = timedelta(hours=6), timedelta(hours=12)
_LONGEST = timedelta(days=90)
_GAP = timedelta(seconds=90)  # a room that is empty for so long has ended
_NEAR = timedelta(minutes=5)  # a failed attempt so near belongs to the life beside it
_EDGE = timedelta(minutes=30)  # a life that begins so close to what was read may have begun before it


class Reader(Protocol):
    """Where answers come from: the shared reads, or what was kept. now: as of when; None is the present."""

    @property
    def now(self) -> datetime | None: ...

    def read(self, operation: Operation, **params: Any) -> Reading:
        """Return the answer to a reading operation. Raises SparkError."""


@dataclass(frozen=True)
class SharedReader:
    """Answers of the cloud, through the shared reads."""

    connection: Connection
    lane: Lane = Lane.PAGE
    max_wait: float = 2.0
    now: datetime | None = None

    def read(self, operation: Operation, **params: Any) -> Reading:
        """Return the shared answer."""
        return reads.read(self.connection, operation, lane=self.lane, max_wait=self.max_wait, **params)


def get_call(
    reader: Reader, app_id: str, room_id: str, at: datetime, *, since: datetime | None = None
) -> Call | None:
    """Return the life of a room that covers a moment, else the nearest; None when nobody was in it around then.

    since: when somebody who is meant had joined, for calls that last longer than half a day. One request for each
    1,000 sessions from up to half a day before until up to half a day after; another one where the life began before.
    Raises QuotaExhausted (with retry_after) or another SparkError.
    """
    now = reader.now or timezone.now()
    if at < now - _LONGEST:  # the cloud has forgotten
        return None
    start, end = _window(min(at, since) if since else at, at, now)
    rows, readings, complete = _sessions(reader, app_id, room_id, start, end)
    lives = lives_of(rows, now)
    life = _nearest(lives, at)
    if life is not None and life.start - start < _EDGE and now - start < _LONGEST and reader.now is None:
        earlier = max(start - 4 * _BLOCK, _block(now - _LONGEST + _BLOCK))
        more, others, complete_before = _sessions(reader, app_id, room_id, earlier, start)
        rows, readings, complete = [*more, *rows], [*others, *readings], complete and complete_before
        start, lives = earlier, lives_of(rows, now)
        life = _nearest(lives, at)
    if life is None:
        return None
    return Call(
        app_id,
        room_id,
        life,
        people_of(life.sessions),
        at,
        not life.covers(at, _NEAR),
        lives,
        Age.of(*readings),
        now,
        complete,
        life.start - start < _EDGE,
        reader.now is not None,
    )


def lives_of(sessions: Iterable[Session], now: datetime) -> list[Life]:
    """Part a room's sessions into its lives, the earliest first. Attempts that failed join the life beside them."""
    begun = sorted((one for one in sessions if one.joined_at), key=_joined)
    groups: list[tuple[datetime, datetime, list[Session]]] = []
    for one in begun:
        if one.failed:
            continue
        start, end = _joined(one), one.until(now) or _joined(one)
        if groups and start <= groups[-1][1] + _GAP:
            before = groups[-1]
            groups[-1] = (before[0], max(before[1], end), [*before[2], one])
        else:
            groups.append((start, end, [one]))
    for one in begun:
        if one.failed:
            _place(groups, one)
    groups.sort(key=lambda group: group[0])
    return [
        Life(start, None if any(one.online for one in members) else end, tuple(sorted(members, key=_joined)))
        for start, end, members in groups
    ]


def people_of(sessions: Iterable[Session]) -> tuple[Person, ...]:
    """Group sessions by person, in the order of their first coming."""
    found: dict[str, list[Session]] = {}
    for one in sessions:
        found.setdefault(one.user_id, []).append(one)
    return tuple(Person(user_id, tuple(own)) for user_id, own in found.items())


def session_of(row: Participant, app_id: str) -> Session:
    """Read a row of the cloud's list."""
    return Session(
        app_id=row.app_id or app_id,
        room_id=row.room_id,
        user_id=row.user_id,
        session_id=row.session_id,
        state=row.state,
        nickname=row.nickname,
        device=row.device_model,
        platform=row.platform,
        sdk=row.sdk_version,
        region=row.region,
        isp=row.isp,
        joined_at=row.join_time,
        left_at=row.leave_time,
    )


def _sessions(
    reader: Reader, app_id: str, room_id: str, start: datetime, end: datetime | None
) -> tuple[list[Session], list[Reading], bool]:
    asked: dict[str, Any] = {"app_id": app_id, "room_id": room_id, "type": "detail", "start_time": start}
    if end is not None:
        asked["end_time"] = end
    rows: list[Participant] = []
    readings: list[Reading] = []
    while True:
        readings.append(reader.read(LIST_PARTICIPANTS, limit=_ROWS, offset=len(rows), **asked))
        got = readings[-1].value
        rows.extend(got.participants)
        total = got.total or 0
        if not got.participants or len(rows) >= min(total, _MOST_ROWS):
            break
    # Somebody who joins between two calls shifts the rows: the same session may come twice.
    once = {(row.user_id, row.session_id, row.join_time): row for row in rows if row.user_id}
    return [session_of(row, app_id) for row in once.values()], readings, len(rows) >= total


def _window(first: datetime, last: datetime, now: datetime) -> tuple[datetime, datetime | None]:
    start = max(_block(first) - _BEFORE, _block(now - _LONGEST + _BLOCK))
    end = _block(last) + _AFTER
    return min(start, now - timedelta(minutes=1)), (None if end >= now else end)


def _block(moment: datetime) -> datetime:
    hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour - timedelta(hours=hour.hour % (_BLOCK // timedelta(hours=1)))


def _joined(session: Session) -> datetime:
    assert session.joined_at is not None
    return session.joined_at


def _place(groups: list[tuple[datetime, datetime, list[Session]]], one: Session) -> None:
    """Put a failed attempt into the life that it was meant for, or make it one of its own."""
    at = _joined(one)
    for start, end, members in groups:
        if start - _NEAR <= at <= end + _NEAR:
            members.append(one)
            return
    groups.append((at, one.left_at if one.left_at and one.left_at > at else at, [one]))


def _nearest(lives: Sequence[Life], at: datetime) -> Life | None:
    def distance(life: Life) -> timedelta:
        if life.covers(at):
            return timedelta()
        return life.start - at if at < life.start else at - (life.end or at)

    return min(lives, key=distance, default=None)
