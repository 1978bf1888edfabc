"""Put the pieces together: cloud, routes and server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from console.sandbox.cloud import Cloud, WorldView
from console.sandbox.gateway import Gateway
from console.sandbox.options import Options
from console.sandbox.pace import pause
from console.sandbox.routing import Router, load_routes
from console.sandbox.server import Server
from console.sandbox.world import World

__all__ = ["Sandbox"]

_TICK_SECONDS = 1.0
_LOOK_SECONDS = 10.0
_STEP_SECONDS = 0.001  # of work before a pause


class Sandbox:
    """A running stand-in. It binds its port at once and serves from start() until stop().

    make_world: see Cloud; left out, the world of console.sandbox.world. Raises OSError when the port is taken.
    """

    def __init__(
        self, options: Options, make_world: Callable[[int, str, float], WorldView] | None = None
    ) -> None:
        self.cloud = Cloud(options, make_world or _our_world)
        self._gateway = Gateway(self.cloud, Router(load_routes()))
        self._server = Server(
            options.host,
            options.port,
            answer=self._gateway.answer,
            unreadable=self._gateway.unreadable,
            now=self.cloud.clock,
        )
        self._threads = (
            threading.Thread(target=self._server.serve, name="sandbox-server", daemon=True),
            threading.Thread(target=self._tick, name="sandbox-clock", daemon=True),
            threading.Thread(target=self._look, name="sandbox-look", daemon=True),
        )

    @property
    def endpoint(self) -> str:
        """Return the base URL, of the API and of the sign-in service alike."""
        host = self._server.host
        return f"http://[{host}]:{self._server.port}" if ":" in host else f"http://{host}:{self._server.port}"

    def start(self) -> None:
        """Serve, in threads of its own."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop serving and sending notifications."""
        self._gateway.stopping.set()
        self._server.stop()
        self.cloud.notifier.stop()
        for thread in self._threads:
            thread.join(timeout=2)

    def _tick(self) -> None:
        """Let time pass for recordings even while nobody asks."""
        while not self._gateway.stopping.wait(_TICK_SECONDS):
            self.cloud.tick()

    def _look(self) -> None:
        """Keep the present in mind, so that the first to ask need not wait."""
        stopping = self._gateway.stopping
        world, looked_at = self.cloud.world, self.cloud.world.looked_at
        while not stopping.is_set():
            if not self._is_near(world, looked_at):
                world, looked_at = self.cloud.world, self.cloud.clock()
                self._take_steps(world.look_around(looked_at), world, looked_at)
            while self._is_near(world, looked_at) and not stopping.wait(_TICK_SECONDS):
                pass

    def _take_steps(self, steps: Iterable[None], world: WorldView, now: float) -> None:
        """Take steps with pauses, so that no answer waits for them; stop when another present has to be looked at."""
        begun = time.perf_counter()
        for _ in steps:
            worked = time.perf_counter() - begun
            if worked < _STEP_SECONDS:
                continue
            rest = pause(worked, self._gateway.quiet_seconds())
            if self._gateway.stopping.wait(rest) or not self._is_near(world, now):
                return
            begun = time.perf_counter()

    def _is_near(self, world: WorldView, moment: float) -> bool:
        return self.cloud.world is world and abs(self.cloud.clock() - moment) < _LOOK_SECONDS


def _our_world(seed: int, scale: str, born: float) -> WorldView:
    return World(seed, "large" if scale == "large" else "small", born)
