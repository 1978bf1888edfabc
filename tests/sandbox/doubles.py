"""A world that a test can hold in its hand: two applications, and rooms put there by the test."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

__all__ = ["APP", "OTHER_APP", "Application", "StillWorld"]

APP = "60d539ba00d861ef0802742ce404400c"
OTHER_APP = "71e64acb11e972f01913853df515511d"


@dataclass(frozen=True)
class Application:
    app_id: str
    name: str
    state: str = "ACTIVATION"
    created_at: float = 1_700_000_000.0
    scope: str = "DOMESTIC"

    @property
    def domain(self) -> str:
        return f"{self.app_id}.sparkrtc.myhuaweicloud.com"


@dataclass(frozen=True)
class Room:
    room_id: str
    start: int


@dataclass(frozen=True)
class Person:
    user_id: str
    nickname: str = ""


@dataclass
class StillWorld:
    """present: per application and room, who publishes there and from when until when (epoch seconds)."""

    seed: int = 1
    scale: str = "small"
    born: float = 0.0
    present: dict[tuple[str, str], dict[str, tuple[float, float]]] = field(default_factory=dict)
    calls: list[tuple[object, ...]] = field(default_factory=list)
    opened: dict[tuple[str, str], float] = field(default_factory=dict)

    def applications(self) -> list[Application]:
        return [Application(APP, "classroom-prod"), Application(OTHER_APP, "support-desk")]

    def put(self, app_id: str, room_id: str, *users: str, since: float, until: float) -> None:
        """Let users publish in a room between two moments."""
        self.present[app_id, room_id] = dict.fromkeys(users, (since, until))
        self.opened[app_id, room_id] = since

    def add_application(self, app_id: str, name: str, at: float) -> Application:
        self.calls.append(("add_application", app_id, name))
        return Application(app_id, name, created_at=at)

    def set_application(self, app_id: str, state: str, at: float) -> None:
        self.calls.append(("set_application", app_id, state))

    def remove(self, app_id: str, room_id: str, user_ids: Iterable[str], at: float) -> None:
        user_ids = list(user_ids)
        self.calls.append(("remove", app_id, room_id, tuple(user_ids)))
        for user_id in user_ids:
            if user_id in self.present[app_id, room_id]:
                since, _ = self.present[app_id, room_id][user_id]
                self.present[app_id, room_id][user_id] = (since, at)

    def dismiss(self, app_id: str, room_id: str, at: float) -> None:
        self.calls.append(("dismiss", app_id, room_id))
        self.remove(app_id, room_id, list(self.present[app_id, room_id]), at)

    def room_is_open(self, app_id: str, room_id: str, at: float) -> bool:
        return bool(self.publishers(app_id, room_id, at))

    def publishers(self, app_id: str, room_id: str, at: float) -> list[str]:
        here = self.present.get((app_id, room_id), {})
        return [user for user, (since, until) in here.items() if since <= at < until]

    def rooms(
        self, app_id: str, start: float, end: float, state: str | None = None, *, now: float | None = None
    ) -> list[Room]:
        moment = end if now is None else now
        return [
            Room(room_id, int(since))
            for (owner, room_id), since in self.opened.items()
            if owner == app_id and start <= since < end and self.room_is_open(app_id, room_id, moment)
        ]

    def participants(
        self,
        app_id: str,
        start: float,
        end: float,
        *,
        now: float | None = None,
        room_id: str | None = None,
        states: Collection[str] | None = None,
    ) -> list[Person]:
        return [Person(user) for user in self.publishers(app_id, room_id or "", end if now is None else now)]

    looked_at = -math.inf

    def look_around(self, at: float) -> list[None]:
        return []

    def labelled_calls(self, since: float, until: float, *, now: float | None = None) -> list[Room]:
        return []
