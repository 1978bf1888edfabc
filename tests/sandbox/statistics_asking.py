"""Ask the statistics routes of a world that stands still, without a server in between."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from console.sandbox.cloud import Cloud
from console.sandbox.http_types import Refusal, Reply, Request
from console.sandbox.routes import (
    statistics_client,
    statistics_history,
    statistics_realtime,
    statistics_rooms,
)
from console.sandbox.world import World

NOW = 1_794_450_000  # Thursday 2026-11-12, 02:20 UTC
DAY, HOUR, MINUTE = 86_400, 3600, 60
ROUTES = {
    route.operation: route
    for module in (statistics_client, statistics_history, statistics_realtime, statistics_rooms)
    for route in module.ROUTES
}


@dataclass
class StillCloud:
    """As much of a cloud as the statistics ask for."""

    world: World
    jobs: list[Any] = field(default_factory=list)
    lock: Any = field(default_factory=threading.RLock)


def iso(moment: float) -> str:
    """Write a time as the operations want it."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"


def day(ago: int) -> str:
    """Write the UTC day so many days ago."""
    return iso(NOW - ago * DAY)[:10]


class Asker:
    """Asks one operation after the other."""

    def __init__(self, world: World) -> None:
        self.cloud = StillCloud(world)

    def __call__(self, operation: str, *, at: float = NOW, **query: str | list[str]) -> Any:
        """Return the body of the answer."""
        reply = self.reply(operation, at=at, **query)
        return reply.body if reply.written is None else json.loads(reply.written)

    def reply(self, operation: str, *, at: float = NOW, **query: str | list[str]) -> Reply:
        """Return the answer."""
        pairs = tuple(
            (name, each)
            for name, given in query.items()
            for each in ([given] if isinstance(given, str) else given)
        )
        request = Request("GET", "/", query=pairs, received_at=at)
        reply = ROUTES[operation].handler(request, cast(Cloud, self.cloud))
        assert reply.status == 200
        return reply

    def refused(self, operation: str, **query: str | list[str]) -> tuple[int, str, str]:
        """Return status, code and message of the refusal that a question earns."""
        try:
            self(operation, **query)
        except Refusal as refusal:
            return refusal.status, refusal.code, refusal.message
        raise AssertionError(f"{operation} was answered")
