"""What is still being fetched: which days, how many, for how long; and that pages say it and draw no nought."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from console.accounts.models import User
from console.analytics.collecting import errands, pace
from console.analytics.collecting.backlog import lasting
from console.analytics.collecting.kinds import KINDS
from console.analytics.collecting.windows import final_until, next_window
from console.analytics.models import CloudProject, DayUsage, Errand, KnownApplication
from console.analytics.services.backlog import Backlog, backlog
from console.analytics.services.known import remembered
from console.analytics.told import signed
from console.connections.models import Connection
from tests.analytics.conftest import START, Months
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
URL = "/c/demo/analytics/"
YESTERDAY = START.date() - timedelta(days=1)
MONTH = (YESTERDAY - timedelta(days=27), YESTERDAY)
FAR = (YESTERDAY - timedelta(days=364), YESTERDAY)


def owed(months: Months, *kinds: str, span: tuple[date, date] = MONTH) -> Backlog | None:
    return backlog(months.connection, kinds, remembered(months.connection, None), span)


def test_of_a_new_console_all_that_the_cloud_offers_is_owed(months: Months, app_id: str) -> None:
    months.kinds("usage:calls", "scale", "spread:region", "events", "factors")
    months.only(app_id)
    months.look_at_the_list()
    assert _days(owed(months, "usage:calls", span=FAR)) == (90, 1, 0, 90)
    assert _days(owed(months, "scale", span=FAR)) == (31, 1, 0, 31)
    assert _days(owed(months, "spread:region")) == (1, 1, 0, 1)
    assert _days(owed(months, "events", "factors")) == (5, 1, 0, 5)


def test_what_was_answered_is_not_owed(months: Months, app_id: str) -> None:
    months.kinds("scale", "spread:region", "factors")
    months.only(app_id)
    months.look()
    for kind in ("scale", "spread:region", "factors"):
        assert owed(months, kind, span=FAR) is None


def _days(found: Backlog | None) -> tuple[int, int, int, int]:
    assert found is not None
    today = START.date()
    return ((today - found.first).days, (today - found.last).days, found.fetched, found.offered)


def test_after_some_days_off_those_are_owed_and_nothing_twice(months: Months, app_id: str) -> None:
    months.kinds("scale")
    months.only(app_id)
    months.look()
    months.sleep(days=3)
    found = owed(months, "scale", span=(YESTERDAY - timedelta(days=27), YESTERDAY + timedelta(days=3)))
    assert found is not None
    assert (found.first, found.last) == (START.date(), START.date() + timedelta(days=2))
    assert (found.fetched, found.offered) == (28, 31)
    assert owed(months, "scale") is None  # the period before those days has all


def test_what_one_of_several_lacks_is_counted(months: Months) -> None:
    months.kinds("usage:calls")
    months.look_at_the_list()
    apps = list(KnownApplication.objects.order_by("pk"))
    Errand.objects.exclude(application=apps[0]).update(
        answered_at=months.now, reached=(START.date() - date(1970, 1, 1)).days - 1
    )
    found = owed(months, "usage:calls")
    assert found is not None
    assert (found.fetched, found.offered) == (28 * (len(apps) - 1), 28 * len(apps))
    KnownApplication.objects.filter(pk=apps[0].pk).update(gone_at=months.now)
    assert owed(months, "usage:calls") is None  # nobody will ask for it any more


@pytest.mark.parametrize("requests", [1, 60, 700])
def test_the_time_left_is_about_what_the_pace_allows(months: Months, requests: int) -> None:
    project = CloudProject.objects.create(host="cloud.example", project_id="p")
    mine = pace.Pace(timedelta(seconds=10.4), timedelta(seconds=4))
    told, begun, sent = lasting(requests, None, mine, months.now), months.now, 0
    while sent < requests:
        for second in (0, 4):
            sent += pace.take(project, months.now + timedelta(seconds=second), mine.each)
        months.sleep(seconds=pace.TICK_SECONDS)
    assert (months.now - begun) / told == pytest.approx(1, abs=0.1 if requests > 1 else 1)


@pytest.mark.parametrize("kinds", [("usage:calls",), ("spread:sdk",), ("factors", "events")])
def test_the_time_left_of_a_new_console_is_about_what_it_takes(
    connection: Connection, kinds: tuple[str, ...]
) -> None:
    """Three applications, all kinds, a cloud that answers at once, and the pace of a real account."""
    project = CloudProject.objects.create(host=connection.host, project_id=connection.project_id)
    apps = [
        KnownApplication.objects.create(project=project, app_id=str(n), name=str(n), number=n, seen_at=START)
        for n in range(3)
    ]
    with time_machine.travel(START, tick=False) as clock:
        errands.ensure(apps, START)
        known = remembered(connection, None)
        told = backlog(connection, kinds, known, MONTH)
        assert told is not None
        mine = pace.pace_for(connection)
        while backlog(connection, kinds, known, MONTH) is not None:
            _go(project, mine)
            clock.shift(4)
            _go(project, mine)
            clock.shift(pace.TICK_SECONDS - 4)
        took = timezone.now() - START
    assert took == pytest.approx(told.lasts, abs=max(0.25 * told.lasts, timedelta(seconds=20)))


def _go(project: CloudProject, mine: pace.Pace) -> None:
    """Go out once, as the collector does, for an answer that brings all that was asked for."""
    now = timezone.now()
    errand = errands.claim(project, now)
    if errand is None:
        return
    if not pace.take(project, now, mine.each):
        errands.release(errand)
        return
    kind = KINDS[errand.kind]
    window = next_window(kind.span, errand.reached, now.timestamp())
    reached = errand.reached or 0
    if window is not None:
        reached = min(window.until, final_until(kind.span, now.timestamp()))
    errands.done(errand, kind, reached, now)


def test_what_needs_many_requests_waits_for_those_between(months: Months, app_id: str) -> None:
    months.kinds("usage:calls", "events")
    months.only(app_id)
    months.look_at_the_list()
    quick, slow = owed(months, "usage:calls"), owed(months, "events")
    assert quick is not None
    assert slow is not None
    assert slow.lasts == 13 * quick.lasts  # twelve hours of yesterday, and the one of the other kind


def test_pages_say_what_is_being_fetched_and_draw_no_nought(
    client: Client, lena: User, months: Months, app_id: str
) -> None:
    months.kinds("scale", "spread:region", "factors")
    assert months.sandbox.app is not None
    known = [each.app_id for each in months.sandbox.app.cloud.world.applications()]
    months.only(app_id, next(other for other in known if other != app_id))
    months.look_at_the_list()
    client.force_login(lena)
    page = client.get(f"{URL}?view=scale&range=7d&compare=none&app={app_id}").content.decode()
    said = "The figures of 2027-02-23 to 2027-03-01 are still being fetched: 0 of 7 days are here."
    assert f"{said} About 1 minute is left." in page
    for text in re.findall(r"<template data-chart-data>(.*?)</template>", page):
        drawn = json.loads(text)
        assert [one["values"] for one in drawn["series"]] == [[None] * 7]
        assert drawn["gaps"] == [[0, 6]]
    for more in ("online/", "events/"):
        assert "are still being fetched: 0 of" in client.get(f"{URL}{more}?app={app_id}").content.decode()
    page = client.get(f"{URL}?view=scale&compare=none").content.decode()
    assert "0 of 56 days are here, those of each application counted." in page
    assert page.count('"gaps":[[0,27]]') == 8
    months.look()
    for more in ("?view=scale", "online/", "events/"):
        assert "still being fetched" not in client.get(f"{URL}{more}").content.decode()


def test_a_collector_that_rests_says_why_and_promises_no_time(
    client: Client, lena: User, months: Months, app_id: str
) -> None:
    months.kinds("usage:calls")
    months.only(app_id)
    months.sandbox.fail_next("status", operation="list_history_usage", status=401, times=9)
    months.look()
    client.force_login(lena)
    page = client.get(f"{URL}?range=7d").content.decode()
    assert "still being fetched" in page
    assert "Collecting pauses; what you see is what was known before." in page
    assert "minutes are left" not in page


def test_a_day_that_is_known_in_part_says_so(
    client: Client, lena: User, connection: Connection, time_machine_at: Any
) -> None:
    apps = fill(connection, ["Classroom", "Meeting"], days=8, minutes=False)
    DayUsage.objects.filter(application=apps[1], day=YESTERDAY).delete()
    client.force_login(lena)
    page = client.get(f"{URL}?range=7d").content.decode()
    assert "1 day is known in part: it is of the part that is known, not stretched." in page
    assert f"{YESTERDAY}, 50 % known" in page
    assert '"notes":{"6":"50 % known"}' in page


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (-0.04, 1, "0.0"),
        (0.04, 1, "0.0"),
        (-0.05, 2, "-0.05"),
        (12.345, 1, "+12.3"),
        (0, 0, "0"),
        (-10, 0, "-10"),
    ],
)
def test_a_difference_of_nought_has_no_sign(number: float, digits: int, text: str) -> None:
    assert signed(number, digits) == text
