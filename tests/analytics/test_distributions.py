"""Who was online: means of moments, coverage, trend and what moved; days added up as they are collected."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from django.test import Client

from console.accounts.models import User
from console.analytics.collecting.keeping import Answered, keep_spread
from console.analytics.collecting.kinds import KINDS
from console.analytics.collecting.windows import Window
from console.analytics.models import DayChange, KnownApplication, Spread, SpreadDay
from console.analytics.services.distributions import distribution, movers
from console.analytics.services.known import remembered
from console.analytics.steps import Step
from console.connections.models import Connection
from console.sparkrtc.replies import OnlineDistribution
from tests.analytics.conftest import START
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
URL = "/c/demo/analytics/"
TODAY = START.date()
FIRST, LAST = TODAY - timedelta(days=7), TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def stored(connection: Connection, time_machine_at: Any) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "Meeting"], days=2, minutes=False)


def put(
    app: KnownApplication, day: date, people: dict[str, int], moments: int = 12, by: str = "access_net"
) -> None:
    SpreadDay.objects.create(application=app, dimension=by, day=day, moments=moments, people=people)


def test_means_are_of_moments_and_applications_add_up(
    connection: Connection, stored: list[KnownApplication]
) -> None:
    put(stored[0], FIRST, {"wifi": 120, "4g": 60})  # 10 and 5 on average
    put(stored[0], FIRST + timedelta(days=1), {"wifi": 20}, moments=4)  # 140 in 16 moments
    put(stored[1], FIRST, {"wifi": 24}, moments=12)
    found = distribution("access_net", remembered(connection, None), FIRST, LAST)
    assert [(one.value, one.mean) for one in found.shares] == [("wifi", 140 / 16 + 2), ("4g", 60 / 16)]
    assert (found.known, found.possible) == (28, 7 * 12 * 2)
    assert found.shares[0].steps[:3] == (12.0, 5.0, None)  # nothing known is a gap
    assert found.shares[1].steps[:3] == (5.0, 0.0, None)
    (week, rest) = distribution(
        "access_net", remembered(connection, None), FIRST, LAST, None, Step.WEEK
    ).parts
    assert (week.days, rest.days) == (6, 1)


def test_rare_values_stand_together(connection: Connection, stored: list[KnownApplication]) -> None:
    put(stored[0], FIRST, {f"sdk-{number:02}": 1200 - 12 * number for number in range(20)}, by="sdk")
    found = distribution("sdk", remembered(connection, None), FIRST, LAST)
    assert len(found.shares) == 9
    assert (found.shares[-1].value, found.others) == ("", 12)
    assert found.mean == sum(one.mean for one in found.shares)


@pytest.mark.stores
def test_the_collector_adds_up_each_day_as_it_comes(stored: list[KnownApplication]) -> None:
    span = KINDS["spread:access_net"].span
    for unit, rows in ((1, [("wifi", 3), ("4g", 1)]), (2, []), (2, [("wifi", 5)]), (13, [("wifi", 9)])):
        told = {"dimensions": [{"dimension": name, "online_users": people} for name, people in rows]}
        first = int(START.timestamp()) // 86400 * 12 + unit - 1
        keep_spread(
            Answered(stored[0], span, Window(first, first + 1), None, START, _reply(told)), "access_net"
        )
    assert Spread.objects.count() == 3
    rows_kept = SpreadDay.objects.order_by("day").values_list("day", "moments", "people")
    assert list(rows_kept) == [
        (TODAY, 2, {"wifi": 8, "4g": 1}),
        (TODAY + timedelta(days=1), 1, {"wifi": 9}),
    ]


def _reply(told: dict[str, Any]) -> OnlineDistribution:
    return msgspec.convert(told, OnlineDistribution)


def test_movers_count_only_what_is_known_of_both_periods(
    connection: Connection, stored: list[KnownApplication]
) -> None:
    before = FIRST - timedelta(days=7)
    put(stored[0], before, {"wifi": 120, "4g": 120})
    put(stored[0], FIRST, {"wifi": 120, "4g": 12})
    put(stored[1], FIRST, {"5g": 12_000})  # nothing is known of it before
    found = movers(remembered(connection, None), (FIRST, LAST), (before, FIRST - timedelta(days=1)))
    ((dimension, value, moved),) = found
    assert (dimension, value, moved.before, moved.now) == ("access_net", "4g", 10, 1)
    assert (moved.whole_before, moved.whole_now) == (20, 11)


def test_the_pages(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    put(stored[0], FIRST - timedelta(days=7), {"wifi": 120, "<i>4g</i>": 120})
    put(stored[0], FIRST, {"wifi": 120, "<i>4g</i>": 12})
    client.force_login(lena)
    page = client.get(f"{URL}online/?dimension=access_net&range=7d").content.decode()
    assert "7 % of the moments are known (12 of 168)" in page
    assert "&lt;i&gt;4g&lt;/i&gt;" in page
    assert "<i>4g" not in page
    assert "90.9 %" in page  # 10 of 11 by Wi-Fi, after a half
    moved = client.get(f"{URL}moved/?range=7d", headers={"HX-Request": "true"}).content.decode()
    assert "Network: " in moved
    assert "on average 1.0 people online after 10.0; of all 11.0 after 20.0." in moved
    assert client.get(f"{URL}moved/?range=7d").status_code == 200
    assert "nothing is known of one" in client.get(f"{URL}moved/?compare=none").content.decode()
    empty = client.get(f"{URL}online/?dimension=region&range=7d").content.decode()
    assert "Nothing is known of who was online in this period" in empty


def test_changes_of_the_past(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    rows = [
        ("usage.calls.audio_seconds", 3600, 7200),
        ("quality.join_success_rate", 0.9, 0.95),
        ("odd.figure", None, 1),
    ]
    for figure, before, after in rows:
        DayChange.objects.create(
            application=stored[0], day=LAST, figure=figure, before=before, after=after, noticed_at=START
        )
    client.force_login(lena)
    page = client.get(f"{URL}changes/?range=7d").content.decode()
    assert "Usage: Audio" in page
    assert "60 min" in page or "1 h" in page
    assert "+100.00 %" in page
    assert "Quality: Join success" in page
    assert "95.00 %" in page
    assert "odd.figure" in page
    assert (
        "No figure of this period changed"
        in client.get(f"{URL}changes/?range=365d&app={stored[1].app_id}").content.decode()
    )
