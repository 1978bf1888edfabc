"""Finding a call from what somebody pasted: our own index at once, the cloud where it can be told more.

At most two requests where an application is chosen: who was it, and where that finds nobody, which room. Where it is a
guess, the next likely applications are asked, too, until somebody is found or five requests are spent; what was not
looked at is told. Whatever the cloud lists is remembered, so that the same search finds it in the index the next time.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from console.connections import reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.connections.reads import Reading
from console.investigate.pasted import Pasted
from console.investigate.services.calls import session_of
from console.investigate.services.free import quota_is_busy
from console.investigate.services.index import (
    Wanted,
    remembered_since,
    seen_rooms,
    seen_sessions,
)
from console.investigate.shapes import Session
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS, LIST_ROOMS
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane

__all__ = ["RANGES", "Found", "Narrowing", "Row", "Search", "find", "find_seen"]

LONGEST = timedelta(days=90)
RANGES = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": LONGEST,
}
_BEFORE = timedelta(hours=12)  # whoever was there at a moment may have joined so long before it
_HOUR = timedelta(hours=1)
_SLACK = timedelta(minutes=5)
_ROWS = 100
_MOST_REQUESTS, _FEW_REQUESTS = 5, 2  # from a paste to a call; while others need the quota
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Narrowing:
    """What a search is narrowed by, as the cloud writes it; "" where it isn't."""

    region: str = ""
    isp: str = ""
    state: str = ""


@dataclass(frozen=True)
class Search:
    """A search: what was pasted, in which application ("": none chosen), how far back where no time was named.

    also: where to look next if nobody is found there, the likeliest first; empty where somebody chose the application.
    """

    pasted: Pasted
    app_id: str = ""
    also: tuple[str, ...] = ()
    range: str = "24h"
    narrowing: Narrowing = field(default_factory=Narrowing)

    @property
    def user_id(self) -> str:
        """Who is looked for, when the text says that it is a participant or leaves it open."""
        return next(iter((*self.pasted.users, *self.pasted.ids)), "")

    @property
    def room_id(self) -> str:
        """The room that is looked for: named as such, or what else the id might be."""
        if self.pasted.rooms:
            return self.pasted.rooms[0]
        return next((one for one in self.pasted.ids if one not in self.pasted.users[:1]), "")

    def touches(self, session: Session, now: datetime) -> bool:
        """Say whether a session was going on when it hurt; True of all when no time was named."""
        moment = self.pasted.moment
        if moment is None:
            return True
        end = session.until(now)
        if session.joined_at is None or end is None:
            return False
        return session.joined_at - _SLACK <= moment.end and end + _SLACK >= moment.start

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        """Return the time that the search is about: when it hurt; the range before now when no time was named."""
        moment = self.pasted.moment
        if moment is not None:
            return moment.start - _SLACK, moment.end + _SLACK
        return now - RANGES.get(self.range, LONGEST), now

    def wanted(self, scope: Collection[str] | None, *, anywhen: bool = False) -> list[Wanted]:
        """Return what the index is searched for, the likeliest first. anywhen: whatever the time and the narrowing."""
        pasted, base = self.pasted, Wanted(scope=scope)
        if not anywhen:
            start, end = self.window(timezone.now())
            if pasted.moment is not None:
                start, end = start - _BEFORE, end + _HOUR
            narrowing = self.narrowing
            base = replace(
                base, start=start, end=end, region=narrowing.region, isp=narrowing.isp, state=narrowing.state
            )
        found = [replace(base, session_id=one) for one in pasted.sessions[:1]]
        found += [replace(base, user_id=self.user_id)] if self.user_id else []
        if pasted.rooms and not self.user_id:
            found.append(replace(base, room_id=pasted.rooms[0]))
        elif pasted.ids and not pasted.rooms:
            found.append(replace(base, room_id=pasted.ids[0]))
        found += [replace(base, nickname=one) for one in pasted.names[:1]]
        found += [replace(base, address=one) for one in pasted.addresses[:1]]
        return found


@dataclass(frozen=True)
class Row:
    """A session that was found. touches: it was going on at the moment that was named. seen: by our index alone."""

    session: Session
    touches: bool
    seen: bool

    @property
    def at(self) -> datetime | None:
        return self.session.joined_at


@dataclass(frozen=True)
class Found:
    """What a search found, the sessions at the moment named first.

    rooms: uses of a room id: (application, room, opened, closed). age: of the cloud's answers, None when it was not
    asked. problem: why it could not answer. more: the cloud has more rows than were asked for.
    requests: that it was asked, stored answers included. since: when the index began. looked: the applications that
    the cloud was asked about; left: those that might hold it and were not, for want of requests.
    """

    rows: tuple[Row, ...] = ()
    rooms: tuple[tuple[str, str, datetime, datetime | None], ...] = ()
    age: Age | None = None
    problem: SparkError | None = None
    more: bool = False
    requests: int = 0
    since: datetime | None = None
    looked: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.rows and not self.rooms

    @property
    def only(self) -> Row | None:
        """The call that is meant, when there is no doubt: all that was going on then is one room's."""
        near = [row for row in self.rows if row.touches]
        places = {(row.session.app_id, row.session.room_id) for row in near}
        return near[0] if len(places) == 1 and not self.more else None


def find(connection: Connection, search: Search, *, scope: Collection[str] | None) -> Found:
    """Search the index, and the cloud where an application is chosen and the cloud knows such a thing.

    scope: applications that the viewer may look at, None for all. Costs at most two requests, shared, or five where the
    application is a guess; two while others need the quota. Never raises SparkError: what the index knows is shown
    whatever the cloud says.
    """
    found = find_seen(connection, search, scope=scope)
    if not search.app_id or search.pasted.empty:
        return found
    now = timezone.now()
    first = _asked(connection, search, found, now, rooms_too=not search.also)
    if (
        not search.also
        or first.problem is not None
        or _settled(search, first)
        or _participants(search, now) is None
    ):
        return first
    return _looked_on(connection, search, first, now)


def _asked(
    connection: Connection, search: Search, found: Found, now: datetime, *, rooms_too: bool = True
) -> Found:
    try:
        return _with_cloud(connection, search, found, now, rooms_too)
    except SparkError as problem:
        return replace(found, problem=problem, left=(search.app_id, *search.also))


def _looked_on(connection: Connection, search: Search, found: Found, now: datetime) -> Found:
    """Look into the next applications until somebody is found, or the requests are spent.

    Who was found, but not at the moment named, is kept and looked for further: ids are the same in many places.
    """
    most = _FEW_REQUESTS if quota_is_busy(connection) else _MOST_REQUESTS
    looked, ages, requests = list(found.looked), [found.age], found.requests
    problem: SparkError | None = None
    for app_id in search.also:
        if requests >= most or _settled(search, found) or problem is not None:
            break
        next_one = _asked(connection, replace(search, app_id=app_id, also=()), found, now, rooms_too=False)
        problem = next_one.problem  # a missing permit, as a rule: the others would meet it, too
        if problem is None:
            looked.append(app_id)
            ages.append(next_one.age)
            requests += next_one.requests
            found = replace(found, rows=next_one.rows, more=found.more or next_one.more)
    if found.empty and requests < most and search.room_id and problem is None:
        # Nobody is called so: perhaps a room is, in the likeliest application.
        rooms = _asked(connection, search, found, now)
        requests += 1
        found = replace(found, rooms=rooms.rooms)
    known = [age for age in ages if age is not None]
    age = min(known, key=lambda age: age.taken_at) if known else None
    left = search.also[len(looked) - 1 :]
    return replace(found, looked=tuple(looked), left=left, requests=requests, problem=problem, age=age)


def _settled(search: Search, found: Found) -> bool:
    """Say whether what was found is what was meant: was there at the moment named, where one was."""
    return bool(found.rooms) or any(row.touches for row in found.rows)


def find_seen(connection: Connection, search: Search, *, scope: Collection[str] | None) -> Found:
    """Search the index alone: nothing is asked of the cloud. Where the application is a guess, all of them count."""
    now = timezone.now()
    if search.app_id and not search.also:
        scope = {search.app_id} if scope is None or search.app_id in scope else set()
    sessions: dict[tuple[Any, ...], Session] = {}
    for wanted in search.wanted(scope):
        for session in seen_sessions(connection, wanted, most=_ROWS):
            sessions.setdefault(_identity(session), session)
    rooms: list[tuple[str, str, datetime, datetime | None]] = []
    if search.room_id and not sessions:
        start, end = search.window(now)
        uses = seen_rooms(connection, Wanted(room_id=search.room_id, scope=scope, start=start, end=end))
        rooms = [(use.app_id, use.room_id, use.opened_at, use.closed_at) for use in uses]
    return Found(
        _rows(search, sessions.values(), now, seen=True), tuple(rooms), since=remembered_since(connection)
    )


def _with_cloud(
    connection: Connection, search: Search, found: Found, now: datetime, rooms_too: bool
) -> Found:
    readings: list[Reading] = []
    sessions: list[Session] = []
    more = False
    asked = _participants(search, now)
    if asked is not None:
        reading = reads.read(connection, LIST_PARTICIPANTS, lane=Lane.CLICK, **asked)
        readings.append(reading)
        sessions = [session_of(row, search.app_id) for row in reading.value.participants if row.user_id]
        more = (reading.value.total or 0) > len(sessions)
    rooms = found.rooms
    if not sessions and search.room_id and not found.rows and rooms_too:
        start, end = _asked_window(search, now)
        place: dict[str, Any] = {"app_id": search.app_id, "room_id": search.room_id, "limit": _ROWS}
        reading = reads.read(connection, LIST_ROOMS, lane=Lane.CLICK, **place, **_given(start, end))
        readings.append(reading)
        rooms = tuple(
            (room.app_id or search.app_id, room.room_id, room.start_time, room.end_time)
            for room in reading.value.rooms
            if room.start_time is not None and room.room_id == search.room_id
        )
    known = {_identity(session) for session in sessions}
    others = [row for row in found.rows if _identity(row.session) not in known]
    rows = (*_rows(search, sessions, now, seen=False), *others)
    return replace(
        found,
        rows=_sorted(search, rows),
        rooms=rooms,
        age=Age.of(*readings) if readings else None,
        more=more,
        requests=len(readings),
        looked=(search.app_id,),
        left=search.also,
    )


def _participants(search: Search, now: datetime) -> dict[str, Any] | None:
    """What to ask for sessions; None when the cloud can't search for that: by session, by address."""
    pasted = search.pasted
    asked: dict[str, Any] = {"app_id": search.app_id, "type": "detail", "limit": _ROWS, "offset": 0}
    if search.user_id:
        asked["user_id"] = search.user_id
    elif pasted.names:
        asked["nickname"] = pasted.names[0]
    elif not pasted.rooms:
        return None
    if pasted.rooms:
        asked["room_id"] = pasted.rooms[0]
    narrowing = search.narrowing
    asked |= {
        name: [value]
        for name, value in (("region", narrowing.region), ("isp", narrowing.isp), ("state", narrowing.state))
        if value
    }
    return asked | _given(*_asked_window(search, now))


def _asked_window(search: Search, now: datetime) -> tuple[datetime, datetime | None]:
    """Return which joins the cloud is to list: by full hours, so that the same search is the same question."""
    start, end = search.window(now)
    earliest = _hour(now - LONGEST) + _HOUR
    start = max(_hour(start - _BEFORE if search.pasted.moment else start), earliest)
    late = _hour(end) + _HOUR
    start = min(start, _hour(now))
    return start, None if late >= now else max(late, start + _HOUR)


def _rows(search: Search, sessions: Iterable[Session], now: datetime, *, seen: bool) -> tuple[Row, ...]:
    rooms = set(search.pasted.rooms)
    fitting = [one for one in sessions if not rooms or one.room_id in rooms]
    return _sorted(search, [Row(one, search.touches(one, now), seen) for one in fitting])


def _sorted(search: Search, rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (not row.touches, _LATEST - (row.at or _LATEST))))


def _identity(session: Session) -> tuple[Any, ...]:
    which = session.session_id or session.joined_at
    return (session.app_id, session.room_id, session.user_id, which)


def _given(start: datetime, end: datetime | None) -> dict[str, Any]:
    return {"start_time": start} if end is None else {"start_time": start, "end_time": end}


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
