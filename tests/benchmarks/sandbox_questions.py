"""The kinds of questions that the sandbox's bench asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.benchmarks.sandbox_server import Place

__all__ = ["KINDS", "Kind"]

HOUR, DAY = 3600, 86_400
Query = list[tuple[str, str]]
Question = Callable[[Place, int], tuple[str, Query]]


@dataclass(frozen=True)
class Kind:
    """Questions of one kind. question: path and query, asked of an application at a moment (epoch seconds).

    is_list: a page of a list, which is held to the goal. day_first: the world's time first travels a day.
    removal: before each question somebody is removed.
    """

    name: str
    question: Question
    is_list: bool = True
    day_first: bool = False
    removal: bool = False


def _iso(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _window(begin: int, end: int, now: int) -> Query:
    return [("start_time", _iso(now - begin)), ("end_time", _iso(now - end))]


def _days(first: int, last: int, now: int) -> Query:
    return [("start_date", _iso(now - first * DAY)[:10]), ("end_date", _iso(now - last * DAY)[:10])]


def _ask(what: str, begin: int, end: int = 0, **wish: str) -> Question:
    """Return a question of the statistics by window; a wish of {room} or {user} is filled in."""

    def question(place: Place, now: int) -> tuple[str, Query]:
        filled = [
            (name, value.format(room=place.room_id, user=place.user_id)) for name, value in wish.items()
        ]
        client = "client/" in what
        path = f"/v1/{what}" if what.startswith("rtc/data") else f"/v1/{place.project_id}/rtc/{what}"
        name = "app_id" if client else "app"
        return path, [(name, place.app_id), *filled, *_window(begin, end, now)]

    return question


def _events(begin: int, end: int = 0, **wish: str) -> Question:
    return _ask("rtc/data/abnormal-events", begin, end, **wish)


def _history(what: str, first: int, last: int, *metrics: str) -> Question:
    def question(place: Place, now: int) -> tuple[str, Query]:
        wanted = [("metric", metric) for metric in metrics]
        path = f"/v1/{place.project_id}/rtc/history/{what}"
        return path, [("app", place.app_id), *wanted, *_days(first, last, now)]

    return question


def _v2(path: str, **wish: str) -> Question:
    return lambda place, now: (f"/v2/{path}".format(app=place.app_id), [*wish.items()])


def _by_dimension(dimension: str) -> Question:
    def question(place: Place, now: int) -> tuple[str, Query]:
        wish = [("metric", "OnlineUsers"), ("dimension", dimension), ("time", _iso(now - 600))]
        return f"/v1/{place.project_id}/rtc/realtime/scale/dimension", [("app", place.app_id), *wish]

    return question


_OBJECTS = {"bucket": "classroom-recordings", "location": "cn-north-4"}
KINDS = (
    Kind("rooms, last hour", _ask("rooms", HOUR)),
    Kind("rooms, running, 90 days", _ask("rooms", 90 * DAY, state="RUNNING", limit="100")),
    Kind("rooms, closed, 90 days", _ask("rooms", 90 * DAY, state="CLOSED", limit="100")),
    Kind("rooms, far page of 1,000", _ask("rooms", 90 * DAY, limit="1000", offset="100000")),
    Kind("rooms, one id, 90 days", _ask("rooms", 90 * DAY, room_id="{room}")),
    Kind("users, last hour", _ask("users", HOUR)),
    Kind("users, last hour, 1,000", _ask("users", HOUR, limit="1000", type="detail")),
    Kind("users, online, 1 day", _ask("users", DAY, state="ONLINE")),
    Kind("users, left, 1 day", _ask("users", DAY, state="OFFLINE", type="detail")),
    Kind("users, online, region", _ask("users", DAY, state="ONLINE", region="GD", isp="CTCC")),
    Kind("users, failed, 90 days", _ask("users", 90 * DAY, state="FAIL", type="detail")),
    Kind("users, 90 days", _ask("users", 90 * DAY, type="detail")),
    Kind("users, far page of 1,000", _ask("users", 90 * DAY, type="detail", limit="1000", offset="1500000")),
    Kind("users, regions, 30 days", _ask("users", 30 * DAY, region="GD,浙江", state="OFFLINE")),
    Kind("users, operator, 30 days", _ask("users", 30 * DAY, isp="CERNET", limit="100")),
    Kind("users, nickname, 90 days", _ask("users", 90 * DAY, nickname="王伟", limit="100")),
    Kind("users, one user, 90 days", _ask("users", 90 * DAY, uid="{user}", type="detail", limit="100")),
    Kind("users, one room", _ask("users", 90 * DAY, room_id="{room}", limit="1000", type="detail")),
    Kind("users, a past day", _ask("users", 9 * DAY, 8 * DAY)),
    Kind(
        "users, past hour, region", _ask("users", 9 * DAY, 9 * DAY - HOUR, region="BJ", state="FAIL,OFFLINE")
    ),
    Kind("applications", _v2("apps", limit="100")),
    Kind("one application", _v2("apps/{app}")),
    Kind("templates", _v2("apps/{app}/record-rules")),
    Kind("buckets", _v2("rtc-ops/buckets")),
    Kind(
        "all objects after a day",  # thousands: the API cannot page them
        _v2("rtc-ops/buckets/objects", type="objects", **_OBJECTS),
        is_list=False,
        day_first=True,
    ),
    Kind("folders after a day", _v2("rtc-ops/buckets/objects", type="folders", **_OBJECTS), day_first=True),
    Kind("online, by minute, 1 day", _ask("realtime/scale", DAY, metric="OnlineUsers"), is_list=False),
    Kind("online, by region", _by_dimension("region"), is_list=False),
    Kind("history, a month, scale", _history("scale", 31, 1, "UserCount", "RoomCount"), is_list=False),
    Kind("history, a month, quality", _history("quality", 31, 1, "VideoFreezeRate"), is_list=False),
    Kind("abnormal events, last hour", _events(HOUR)),
    Kind("abnormal events, 1 day", _events(DAY)),
    Kind("the same, 1,000", _events(DAY, limit="1000", offset="3000")),
    Kind("the same, with removals", _events(DAY), removal=True),
    Kind(
        "abnormal events, dimension",
        _ask("rtc/data/abnormal-event/dimension", DAY, dimension="abnormal_type"),
        is_list=False,
    ),
    Kind("abnormal events, the day before", _events(2 * DAY, DAY)),
    Kind("abnormal events, a month ago", _events(31 * DAY, 30 * DAY)),
    Kind("abnormal events, one user", _events(DAY, uid="{user}")),
    Kind("one person's events", _ask("client/abnormalevent", HOUR), is_list=False),
    Kind("latest event", _ask("client/event", HOUR), is_list=False),
    Kind("curves of a call", _ask("client/qos/details", DAY, room_id="{room}", mid="all"), is_list=False),
)
