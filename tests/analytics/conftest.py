"""A cloud whose time the test holds, and a collector that goes out as often as the test lets it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from console.analytics.collecting.applications import look_again, projects
from console.analytics.collecting.going import collect, projects_due
from console.analytics.collecting.kinds import KINDS
from console.analytics.models import CloudProject, KnownApplication
from console.connections.models import Connection, QuotaWish
from console.connections.owners import owner_of
from console.connections.rules import enforce
from console.connections.scopes import Scope
from tests.sandbox.harness import Sandbox

START = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Months:
    """Time, and a worker that lives in it."""

    traveller: Any
    connection: Connection
    sandbox: Sandbox

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, **length: float) -> None:
        """Let time pass without a worker."""
        self.traveller.shift(timedelta(**length))

    def work(self, *, step_minutes: float = 10, **length: float) -> int:
        """Let time pass with a worker that looks around every so many minutes; return the requests sent."""
        end, sent = self.now + timedelta(**length), 0
        while self.now < end:
            self.traveller.shift(timedelta(minutes=step_minutes))
            sent += self.look()
        return sent

    def look(self) -> int:
        """Look around once."""
        return sum(collect(project, seconds=3600) for project in projects_due(projects(), self.now))

    @property
    def project(self) -> CloudProject:
        found = CloudProject.of(self.connection)
        assert found is not None
        return found

    def application(self, app_id: str) -> KnownApplication:
        return KnownApplication.objects.get(project=self.project, app_id=app_id)

    def only(self, *app_ids: str) -> None:
        """Delete every other application, so that a test doesn't take minutes."""
        assert self.sandbox.app is not None
        for each in self.sandbox.app.cloud.world.applications():
            if each.app_id not in app_ids:
                self.sandbox.app.cloud.applications.delete(each.app_id)

    def kinds(self, *names: str) -> None:
        """Let the collector go out for these alone: what a test doesn't look at costs it time."""
        for name in [name for name in KINDS if name not in names]:
            del KINDS[name]

    def look_at_the_list(self) -> None:
        (project,) = projects()
        look_again(project, self.connection, self.now)

    def asked(self, operation: str = "") -> list[dict[str, Any]]:
        """Return the statistics requests that the cloud has seen."""
        return [
            each
            for each in self.sandbox.requests(**({"operation": operation} if operation else {}))
            if "/rtc/" in each["path"]
        ]


@pytest.fixture
def months(connected: Connection, sandbox: Sandbox, settings: Any) -> Iterator[Months]:
    """Time that the test moves, in a cloud that does not count requests."""
    wish = {"scope": Scope.CELL, "limit": 10_000, "seconds": 1}
    QuotaWish.objects.create(connection=connected, quota="analytics", **wish)
    enforce(owner_of(connected), [connected])
    settings.COLLECT_SHARE = 100
    sandbox.control("quota", {"mode": "off"})
    kinds = dict(KINDS)
    with time_machine.travel(START, tick=False) as traveller:
        yield Months(traveller, connected, sandbox)
    KINDS.clear()  # and filled in the old order: it is that in which errands are made
    KINDS.update(kinds)
    sandbox.control("quota", {"mode": "strict"})


@pytest.fixture
def application(db: None) -> KnownApplication:
    project = CloudProject.objects.create(host="cloud.example", project_id="p")
    return KnownApplication.objects.create(project=project, app_id="a", name="A", number=0, seen_at=START)


@pytest.fixture
def app_id(sandbox: Sandbox) -> str:
    """An application with people in it at most hours."""
    assert sandbox.app is not None
    return next(each.app_id for each in sandbox.app.cloud.world.applications() if each.character == "support")


@pytest.fixture
def time_machine_at() -> Iterator[datetime]:
    """The moment of the filled store."""
    with time_machine.travel(START, tick=False):
        yield START
