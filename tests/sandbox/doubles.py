"""A world that a test can hold in its hand: two applications, and rooms put there by the test."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["APP", "OTHER_APP", "Application", "StillWorld"]

APP = "60d539ba00d861ef0802742ce404400c"
OTHER_APP = "71e64acb11e972f01913853df515511d"


@dataclass(frozen=True)
class Application:
    app_id: str
    name: str
    state: str = "ACTIVATION"
    created: float = 1_700_000_000.0


@dataclass
class StillWorld:
    """rooms: per application and room, who publishes there and from when until when (epoch seconds)."""

    seed: int = 1
    scale: str = "small"
    born: float = 0.0
    rooms: dict[tuple[str, str], dict[str, tuple[float, float]]] = field(default_factory=dict)
    calls: list[tuple[object, ...]] = field(default_factory=list)
    opened: dict[tuple[str, str], float] = field(default_factory=dict)

    def applications(self) -> list[Application]:
        return [Application(APP, "classroom-prod"), Application(OTHER_APP, "support-desk")]

    def put(self, app_id: str, room_id: str, *users: str, since: float, until: float) -> None:
        """Let users publish in a room between two moments."""
        self.rooms[app_id, room_id] = dict.fromkeys(users, (since, until))
        self.opened[app_id, room_id] = since

    def add_application(self, app_id: str, name: str, at: float) -> None:
        self.calls.append(("add_application", app_id, name))

    def set_application(self, app_id: str, state: str, at: float) -> None:
        self.calls.append(("set_application", app_id, state))

    def remove(self, app_id: str, room_id: str, user_ids: list[str], at: float) -> None:
        self.calls.append(("remove", app_id, room_id, tuple(user_ids)))
        for user_id in user_ids:
            if user_id in self.rooms[app_id, room_id]:
                since, _ = self.rooms[app_id, room_id][user_id]
                self.rooms[app_id, room_id][user_id] = (since, at)

    def dismiss(self, app_id: str, room_id: str, at: float) -> None:
        self.calls.append(("dismiss", app_id, room_id))
        self.remove(app_id, room_id, list(self.rooms[app_id, room_id]), at)

    def room_is_open(self, app_id: str, room_id: str, at: float) -> bool:
        return bool(self.publishers(app_id, room_id, at))

    def has_user(self, app_id: str, room_id: str, user_id: str, at: float) -> bool:
        return user_id in self.publishers(app_id, room_id, at)

    def publishers(self, app_id: str, room_id: str, at: float) -> list[str]:
        present = self.rooms.get((app_id, room_id), {})
        return [user for user, (since, until) in present.items() if since <= at < until]
