"""Annotations, reports and the other pages of the insights by axe, in either theme and language, wide and narrow."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from console.accounts.models import User
from console.analytics.models import (
    AbnormalHour,
    Annotation,
    DayChange,
    KnownApplication,
    Report,
    ReportLetter,
    SavedView,
    Spread,
    SpreadDay,
)
from console.connections.models import Connection
from tests.analytics.conftest import START
from tests.analytics.store import fill
from tests.browser.conftest import NoSeriousFaults

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]
NO_LINK = (
    "<b>Release</b> of a-very-long-name-without-any-space-that-must-not-make-the-page-wider-than-it-is 🎉"
)


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    with time_machine.travel(START, tick=True):
        yield


@pytest.fixture
def stored(connection: Connection, lena: User, alice: User) -> list[KnownApplication]:
    """Applications with figures, two annotations, a report with a letter in every state, and a changed past."""
    applications = fill(connection, ["Classroom", "Meeting <i>", "直播"], days=20, minutes=False)
    who = {"author": lena, "author_name": "Lena"}
    Annotation.objects.create(
        connection=connection, kind="release", text=NO_LINK, at=START - timedelta(days=3), **who
    )
    Annotation.objects.create(
        connection=connection,
        kind="incident",
        text="直播 down",
        at=START - timedelta(days=2),
        until=START - timedelta(days=1),
        app_id=applications[2].app_id,
        **who,
    )
    view = SavedView.objects.create(
        connection=connection, owner=lena, name="Our week", page="insights", query="range=28d", shared=True
    )
    report = Report.objects.create(connection=connection, view=view, made_by_name="Lena", since=START)
    report.recipients.set([lena, alice])
    for number, state in enumerate(ReportLetter.State.values):
        first = START.date() - timedelta(days=7 * (number + 1))
        ReportLetter.objects.create(
            report=report,
            recipient=lena,
            first=first,
            last=first + timedelta(days=6),
            state=state,
            due_at=START,
            address="lena@example.com",
            problem="550 no such mailbox" if state == "failed" else "",
            sent_at=START if state == "sent" else None,
        )
    yesterday = START.date() - timedelta(days=1)
    for app in applications:
        for ago in range(1, 8):
            day = yesterday - timedelta(days=ago)
            people = {"WiFi": 40 * ago, "4G": 10, "<b>": 3}
            SpreadDay.objects.create(
                application=app, dimension=Spread.Dimension.NETWORK, day=day, moments=12, people=people
            )
            AbnormalHour.objects.create(
                application=app, hour=START - timedelta(days=ago), total=ago, asked_at=START
            )
    DayChange.objects.create(
        application=applications[0],
        day=yesterday,
        figure="usage.calls.total_seconds",
        before=100,
        after=250,
        noticed_at=START,
    )
    return applications


PAGES = (
    "",
    "table/?figure=total_seconds&range=7d",
    "online/?dimension=access_net&range=7d",
    "events/?range=7d",
    "changes/",
    "annotations/",
    "annotations/new/",
    "annotations/{annotation}/",
    "annotations/{annotation}/delete/",
    "views/save/?page=insights&query=range%3D7d",
    "views/{view}/delete/",
    "reports/",
    "reports/new/",
    "reports/{report}/",
    "reports/{report}/preview/",
    "reports/{report}/delete/",
)


def _addresses(base: str) -> list[str]:
    keys: dict[str, Any] = {
        "annotation": Annotation.objects.earliest("pk").pk,
        "view": SavedView.objects.get().pk,
        "report": Report.objects.get().pk,
    }
    return [f"{base}/c/demo/analytics/{page.format(**keys)}" for page in PAGES]


def test_every_page_by_axe(
    sign_in: SignIn,
    live_server: Any,
    lena: User,
    stored: list[KnownApplication],
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(lena)
    for address in _addresses(live_server.url):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("figure[data-chart]:not(.is-drawn)")).to_have_count(0)
        no_serious_faults(page, in_both_themes=True)


def test_dialogs_and_wrong_input_by_axe(
    sign_in: SignIn,
    live_server: Any,
    lena: User,
    stored: list[KnownApplication],
    no_serious_faults: NoSeriousFaults,
) -> None:
    """What was typed stays where it was wrong, in the dialog and on the page."""
    page = sign_in(lena)
    page.goto(f"{live_server.url}/c/demo/analytics/annotations/")
    page.get_by_role("link", name="New annotation").first.click()
    dialog = page.locator("#dialog-body")
    dialog.locator("input[name=text]").fill("Release 4.2")
    dialog.locator("input[name=at]").fill("2027-02-24T10:00")
    dialog.locator("input[name=until]").fill("2027-02-23T10:00")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("[aria-invalid=true]")).to_have_count(1)
    expect(dialog.locator("input[name=text]")).to_have_value("Release 4.2")
    expect(dialog.locator("input[name=until]")).to_have_value("2027-02-23T10:00")
    no_serious_faults(page, in_both_themes=True)
    page.goto(f"{live_server.url}/c/demo/analytics/reports/")
    page.get_by_role("link", name="What goes out").first.click()
    expect(dialog.locator("pre")).to_contain_text("Classroom")
    no_serious_faults(page, in_both_themes=True)
    page.goto(f"{live_server.url}/c/demo/analytics/reports/new/")
    for box in page.locator("input[name=recipients]:checked").all():
        box.uncheck()
    page.get_by_role("button", name="Save the report").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    no_serious_faults(page, in_both_themes=True)


@pytest.mark.parametrize("width", [360, 1280])
def test_in_chinese_nothing_sticks_out(
    sign_in: SignIn, live_server: Any, lena: User, stored: list[KnownApplication], width: int
) -> None:
    lena.language = "zh-hans"
    lena.save()
    page = sign_in(lena)
    page.set_viewport_size({"width": width, "height": 800})
    for address in _addresses(live_server.url):
        page.goto(address)
        expect(page.locator("figure[data-chart]:not(.is-drawn)")).to_have_count(0)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, f"{address}: {wide} px"
        for tab in page.locator(".an-tabs a").all():
            box = tab.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= width, address  # wrapped, where it can be seen


def test_words_with_two_meanings_have_the_right_one_in_chinese(
    sign_in: SignIn, live_server: Any, lena: User, stored: list[KnownApplication]
) -> None:
    """ "By" is a dimension here and not who did it; quality is of calls, not of a picture; "to" has a recipient."""
    lena.language = "zh-hans"
    lena.save()
    page = sign_in(lena)
    base = f"{live_server.url}/c/demo/analytics/"
    page.goto(f"{base}?view=quality&range=7d")
    expect(page.locator("h1")).to_contain_text("质量")
    page.goto(f"{base}online/?dimension=access_net&range=7d")
    expect(page.locator("form.filters")).to_contain_text("维度")
    expect(page.locator("table.data th.num").last).to_be_visible()
    expect(page.locator("main")).to_contain_text("人数")
    page.goto(f"{base}reports/")
    expect(page.get_by_role("columnheader", name="发往")).to_be_visible()
