"""Put the pieces together: cloud, routes and server."""

from __future__ import annotations

import threading
from collections.abc import Callable

from console.sandbox.cloud import Cloud, WorldView
from console.sandbox.gateway import Gateway
from console.sandbox.options import Options
from console.sandbox.routing import Router, load_routes
from console.sandbox.server import Server
from console.sandbox.world import World

__all__ = ["Sandbox"]

_TICK_SECONDS = 1.0
_LOOK_SECONDS = 10.0
_PAUSE_SECONDS = 0.001


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
        """Let time pass for recordings even while nobody asks, and keep the present in mind."""
        looked = self.cloud.clock()
        while not self._gateway.stopping.wait(_TICK_SECONDS):
            self.cloud.tick()
            now = self.cloud.clock()
            if abs(now - looked) >= _LOOK_SECONDS:
                looked = now
                self._look_around(now)

    def _look_around(self, now: float) -> None:
        """Look at the world in small steps with pauses, so that no answer waits for it."""
        for _ in self.cloud.world.look_around(now):
            if self._gateway.stopping.wait(_PAUSE_SECONDS):
                return


def _our_world(seed: int, scale: str, born: float) -> WorldView:
    return World(seed, "large" if scale == "large" else "small", born)
