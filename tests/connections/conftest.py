"""A store's clock that a test can hold."""

import pytest

from console.connections import clocks
from console.connections.clocks import Moment


class HeldClock:
    """The store's clock, standing still until it is moved."""

    def __init__(self) -> None:
        self.moment = Moment(1000.0, "store", "boot")

    def move(self, seconds: float) -> None:
        self.moment = Moment(self.moment.now + seconds, self.moment.store, self.moment.run)

    def become(self, now: float, store: str, run: str) -> None:
        self.moment = Moment(now, store, run)


@pytest.fixture
def held_clock(monkeypatch: pytest.MonkeyPatch) -> HeldClock:
    clock = HeldClock()
    monkeypatch.setattr(clocks, "store_moment", lambda: clock.moment)
    return clock
