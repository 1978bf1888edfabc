"""Insights into abnormal events: who was hit by what, when."""

import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import User
from console.analytics.models import (
    AbnormalDay,
    AbnormalHour,
    KnownApplication,
)
from console.connections.models import Connection
from tests.analytics.conftest import START
from tests.analytics.store import fill
from tests.analytics.test_insights import BEFORE, FIRST, LAST, URL, _get

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(connection: Connection, time_machine_at: Any) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "=Meeting"], days=15, minutes=False)


def test_who_was_hit_and_why(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    AbnormalHour.objects.create(
        application=stored[0], hour=START - timedelta(hours=30), total=37, asked_at=START
    )
    page = _get(client, lena, f"{URL}events/?range=7d")
    assert "picture was lost on the way down" in page
    assert "jitter" not in page
    assert page.count(">210</td>") == 2  # 7 × (10 + 20), now and before
    assert ">0 %</td>" in page
    assert ">37</td>" in page
    assert _get(client, lena, f"{URL}events/?range=7d&app={stored[0].app_id}").count(">70<") >= 1


def test_a_period_before_of_which_nothing_is_known_hit_nobody_we_know_of(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    AbnormalDay.objects.filter(day__lt=FIRST).delete()
    page = _get(client, lena, f"{URL}events/?range=7d")
    assert "before, 14 of 14 had none" in page
    assert page.count(">210</td>") == 1
    assert '<td class="num" data-label="Period before"></td>' in page
    AbnormalDay.objects.create(application=stored[0], day=BEFORE[0], people=[[2, 14, 5]], asked_at=START)
    page = _get(client, lena, f"{URL}events/?range=7d")
    assert '<td class="num" data-label="Period before">5</td>' in page
    assert 'data-label="Difference"' not in page  # a seventh of the days is no comparison


def test_who_was_hit_most_is_named_as_far_as_it_is_kept(
    client: Client, lena: User, bob: User, stored: list[KnownApplication]
) -> None:
    at = int((START - timedelta(hours=30)).timestamp())
    rows = [
        [at, "u-1", "r-1", "u-2", 2, 14],
        [at + 60, "u-1", "r-1", "u-3", 3, 4],
        [at, "<u>", "r", "", 1, 4],
    ]
    packed = zlib.compress(json.dumps(rows).encode())
    hour = START - timedelta(hours=30)
    AbnormalHour.objects.create(
        application=stored[0], hour=hour, total=40, kept=3, packed=packed, asked_at=START
    )
    AbnormalHour.objects.create(
        application=stored[1], hour=hour, total=5, kept=5, packed=None, asked_at=START
    )
    page = _get(client, lena, f"{URL}events/?range=7d")
    assert "From 3 of 45 events" in page
    assert "Of 1 hour the people are not kept any more." in page
    assert f"/c/demo/investigate/users/{stored[0].app_id}/u-1/" in page
    assert "Video froze 1, Audio froze 1" in page
    assert "<u>" not in page


def test_days_without_events_known_are_told(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    AbnormalDay.objects.filter(day=LAST).delete()
    assert "2 of 14 days have no figure" in _get(client, lena, f"{URL}events/?range=7d")
    AbnormalDay.objects.all().delete()
    assert "No events are known of this period" in _get(client, lena, f"{URL}events/?range=7d")
    _get(client, lena, f"{URL}events/?range=custom&first=x&last=y", 422)
