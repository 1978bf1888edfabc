"""A running sandbox thinks of the present beforehand, and follows the clock and a reset in that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from queue import Queue

import pytest

from console.sandbox.cloud import Cloud
from console.sandbox.gateway import Gateway
from console.sandbox.options import Options
from console.sandbox.pace import pause
from console.sandbox.routing import Router, load_routes
from console.sandbox.wire import RawRequest
from tests.sandbox.doubles import StillWorld
from tests.sandbox.harness import Sandbox, start_in_process

PATIENCE = 30  # seconds until a test gives up


class Watched(StillWorld):
    """A world that tells which moments it was asked to think of, and never comes to an end with it."""

    def __init__(self, seed: int, scale: str, born: float) -> None:
        super().__init__(seed, scale, born)
        self.around: Queue[float] = Queue()
        self.left: Queue[float] = Queue()

    def look_around(self, at: float) -> Iterator[None]:
        self.around.put(at)
        try:
            for _ in count():
                yield
        finally:
            self.left.put(at)


def _world(sandbox: Sandbox) -> Watched:
    assert sandbox.app is not None
    world = sandbox.app.cloud.world
    assert isinstance(world, Watched)
    return world


@pytest.fixture
def looking() -> Iterator[Sandbox]:
    """A sandbox with such a world, whose time stands still."""
    running = start_in_process(Watched, quota="off")
    running.control("clock", {"frozen": True})
    yield running
    running.stop()


def test_the_present_is_thought_of_at_once(looking):
    world, now = _world(looking), looking.control("clock")["world"]
    first = world.around.get(timeout=PATIENCE)
    assert now - PATIENCE < first <= now


def test_who_travels_finds_another_present_thought_of(looking):
    world = _world(looking)
    began = world.around.get(timeout=PATIENCE)
    looking.travel(-86_400)
    now = looking.control("clock")["world"]
    assert world.left.get(timeout=PATIENCE) == began
    while (thought_of := world.around.get(timeout=PATIENCE)) != now:
        assert thought_of == began  # the clock stood still at once, but not before the first look


def test_a_new_world_is_thought_of_and_the_old_one_left_alone(looking):
    old = _world(looking)
    began = old.around.get(timeout=PATIENCE)
    looking.reset(seed=8)
    assert old.left.get(timeout=PATIENCE) == began
    assert _world(looking).around.get(timeout=PATIENCE) >= began


def test_it_answers_and_stops_in_the_midst_of_thinking():
    running = start_in_process(Watched, quota="off")
    world = _world(running)
    began = world.around.get(timeout=PATIENCE)
    assert running.control("health")["seed"] == running.app.cloud.seed
    running.stop()
    assert world.left.get(timeout=PATIENCE) == began


def test_while_nobody_asks_pauses_are_short():
    cloud = Cloud(Options(), Watched)
    gateway = Gateway(cloud, Router(load_routes()))
    gateway.answer(RawRequest("GET", "/_control/health", {}, peer="127.0.0.1"))
    assert pause(0.002, gateway.quiet_seconds()) == 0.0005
    gateway.answer(RawRequest("GET", "/v2/apps", {}, peer="127.0.0.1"))
    assert gateway.quiet_seconds() < PATIENCE
    assert pause(0.002, 0.1) == 0.006
