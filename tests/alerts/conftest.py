"""A clock that tests move, and a store that they fill minute by minute."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from console.alerts.engine import Condition, Side
from console.alerts.models import Channel, Rule
from console.alerts.services.channels import WantedChannel, create_channel
from console.alerts.services.delivering import deliver
from console.alerts.services.rules import Wanted, create_rule
from console.analytics.metrics import both
from console.analytics.models import CloudProject, KnownApplication, MinuteDay
from console.analytics.packing import MINUTES_A_DAY, pack, unpack
from console.connections.models import Connection
from tests.alerts.receivers import Hook
from tests.post import MailBox

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
APP = "a" * 32


class Store:
    """What is collected of one application."""

    def __init__(self, connection: Connection, app_id: str = APP, name: str = "Clinic") -> None:
        project, _made = CloudProject.objects.get_or_create(
            host=connection.host, project_id=connection.project_id
        )
        number = KnownApplication.objects.count()
        self.app = KnownApplication.objects.create(
            project=project, app_id=app_id, name=name, number=number, seen_at=START
        )

    def put(
        self, name: str, values: Sequence[float | None], at: datetime, *, sdk: str = "", final: bool = True
    ) -> None:
        """Write down minutes of one day from `at` on."""
        (metric,) = [one for one in both(name) if one.sdk == sdk]
        first = at.hour * 60 + at.minute
        row = MinuteDay.objects.filter(application=self.app, metric=metric.code, day=at.date()).first()
        row = row or MinuteDay(application=self.app, metric=metric.code, day=at.date(), packed=b"")
        day: list[Any] = unpack(bytes(row.packed)) if row.packed else [None] * MINUTES_A_DAY
        day[first : first + len(values)] = values
        row.packed, row.asked_at = pack(day), at
        if final:
            row.final_until = max(row.final_until, first + len(values))
        row.save()


@pytest.fixture
def store(connection: Connection) -> Store:
    return Store(connection)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands at START until the test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make_rule(connection: Connection) -> Callable[..., Rule]:
    """Return a function that makes a rule: more than 100 people online in two of three minutes."""

    def make(**changes: Any) -> Rule:
        condition = {"side": Side.ABOVE, "limit": 100.0, "breaches": 2, "window": 3, "recovery": 2}
        condition |= {name: changes.pop(name) for name in list(changes) if name in Condition.__annotations__}
        wanted = {"name": "Crowd", "signal": "minutes.online_users", **changes}
        return create_rule(connection, Wanted(condition=Condition(**condition), **wanted), actor=None)

    return make


def minute(number: int) -> datetime:
    """Return a minute counted from START."""
    return START + timedelta(minutes=number)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Somebody's web server."""
    made = Hook()
    yield made
    made.stop()


@pytest.fixture
def mailbox(settings: Any) -> Iterator[MailBox]:
    """A mail server, which is the console's."""
    made = MailBox().start()
    settings.MAIL_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{made.port}", "alerts@console.example.com"
    yield made
    made.stop()


@pytest.fixture
def make_channel(connection: Connection, hook: Hook) -> Callable[..., Channel]:
    """Return a function that makes a channel: a webhook that leads to `hook`, unless told otherwise."""

    def make(name: str = "Ops", **changes: Any) -> Channel:
        given = {"medium": "webhook", "format": "generic", "url": hook.url, **changes}
        if given["medium"] == "email":
            given |= {"format": "", "url": ""}
        return create_channel(connection, WantedChannel(name, **given), actor=None)[0]

    return make


@pytest.fixture
def pass_time(clock: time_machine.Traveller) -> Callable[[float], int]:
    """Return a function that lets seconds pass, then delivers as a worker does; it returns how many were tried."""

    def go_on(seconds: float) -> int:
        clock.shift(seconds)
        return deliver(timezone.now())

    return go_on
