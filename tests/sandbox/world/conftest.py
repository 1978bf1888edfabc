"""A small world, and a moment in it: Thursday 2026-11-12, 10:20 in China."""

from __future__ import annotations

import pytest

from console.sandbox.world import World, WorldApplication

NOW = 1_794_450_000
DAY = 86_400


@pytest.fixture(scope="session")
def world() -> World:
    """A world that nobody may change."""
    return World(seed=7, scale="small", born=NOW)


@pytest.fixture
def fresh() -> World:
    """A world of one's own."""
    return World(seed=7, scale="small", born=NOW)


@pytest.fixture(scope="session")
def apps(world: World) -> dict[str, WorldApplication]:
    """The applications by character; those without traffic are left out."""
    return {app.character: app for app in world.applications() if app.character != "quiet"}
