"""A year of days of twenty applications: what its page weighs, and where its tables are."""

import gzip
import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import User
from console.analytics.models import DayScale, DayUsage, KnownApplication
from console.connections.models import Connection
from tests.analytics.conftest import START
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
URL = "/c/demo/analytics/"
YEAR = "range=365d&step=day"
MOST_BYTES = 60_000  # compressed


@pytest.fixture
def year(connection: Connection, time_machine_at: Any) -> list[KnownApplication]:
    """Twenty applications with noise in each figure: what can't be compressed away."""
    applications = fill(connection, [f"Application {number}" for number in range(20)], days=1)
    dice = random.Random(7)
    usage, scale = [], []
    for app in applications:
        for ago in range(1, 366):
            common = {"application": app, "day": START.date() - timedelta(days=ago), "asked_at": START}
            seconds = dice.randint(1_000_000, 90_000_000)
            usage.append(
                DayUsage(
                    kind="calls", total_seconds=seconds, audio_seconds=seconds // 3, settled=True, **common
                )
            )
            scale.append(
                DayScale(
                    session_count=dice.randint(2000, 60_000),
                    user_count=dice.randint(1000, 30_000),
                    communication_seconds=seconds,
                    settled=True,
                    **common,
                )
            )
    DayUsage.objects.bulk_create(usage)
    DayScale.objects.bulk_create(scale)
    return applications


def test_a_year_of_days_weighs_little_and_its_tables_are_a_click_away(
    client: Client, lena: User, year: list[KnownApplication]
) -> None:
    client.force_login(lena)
    for view in ("usage", "scale"):
        answer = client.get(f"{URL}?view={view}&{YEAR}", HTTP_ACCEPT_ENCODING="gzip")
        assert answer["Content-Encoding"] == "gzip"
        assert len(answer.content) < MOST_BYTES
        page = gzip.decompress(answer.content).decode()
        figure = "total_seconds" if view == "usage" else "session_count"
        address = f"table/?figure={figure}&amp;view={view}&amp;range=365d&amp;step=day"
        assert f'href="{address}" hx-get="{address}"' in page
        assert "As table" in page
        assert page.count("<tr>") == 21  # of the applications
    table = client.get(f"{URL}table/?figure=session_count&view=scale&{YEAR}").content.decode()
    assert table.count('<tr><th scope="row"') == 365
    assert table.count('<th scope="col" class="num">') == 20
    some = DayScale.objects.get(application=year[3], day=START.date() - timedelta(days=200))
    assert f'<td class="num">{some.session_count:,}</td>' in table
    assert f'<a href="{URL}?view=scale&amp;range=365d&amp;step=day">Insights</a>' in table
    piece = client.get(f"{URL}table/?figure=user_count&view=scale&{YEAR}", HTTP_HX_REQUEST="true")
    assert piece.content.decode().lstrip().startswith('<details class="chart-table" open')


def test_a_table_of_a_figure_that_is_none(client: Client, lena: User, bob: User, year: Any) -> None:
    client.force_login(lena)
    assert client.get(f"{URL}table/?figure=password&view=scale").status_code == 404
    wrong = client.get(f"{URL}table/?range=custom&first=x&last=y")  # the page says what is wrong with it
    assert (wrong.status_code, wrong["Location"]) == (302, f"{URL}?range=custom&first=x&last=y")
    client.force_login(bob)
    assert client.get(f"{URL}table/").status_code == 403


def test_a_short_period_brings_its_tables_along(
    client: Client, lena: User, connection: Connection, time_machine_at: Any
) -> None:
    fill(connection, ["Classroom", "Meeting"], days=8, minutes=False)
    client.force_login(lena)
    page = client.get(f"{URL}?view=scale&range=7d").content.decode()
    assert page.count('<details class="chart-table" open') == 8
    assert "table/?figure=" not in page
