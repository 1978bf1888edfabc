"""Everything the stand-in knows, in one object that the routes are given."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from console.sandbox.clock import Clock
from console.sandbox.faults import Faults
from console.sandbox.gatekeeper import Gatekeeper
from console.sandbox.http_types import Handler, Reply, Request
from console.sandbox.iam import Iam
from console.sandbox.journal import Journal
from console.sandbox.options import Options
from console.sandbox.quotas import Quotas
from console.sandbox.state.applications import STATES, Applications
from console.sandbox.state.ids import Ids

__all__ = ["Cloud", "WorldView", "locked"]


class WorldView(Protocol):
    """What the stateful half asks of the world. at: seconds since the epoch on the world's clock."""

    def applications(self) -> Iterable[Any]: ...
    def add_application(self, app_id: str, name: str, at: float) -> None: ...
    def set_application(self, app_id: str, state: str, at: float) -> None: ...
    def remove(self, app_id: str, room_id: str, user_ids: list[str], at: float) -> None: ...
    def dismiss(self, app_id: str, room_id: str, at: float) -> None: ...
    def room_is_open(self, app_id: str, room_id: str, at: float) -> bool: ...
    def has_user(self, app_id: str, room_id: str, user_id: str, at: float) -> bool: ...
    def publishers(self, app_id: str, room_id: str, at: float) -> Iterable[str]: ...


class Cloud:
    """The account with its applications and everything around them.

    make_world: called with seed, scale and the time of birth, at the start and at every reset.
    """

    def __init__(self, options: Options, make_world: Callable[[int, str, float], Any]) -> None:
        self.options = options
        self.project_id = options.project_id
        self.lock = threading.RLock()
        self.clock = Clock()
        self.quotas = Quotas(strict=options.quota == "strict")
        self.iam = Iam(options, self.clock)
        self.gatekeeper = Gatekeeper(options, self.clock, self.iam)
        self.faults = Faults()
        self.journal = Journal()
        self._make_world = make_world
        self._be_born(options.seed)

    def reset(self, seed: int) -> None:
        """Begin again: a new world, empty log, no faults, the real time, full quotas, no denied action."""
        with self.lock:
            self.clock.reset()
            self.quotas.forget()
            self.quotas.strict = self.options.quota == "strict"
            self.iam.forget()
            self.gatekeeper.deny(())
            self.faults.clear()
            self.journal.forget()
            self._be_born(seed)

    def travel(self, seconds: float) -> None:
        """Move the world's time and let happen what happens on the way."""
        self.clock.travel(seconds)

    def set_application_state(self, app_id: str, state: str) -> None:
        """Put an application into a state that no operation leads to, ARREARS above all. Raises ValueError."""
        with self.lock:
            if state not in STATES or all(app.app_id != app_id for app in self.applications):
                raise ValueError(f"app_id must exist, state must be one of {', '.join(STATES)}")
            at = self.clock()
            self.applications.set_state(app_id, state, at)
            self.world.set_application(app_id, state, at)

    def forget_application(self, app_id: str, at: float) -> None:
        """Delete an application with all that hangs on it."""
        self.applications.delete(app_id)
        self.world.set_application(app_id, "DELETED", at)

    def _be_born(self, seed: int) -> None:
        born = self.clock()
        self.seed = seed
        self.ids = Ids(seed)
        self.world = self._make_world(seed, self.options.scale, born)
        self.applications = Applications(self.ids)
        for known in self.world.applications():
            self.applications.create(known.name, known.created, known.app_id)


def locked(handler: Callable[[Request, Cloud], Reply]) -> Handler:
    """Let a handler run alone: what it checks stays true until it has changed what it came for."""

    @functools.wraps(handler)
    def alone(request: Request, cloud: Cloud) -> Reply:
        with cloud.lock:
            return handler(request, cloud)

    return alone
