"""What the quota page says when somebody else uses the account, and that looking spends nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from console.accounts.models import User
from console.connections import tallies
from console.connections.books import book_of
from console.connections.history import Range, quota_use
from console.connections.meter import meter_bars
from console.connections.models import Bucket, Connection, LimitFall, MinuteUse
from console.connections.owners import owner_of
from console.connections.permits import forget_fronts
from console.connections.reads import read
from console.connections.rules import effective_limits
from console.connections.watching import forget_watches
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.errors import SparkError
from console.sparkrtc.strangers import Cut
from tests.connections.desk import pause, seen, text, write_book
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.stores, pytest.mark.django_db]
QUOTA = "/c/demo/quota/"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    tallies.flush()
    MinuteUse.objects.all().delete()


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    def go(user: User) -> Client:
        client.force_login(user)
        return client

    return go


def test_somebody_elses_use_is_told_from_the_refusal_to_the_recovery(
    connected: Connection, as_: Callable[[User], Client], bob: User, sandbox: Sandbox
) -> None:
    read(connected, LIST_APPLICATIONS)
    sandbox.control("quota/eat", {"cell": "app_config_60_per_min", "count": 60})
    with pytest.raises(SparkError):
        read(connected, LIST_APPLICATIONS, limit=1, max_wait=0.5)
    tallies.flush()
    bar = meter_bars(connected)[0]
    assert bar.effective < bar.limit == 60
    assert "somebody else uses the account" in bar.words
    fall = LimitFall.objects.get()
    assert (fall.quota, fall.before, fall.whole, fall.after) == ("app_config", 60, 60, bar.effective)
    assert fall.whole_at > fall.at
    shown = seen(text(as_(bob).get(QUOTA)))
    assert f"Applications and templates: only {bar.effective} of 60 are left to us." in shown
    assert "How limits fell and rose again" in shown
    assert "Refused after 1 request of ours: somebody else uses this account." in shown
    forget_watches()
    assert effective_limits(owner_of(connected))["app_config"].limit == bar.effective


def test_a_limit_that_fell_again_is_told_so(
    connection: Connection, as_: Callable[[User], Client], bob: User
) -> None:
    now = timezone.now()
    for minutes, before, after in ((20, 30, 15), (15, 18, 9)):
        LimitFall.objects.create(
            owner=owner_of(connection),
            quota="analytics",
            at=now - timedelta(minutes=minutes),
            before=before,
            after=after,
            whole=30,
            accepted=after,
            whole_at=now - timedelta(minutes=minutes - 10),
        )
    falls = quota_use(connection, Range.HOUR, pages_of=None, people_of=frozenset()).falls
    assert [(fall.before, fall.after, fall.again is None) for fall in falls] == [
        (18, 9, True),
        (30, 15, False),
    ]
    assert "fell again before" in seen(text(as_(bob).get(QUOTA)))


def test_looking_spends_nothing(
    connected: Connection, as_: Callable[[User], Client], bob: User, sandbox: Sandbox
) -> None:
    as_(bob).get(QUOTA)
    assert sandbox.requests() == []


def test_who_must_wait_is_told_that_somebody_else_uses_the_account(
    connected: Connection, as_: Callable[[User], Client], bob: User, sandbox: Sandbox
) -> None:
    app = read(connected, LIST_APPLICATIONS).value.apps[0].app_id
    browser, rooms = as_(bob), f"/c/demo/rooms/?app={app}"
    pause("analytics", 30)
    assert "the next one is due soon" in text(browser.get(rooms))
    forget_fronts()
    bucket = Bucket.objects.get(quota="analytics")
    book = book_of(bucket)
    book.cut = Cut(at=bucket.seen_at, limit=12, accepted=12)
    book.block(bucket.seen_at + 60)
    write_book(bucket, book)
    assert "Somebody else uses this cloud account at the same time" in text(browser.get(rooms))
