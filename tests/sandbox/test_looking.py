"""A running sandbox thinks of the present and the past beforehand, and follows the clock and a reset in that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from queue import Queue

import pytest

from console.sandbox.cloud import Cloud
from console.sandbox.gateway import Gateway
from console.sandbox.options import Options
from console.sandbox.pace import Pace
from console.sandbox.routing import Router, load_routes
from console.sandbox.wire import RawRequest
from tests.sandbox.doubles import StillWorld
from tests.sandbox.harness import Sandbox, start_in_process

PATIENCE = 30  # seconds until a test gives up


class Watched(StillWorld):
    """A world that tells which moments it was asked to think of, and never comes to the end of its past."""

    def __init__(self, seed: int, scale: str, born: float) -> None:
        super().__init__(seed, scale, born)
        self.around: Queue[float] = Queue()
        self.back: Queue[float] = Queue()
        self.left: Queue[float] = Queue()

    def look_around(self, at: float) -> list[None]:
        self.around.put(at)
        return [None]

    def look_back(self, at: float) -> Iterator[None]:
        self.back.put(at)
        return self._for_ever(at)

    def _for_ever(self, at: float) -> Iterator[None]:
        try:
            for _ in count():
                yield
        finally:
            self.left.put(at)


class LongAgo(Watched):
    """One that soon has thought of its last day, but never of all days."""

    def __init__(self, seed: int, scale: str, born: float) -> None:
        super().__init__(seed, scale, born)
        self.further: Queue[float] = Queue()

    def look_back(self, at: float) -> Iterator[None]:
        self.back.put(at)
        return iter([None])

    def look_further_back(self, at: float) -> Iterator[None]:
        for _ in self._for_ever(at):
            if self.further.empty():
                self.further.put(at)
            yield


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


def test_the_present_is_thought_of_at_once_and_then_the_past(looking):
    world, now = _world(looking), looking.control("clock")["world"]
    first = world.around.get(timeout=PATIENCE)
    assert now - PATIENCE < first <= now
    assert world.back.get(timeout=PATIENCE) == first
    assert looking.control("health")["looks_at"] == "last day"


def test_who_travels_finds_another_present_thought_of(looking):
    world = _world(looking)
    began = world.back.get(timeout=PATIENCE)
    looking.travel(-86_400)
    now = looking.control("clock")["world"]
    assert world.left.get(timeout=PATIENCE) == began
    assert world.around.get(timeout=PATIENCE) == began
    assert world.around.get(timeout=PATIENCE) == world.back.get(timeout=PATIENCE) == now


def test_a_new_world_is_thought_of_and_the_old_one_left_alone(looking):
    old = _world(looking)
    began = old.back.get(timeout=PATIENCE)
    looking.reset(seed=8)
    assert old.left.get(timeout=PATIENCE) == began
    assert _world(looking).back.get(timeout=PATIENCE) >= began
    assert old.back.empty()


def test_it_answers_and_stops_in_the_midst_of_thinking():
    running = start_in_process(Watched, quota="off")
    world = _world(running)
    began = world.back.get(timeout=PATIENCE)
    assert running.control("health")["seed"] == running.app.cloud.seed
    running.stop()
    assert world.left.get(timeout=PATIENCE) == began


def test_all_days_are_thought_of_when_the_present_leaves_time_for_it():
    running = start_in_process(LongAgo, quota="off")
    running.control("clock", {"frozen": True})
    world = _world(running)
    assert isinstance(world, LongAgo)
    began = world.further.get(timeout=PATIENCE)
    assert running.control("health")["looks_at"] == "all days"
    assert world.back.get(timeout=PATIENCE) >= began
    running.travel(100)
    now = running.control("clock")["world"]
    while world.back.get(timeout=PATIENCE) != now:
        pass
    world.further.get(timeout=PATIENCE)
    assert world.further.get(timeout=PATIENCE) == began
    assert world.left.empty()
    running.travel(86_400)
    assert world.left.get(timeout=PATIENCE) == began
    while world.further.get(timeout=PATIENCE) == began:
        pass
    running.stop()


def test_while_nobody_asks_pauses_are_short():
    cloud = Cloud(Options(), Watched)
    gateway = Gateway(cloud, Router(load_routes()))
    gateway.answer(RawRequest("GET", "/_control/health", {}, peer="127.0.0.1"))
    pace = Pace(asked=3, quiet=0.5)
    assert pace.pause(0.002, gateway.quiet_seconds()) == 0.001
    gateway.answer(RawRequest("GET", "/v2/apps", {}, peer="127.0.0.1"))
    assert gateway.quiet_seconds() < PATIENCE
    assert pace.pause(0.002, 0.1) == 0.006
