"""A sandbox for each test that asks the cloud, and a store's clock that a test can hold."""

from collections.abc import Iterator

import pytest

from console.connections import clocks
from console.connections.clocks import Moment
from console.connections.models import Connection
from console.connections.permits import forget_fronts
from console.connections.secrets import seal
from tests.ledger_cleaning import ledger_can_be_flushed  # noqa: F401
from tests.sandbox.harness import Sandbox, start_in_process


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """Start each test as a new process would: with nothing learnt about buckets that may be gone."""
    forget_fronts()


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    sandbox = start_in_process(quota="strict")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def cloud(running_sandbox: Sandbox) -> Sandbox:
    """The sandbox, begun again."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def linked(cloud: Sandbox, connection: Connection) -> Connection:
    """The connection, leading to the sandbox with an access key."""
    connection.endpoint, connection.project_id = cloud.endpoint, cloud.project_id
    connection.access_key, connection.secret = cloud.ak, seal(cloud.sk)
    connection.save()
    return connection


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
