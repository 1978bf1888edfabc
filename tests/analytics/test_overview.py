"""The overview: what it shows of the store, to whom, and that looking costs the cloud nothing."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.analytics.metrics import MINUTE_METRICS, OPEN_ROOMS
from console.analytics.models import CloudProject, KnownApplication, MinuteDay
from console.analytics.packing import pack
from console.analytics.panels import Panel, _panels, register_panel
from console.analytics.services.known import remembered
from console.analytics.services.overview import overview
from console.connections.models import Connection
from console.core.told import keep
from console.sparkrtc.errors import CloudFault
from tests.analytics.conftest import START
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
URL = "/c/demo/overview/"


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def stored(connection: Connection, time_machine_at: Any) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "<b>Meeting</b>"], days=8)


def get(client: Client, user: User, address: str = URL, **more: Any) -> Any:
    client.force_login(user)
    return client.get(address, **more)


def test_people_rooms_and_rates_with_their_times(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    page = get(client, lena).content.decode()
    assert "Online users today" in page
    users = sum(
        MinuteDay.objects.get(application=app, metric=1, day=START.date()).high or 0 for app in stored
    )
    assert f'<dd class="an-big tabular">{users:,.0f}</dd>' in page
    assert "11:54" in page  # the last minute that is known
    assert "&lt;b&gt;Meeting&lt;/b&gt;" in page
    assert "<b>Meeting" not in page


def test_one_application(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    page = get(client, lena, f"{URL}?app={stored[0].app_id}").content.decode()
    assert "weighed by the people online in it, an estimate" not in page
    stored[0].refresh_from_db()
    stored[1].refresh_from_db()
    assert stored[0].watched_until == START + timedelta(minutes=10)
    assert stored[1].watched_until is None
    assert get(client, lena, f"{URL}?app=nobody").status_code == 404


def test_who_has_one_application_sees_that_one(
    client: Client, carol: User, stored: list[KnownApplication], connection: Connection
) -> None:
    assert get(client, carol).status_code in (403, 404)
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connection, app_id=stored[0].app_id)
    page = get(client, carol).content.decode()
    assert "Classroom" in page
    assert "Meeting" not in page
    assert get(client, carol, f"{URL}?app={stored[1].app_id}").status_code == 404


def test_without_anything_stored_the_page_says_so(client: Client, lena: User, connection: Connection) -> None:
    page = get(client, lena)
    assert page.status_code == 200
    assert "Nothing is known yet" in page.content.decode()


def test_a_piece_for_refreshing(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    page = get(client, lena, headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div id="wall"')


def test_looking_costs_the_cloud_nothing_and_the_database_little(
    client: Client, lena: User, stored: list[KnownApplication], django_assert_max_num_queries: Any
) -> None:
    get(client, lena)
    with django_assert_max_num_queries(
        14
    ):  # who is asking, what they may see, and the list; the figures are shared
        get(client, lena)


def test_a_gap_is_not_in_the_sum_and_a_series_that_lags_holds_it_back(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    row = MinuteDay.objects.get(application=stored[1], metric=1, day=START.date())
    row.packed = pack([5.0] * 300 + [None] * 1140)
    row.final_until = 300
    row.save()
    page = get(client, lena).content.decode()
    assert "04:59" in page  # five hours: where both are known


def test_what_was_read_in_part_is_said_too(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    said = "still being read from the cloud"
    assert said not in get(client, lena).content.decode()
    cache.clear()
    MinuteDay.objects.filter(application=stored[1], day=START.date(), metric=OPEN_ROOMS.code).delete()
    assert said in get(client, lena).content.decode()


def test_yesterday_is_no_ghost_until_it_was_read_of_all_applications(
    stored: list[KnownApplication], connection: Connection
) -> None:
    yesterday = START.date() - timedelta(days=1)
    rows = MinuteDay.objects.filter(application=stored[1], day=yesterday, metric=OPEN_ROOMS.code)
    row = rows.get()
    rows.delete()

    def ghosts() -> list[bool]:
        wall = overview(remembered(connection, None), START.replace(hour=0), START)
        return [any(line) for line in (wall.users_yesterday, wall.rooms_yesterday, wall.users_last_week)]

    assert ghosts() == [False, False, True]
    row.save(force_insert=True)
    with time_machine.travel(START + timedelta(seconds=61)):
        assert ghosts() == [True, True, True]


def test_nothing_known_today_is_said(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    MinuteDay.objects.filter(application=stored[1], day=START.date()).delete()
    page = get(client, lena).content.decode()
    assert "The figures of 1 application are still being read from the cloud" in page


def test_why_collecting_pauses_is_said(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    CloudProject.objects.update(
        resting_until=START + timedelta(minutes=5), problem=keep(CloudFault(status=503, operation="x"))
    )
    page = get(client, lena).content.decode()
    assert "Collecting pauses" in page
    assert "503" in page
    CloudProject.objects.update(resting_until=START)
    assert "Collecting pauses" not in get(client, lena).content.decode()


def test_other_apps_bring_panels(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    from django.utils.html import format_html

    seen: list[Any] = []
    register_panel(
        Panel(
            "test",
            "Open alerts",
            lambda _r, _c, ids: seen.append(list(ids)) or format_html("<p>{}</p>", "2 open"),
        )
    )
    try:
        page = get(client, lena).content.decode()
    finally:
        del _panels["test"]
    assert "<p>2 open</p>" in page
    assert sorted(seen[0]) == sorted(app.app_id for app in stored)


def test_the_overview_is_home(client: Client, lena: User, connection: Connection) -> None:
    answer = get(client, lena, "/")
    assert answer.status_code == 302
    assert answer["Location"] == URL


def test_every_metric_has_a_code_of_its_own() -> None:
    assert len({metric.code for metric in MINUTE_METRICS}) == len(MINUTE_METRICS) == 18
