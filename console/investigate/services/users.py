"""A participant over 90 days: sessions, devices, networks, failures, and what was found wrong with their calls."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from console.connections import reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.connections.reads import Reading
from console.core.places import network_name, region_name
from console.investigate.models import VerdictRecord
from console.investigate.services.calls import session_of
from console.investigate.services.index import Wanted, seen_sessions
from console.investigate.shapes import Session
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane

__all__ = ["Share", "UserHistory", "user_history"]

_LONGEST = timedelta(days=90)
_ROWS = 1000
_MOST_ROWS = 3000


@dataclass(frozen=True)
class Share:
    """How often somebody used one device, network or version. first, last: when it was seen first and last."""

    value: str
    count: int
    failed: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class UserHistory:
    """A participant of one application.

    sessions: latest first. total: that the cloud knows of, None when it was not asked. age: None when our index alone
    speaks; problem: why. verdicts: on their calls, latest first.
    """

    user_id: str
    sessions: Sequence[Session]
    total: int | None
    age: Age | None
    problem: SparkError | None
    verdicts: Sequence[VerdictRecord]
    now: datetime

    @property
    def name(self) -> str:
        """What they were called last."""
        return next((one.name for one in self.sessions if one.nickname.strip()), self.user_id)

    @property
    def names(self) -> list[str]:
        """All nicknames, the latest first."""
        return list(dict.fromkeys(one.nickname.strip() for one in self.sessions if one.nickname.strip()))

    @property
    def failed(self) -> int:
        """How many attempts to join failed."""
        return sum(one.failed for one in self.sessions)

    @property
    def seconds(self) -> float:
        """How long they were in rooms, altogether."""
        return sum(
            (end - one.joined_at).total_seconds()
            for one in self.sessions
            if one.joined_at and not one.failed and (end := one.until(self.now))
        )

    @property
    def devices(self) -> list[Share]:
        return _shares(self.sessions, lambda one: one.device)

    @property
    def platforms(self) -> list[Share]:
        return _shares(self.sessions, lambda one: one.platform)

    @property
    def versions(self) -> list[Share]:
        return _shares(self.sessions, lambda one: one.sdk)

    @property
    def networks(self) -> list[Share]:
        return _shares(self.sessions, lambda one: _where(one))

    @property
    def rooms(self) -> list[Share]:
        return _shares(self.sessions, lambda one: one.room_id)

    @property
    def first_bad(self) -> VerdictRecord | None:
        """The call since which things were wrong: the earliest of those that no good one came after."""
        found = None
        for verdict in self.verdicts:
            if not verdict.bad:
                break
            found = verdict
        return found

    @property
    def last_good(self) -> VerdictRecord | None:
        """The latest call that was looked at and in which nothing was wrong."""
        return next((verdict for verdict in self.verdicts if verdict.outcome == "nothing_wrong"), None)


def user_history(connection: Connection, app_id: str, user_id: str) -> UserHistory:
    """Return a participant's last 90 days. One shared request for each 1,000 sessions.

    Never raises SparkError: without the cloud our index speaks alone, and the problem is told.
    """
    now = timezone.now()
    sessions: list[Session] = []
    total, age, problem = None, None, None
    try:
        sessions, total, age = _from_cloud(connection, app_id, user_id, now)
    except SparkError as error:
        problem = error
        wanted = Wanted(user_id=user_id, scope=[app_id])
        sessions = seen_sessions(connection, wanted, most=_ROWS)
    verdicts = VerdictRecord.objects.filter(connection=connection, app_id=app_id, user_id=user_id)
    return UserHistory(
        user_id,
        sorted(sessions, key=_began, reverse=True),
        total,
        age,
        problem,
        list(verdicts.order_by("-started_at")[:200]),
        now,
    )


def _from_cloud(
    connection: Connection, app_id: str, user_id: str, now: datetime
) -> tuple[list[Session], int | None, Age]:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - _LONGEST + timedelta(days=1)
    readings: list[Reading] = []
    sessions: list[Session] = []
    while True:
        reading = reads.read(
            connection,
            LIST_PARTICIPANTS,
            lane=Lane.PAGE,
            app_id=app_id,
            user_id=user_id,
            type="detail",
            start_time=start,
            limit=_ROWS,
            offset=len(sessions),
        )
        readings.append(reading)
        got = reading.value.participants
        sessions += [session_of(row, app_id) for row in got]
        if not got or len(sessions) >= min(reading.value.total or 0, _MOST_ROWS):
            return sessions, reading.value.total, Age.of(*readings)


def _began(session: Session) -> datetime:
    return session.joined_at or datetime.min.replace(tzinfo=UTC)


def _shares(sessions: Iterable[Session], what: Callable[[Session], str]) -> list[Share]:
    dated = [(what(one), one) for one in sessions if one.joined_at is not None]
    counts = Counter(value for value, _one in dated)
    found = []
    for value, count in counts.most_common(12):
        own = [one for told, one in dated if told == value]
        moments = [one.joined_at for one in own if one.joined_at]
        found.append(Share(value, count, sum(one.failed for one in own), min(moments), max(moments)))
    return found


def _where(session: Session) -> str:
    return " · ".join(filter(None, (region_name(session.region), network_name(session.isp))))
