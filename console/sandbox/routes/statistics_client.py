"""Statistics of single calls: indicators, events, abnormal events and their distribution."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from json.encoder import encode_basestring as _quoted
from typing import Any

from console.sandbox.clock import iso_seconds
from console.sandbox.cloud import Cloud
from console.sandbox.http_types import Reply, Request, Route, page_of
from console.sandbox.routes.statistics_factors import describe_factor, describe_kind
from console.sandbox.routes.statistics_parameters import CELL, DAY, HOUR, MINUTE, Question, Window
from console.sandbox.world.curves import DOWN, INDICATORS, UP, Pair, RoomCurves, pairs
from console.sandbox.world.curves import indicators as indicators_of
from console.sandbox.world.events import SLOW_JOIN, Abnormal, abnormal_events, deeds
from console.sandbox.world.plan import Stay
from console.sandbox.world.rooms import Rooms

__all__ = ["ROUTES"]

_KEPT = 5 * DAY
_LOCAL = "0"  # the peer id that marks somebody's own uplink
_SERIES = 100  # default number of series; neither default nor maximum is documented


def list_client_qos_details(request: Request, cloud: Cloud) -> Reply:
    """Return indicators of a room's calls, a point a minute; a row of the page is one series.

    uid sends, peerid receives; peerid 0 is the sender's own uplink. stream_id is accepted and narrows nothing: its
    values are not documented. With time_type stime the window is that of storing. Data is kept for 5 days.
    Source: API reference, ListRtcClientQosDetails.
    """
    asked = Question(request, cloud, "app_id")
    room_id = asked.room_id(required=True)
    wanted = asked.at_least_one("mid", ("all", *INDICATORS))
    names = list(INDICATORS) if "all" in wanted else wanted
    direction = asked.choice("direction", (UP, DOWN)) if asked.optional("direction") is not None else None
    stored = asked.choice("time_type", ("stime", "ctime"), "ctime") == "stime"
    window, page = asked.window(DAY, reach=_KEPT, required=True), asked.page(_SERIES)
    reader = _Reader(asked, window, stored)
    series = reader.series(
        room_id or "", names, asked.optional("user_id"), asked.optional("peer_id"), direction
    )
    page_of_series = islice(series, page.offset, page.offset + page.limit)
    return Reply(200, {"room_id": room_id, "data": [reader.body(each) for each in page_of_series]})


@dataclass(frozen=True)
class _Series:
    """One indicator of one pair, and the minutes in which it is told."""

    curves: RoomCurves
    pair: Pair
    name: str
    minutes: list[int]


class _Reader:
    """Reads the curves of a room as far as they are known."""

    def __init__(self, asked: Question, window: Window, stored: bool) -> None:
        self._rooms: Rooms = asked.world.engine(asked.app_id)
        self._lag = asked.world.lag
        self._window = window
        self._stored = stored
        back = 2 * (5 * MINUTE) // MINUTE if stored else 0
        self._first = max(-(-window.start // MINUTE) - back, (asked.now - _KEPT) // MINUTE)
        self._last = min(-(-window.end // MINUTE), asked.world.lag.known_until(asked.now))

    def series(
        self, room_id: str, names: list[str], user_id: str | None, peer_id: str | None, direction: str | None
    ) -> Iterator[_Series]:
        rooms = self._rooms
        for stay in rooms.open_between(self._first * MINUTE, self._last * MINUTE, room_id):
            sender, receiver = self._seat(stay, user_id), self._seat(stay, peer_id)
            if (user_id is not None and sender is None) or (
                peer_id not in (None, _LOCAL) and receiver is None
            ):
                continue
            towards = UP if peer_id == _LOCAL else direction
            if peer_id == _LOCAL and direction == DOWN:
                continue
            curves = RoomCurves(rooms, stay)
            for pair in pairs(rooms, stay, sender, receiver, towards):
                for name in indicators_of(rooms, pair, names):
                    known = curves.minutes(pair, name, self._first, self._last)
                    minutes = [minute for minute in known if self._inside(minute)]
                    if minutes:
                        yield _Series(curves, pair, name, minutes)

    def body(self, series: _Series) -> dict[str, Any]:
        """Write a series as the API does."""
        pair, rooms = series.pair, self._rooms
        return {
            "uid": _user_id(rooms, pair.stay, pair.sender),
            "peerid": _LOCAL if pair.receiver is None else _user_id(rooms, pair.stay, pair.receiver),
            "mid": series.name,
            "data": [
                {
                    "time": iso_seconds(minute * MINUTE),
                    "value": series.curves.value(pair, series.name, minute),
                }
                for minute in series.minutes
            ],
        }

    def _inside(self, minute: int) -> bool:
        return not self._stored or self._window.start <= self._lag.stored_at(minute) < self._window.end

    def _seat(self, stay: Stay, user_id: str | None) -> int | None:
        number = None if user_id is None else self._rooms.people.number_of(user_id)
        if number is None:
            return None
        seat = (number - stay.first_slot) % self._rooms.people.size
        return seat if seat < stay.size else None


def list_client_events(request: Request, cloud: Cloud) -> Reply:
    """Return the latest event of a window as the one object that is documented; without any, an empty one.

    Codes and texts are made up. Data is kept for 5 days. Source: API reference, ListRTCEvent.
    """
    asked = Question(request, cloud, "app_id")
    room_id, window = asked.room_id(), _known(asked, asked.window(HOUR, reach=_KEPT, required=True))
    rooms = asked.world.engine(asked.app_id)
    found = deeds(rooms, window.start, window.end, room_id)
    if not found:
        return Reply(200, {})
    latest = found[0]
    who = _user_id(rooms, rooms.stay(latest.room), latest.seat)
    return Reply(
        200,
        {
            "ctime": iso_seconds(latest.at),
            "event_id": str(latest.code),
            "event_info": f"{who}: {latest.text}",
        },
    )


def list_client_abnormal_events(request: Request, cloud: Cloud) -> Reply:
    """Return what went wrong for one person, the latest in a window, as the one object that is documented.

    Without anything abnormal the list of causes is null. Event ids are made up. Data is kept for 5 days.
    Source: API reference, ListRTCAbnormalEvent.
    """
    asked = Question(request, cloud, "app_id")
    room_id, window = asked.room_id(), _known(asked, asked.window(HOUR, reach=_KEPT, required=True))
    rooms = asked.world.engine(asked.app_id)
    found: Sequence[Abnormal]
    if room_id is None:
        found = asked.world.events(asked.app_id).between(window.start, window.end)
    else:
        found = abnormal_events(rooms, window.start, window.end, room_id)
    if not found:
        return Reply(200, {"room_id": room_id or "", "uid": "", "exp_id": "", "abnormal_list": None})
    latest = found[0]
    stay = rooms.stay(latest.room)
    if room_id is None:
        found = abnormal_events(rooms, window.start, window.end, rooms.room_id(latest.room))
    mine = [event for event in found if (event.room, event.seat) == (latest.room, latest.seat)]
    sessions = [session for session in rooms.sessions(stay) if session.seat == latest.seat]
    session = next((each for each in reversed(sessions) if each.start <= latest.at), sessions[0])
    return Reply(
        200,
        {
            "room_id": rooms.room_id(latest.room),
            "uid": _user_id(rooms, stay, latest.seat),
            "exp_id": rooms.session_id(latest.room, session),
            "abnormal_list": [
                {"ts": iso_seconds(event.at), "event_id": _event_id(event), "peer_id": _peer(rooms, event)}
                for event in reversed(mine)
            ],
        },
    )


def list_abnormal_events(request: Request, cloud: Cloud) -> Reply:
    """List abnormal events, latest first. Source: API reference, ListRtcAbnormalEvents."""
    asked = Question(request, cloud)
    page = asked.page()
    rooms, found = _abnormal(asked)
    return page_of({"total": len(found)}, "events", [_event_text(rooms, event) for event in page.of(found)])


def list_abnormal_event_dimension(request: Request, cloud: Cloud) -> Reply:
    """Count the users hit, by type or by type and factor, the largest group first.

    By type alone a row names the commonest factor, as every row must have one. Source: API reference,
    ListRtcAbnormalEventDimension.
    """
    asked = Question(request, cloud)
    dimensions = asked.several("dimension", ("abnormal_type", "abnormal_factor"))
    rooms, found = _abnormal(asked, in_order=False)
    by_kind = dimensions == ["abnormal_type"]
    hit = Counter((event.kind, event.factor, event.room, event.seat) for event in found)
    events: Counter[tuple[int, int]] = Counter()
    for (kind, factor, _, _), many in hit.items():
        events[kind, factor] += many
    commonest: dict[int, int] = {}
    for (kind, factor), _ in events.most_common():
        commonest.setdefault(kind, factor)
    users: dict[tuple[int, int], set[int]] = {}
    for kind, factor, room, seat in hit:
        told = commonest[kind] if by_kind else factor
        users.setdefault((kind, told), set()).add(rooms.person_in(room, seat))
    ranked = sorted(users.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return Reply(
        200,
        {
            "dimensions": [
                _described(kind, factor) | {"user_count": len(who)} for (kind, factor), who in ranked
            ]
        },
    )


def _abnormal(asked: Question, *, in_order: bool = True) -> tuple[Rooms, Sequence[Abnormal]]:
    room_id, window = asked.room_id(), _known(asked, asked.window(DAY))
    rooms = asked.world.engine(asked.app_id)
    person = None
    if asked.optional("uid") is not None:
        person = rooms.people.number_of(asked.required("uid"))
        if person is None:
            return rooms, []
    if room_id is None and person is None:
        events = asked.world.events(asked.app_id)
        return rooms, (events.between if in_order else events.gathered)(window.start, window.end)
    return rooms, abnormal_events(rooms, window.start, window.end, room_id, person)


def _known(asked: Question, window: Window) -> Window:
    """Return the part of a window that is neither forgotten nor still unknown."""
    start = max(window.start, asked.now - 90 * DAY)
    return Window(start, max(start, min(window.end, asked.world.lag.known_until(asked.now) * MINUTE)))


def _event_text(rooms: Rooms, event: Abnormal) -> str:
    """Write an event as JSON, a row of a page that may have a thousand."""
    at, room, seat, kind, factor, peer = event
    user_id = rooms.people.user_id
    return (
        f'{{"time":"{iso_seconds(at)}","uid":{_quoted(user_id(rooms.person_in(room, seat)))},'
        f'"room_id":{_quoted(rooms.room_id(room))},'
        f'"stage":"{"join_room" if kind == SLOW_JOIN else "communication"}",'
        f'"location":"{"local" if peer is None else "remote"}",'
        f'"peer_uid":{_quoted("" if peer is None else user_id(rooms.person_in(room, peer)))},'
        f"{_described_text(kind, factor)}}}"
    )


@lru_cache(maxsize=256)
def _described_text(kind: int, factor: int) -> str:
    return json.dumps(_described(kind, factor), ensure_ascii=False, separators=(",", ":"))[1:-1]


def _described(kind: int, factor: int) -> dict[str, Any]:
    return {
        "abnormal_type": kind,
        "abnormal_type_desc": describe_kind(kind),
        "abnormal_factor": factor,
        "abnormal_factor_desc": describe_factor(kind, factor),
    }


def _event_id(event: Abnormal) -> str:
    return str((10_000 if event.kind == SLOW_JOIN else 30_000) + event.factor)


def _peer(rooms: Rooms, event: Abnormal) -> str:
    return "" if event.peer is None else _user_id(rooms, rooms.stay(event.room), event.peer)


def _user_id(rooms: Rooms, stay: Stay, seat: int) -> str:
    return rooms.people.user_id(rooms.person_number(stay, seat))


ROUTES = [
    Route("GET", "/v1/{project_id}/rtc/client/qos/details", list_client_qos_details, CELL, auth="v1"),
    Route("GET", "/v1/{project_id}/rtc/client/event", list_client_events, CELL, auth="v1"),
    Route("GET", "/v1/{project_id}/rtc/client/abnormalevent", list_client_abnormal_events, CELL, auth="v1"),
    Route("GET", "/v1/rtc/data/abnormal-events", list_abnormal_events, CELL, auth="v1"),
    Route("GET", "/v1/rtc/data/abnormal-event/dimension", list_abnormal_event_dimension, CELL, auth="v1"),
]
