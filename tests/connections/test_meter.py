"""The meter and the page behind it: what is free, who waits, what was spent and by whom."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone
from django_q.tasks import async_task, result
from pytest_django import DjangoAssertNumQueries

from console.accounts.models import User
from console.connections import quota_views, tallies
from console.connections.books import Lowered, book_of
from console.connections.history import Range, quota_use
from console.connections.meter import cells, groups, meter_bars, tightest
from console.connections.models import Bucket, Connection, MinuteUse, QuotaRefusal, QuotaWish
from console.connections.owners import owner_of, restore_budgets
from console.connections.quota_settings import change_quota
from console.connections.reads import read
from console.connections.scopes import Scope
from console.core.consumers import Consumer, current_consumer
from console.sparkrtc.book import Waiter
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.permits import Lane
from console.sparkrtc.strangers import Cut
from tests.connections.desk import seen, text, used, write_book

pytestmark = [pytest.mark.stores, pytest.mark.django_db]
HTMX = {"HX-Request": "true"}
EVIL = '"><script>alert(1)</script>\u202e'
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


def make_wait(*lanes: Lane, seconds: float = 60) -> None:
    """Let somebody of each lane wait for the applications' quota, expected back within so many seconds."""
    bucket = Bucket.objects.get(quota="app_config")
    found = book_of(bucket)
    for lane in lanes:
        found.waiting.append(Waiter("front", f"key {lane}", lane, bucket.seen_at, bucket.seen_at + seconds))
    write_book(bucket, found)


def test_the_meter_reads_its_books_in_two_queries(
    connected: Connection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    read(connected, LIST_APPLICATIONS)
    meter_bars(connected)
    with django_assert_num_queries(
        3 if database.vendor == "postgresql" else 2
    ):  # PostgreSQL is asked the time
        bars = meter_bars(connected)
    assert [bar.busy for bar in bars] == [1, 0, 0, 0, 0]
    assert bars[0].shares[0].lane == "page"


def test_the_bar_says_of_what_the_least_is_left(
    connected: Connection, as_: Callable[[User], Client], bob: User
) -> None:
    read(connected, LIST_APPLICATIONS)
    assert tightest(meter_bars(connected)).name == "app_config"
    shown = text(as_(bob).get(f"{QUOTA}meter/", headers=HTMX))
    assert re.search(r'class="meter-free[^>]*>59<', shown)
    assert "Least is left of applications and templates: 59 of 60 free" in shown


def test_each_bar_tells_all_that_it_shows(
    connected: Connection, as_: Callable[[User], Client], bob: User
) -> None:
    read(connected, LIST_APPLICATIONS)
    make_wait(Lane.CLICK)
    shown = text(as_(bob).get(f"{QUOTA}meter/", headers=HTMX))
    assert 'title="applications and templates: 59 of 60 free; last minute: pages 1; waiting: clicks"' in shown
    assert 'title="recording jobs: 10 of 10 free"' in shown


def test_a_quota_of_seconds_shows_its_last_minute(connected: Connection) -> None:
    minute = timezone.now().replace(second=0, microsecond=0)
    used(connected, quota="jobs", operation="recording.mix_job.get", sent=300, minute=minute)
    jobs = next(bar for bar in meter_bars(connected) if bar.name == "jobs")
    assert (jobs.busy, [(share.lane, share.width) for share in jobs.minute]) == (0, [("page", 50.0)])


def test_a_part_that_somebody_else_uses_is_shown(connected: Connection) -> None:
    owner_of(connected)
    bar = meter_bars(connected)[0]
    assert (bar.lost_from, bar.lost_width, bar.idle) == (0.0, 0.0, True)
    assert "somebody else" not in bar.words

    bucket = Bucket.objects.get(quota="app_config")
    found = book_of(bucket)
    found.cut = Cut(bucket.seen_at, limit=45, accepted=45)
    write_book(bucket, found)
    less = meter_bars(connected)[0]
    assert (less.lost_from, less.lost_width, less.idle) == (75.0, 25.0, False)
    assert (less.free, less.lowered and less.lowered.accepted) == (45, 45)
    assert "somebody else uses the account: 45 of 60 are left to us" in less.words
    assert (less.effective, less.free) == (45, 45)


def test_the_fall_of_a_limit_is_told_in_words(
    connection: Connection, as_: Callable[[User], Client], bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    told = Lowered(limit=18, of=30, since=now, accepted=17, whole_at=now + timedelta(minutes=10))
    bars = [replace(bar, lowered=told) if bar.name == "analytics" else bar for bar in meter_bars(connection)]
    monkeypatch.setattr(quota_views, "meter_bars", lambda _connection: bars)
    shown = seen(text(as_(bob).get(QUOTA)))
    assert "Statistics: only 18 of 30 are left to us." in shown
    assert "after it had accepted 17 of ours: somebody else uses this account." in shown
    assert "It rises step by step, and is whole again, if nothing more is refused, at" in shown
    assert "18 in 60 s of 30" in shown
    assert "meter-lost" in text(as_(bob).get(f"{QUOTA}meter/", headers=HTMX))


def test_budgets_of_a_divided_quota_are_shown_where_they_are_used(
    connected: Connection, as_: Callable[[User], Client], bob: User, olga: User
) -> None:
    change_quota(connected, "app_config", Scope.OPERATION, 30, 60, actor=olga, reason="measured")
    used(connected, quota="app_config", operation=LIST_APPLICATIONS.name, sent=6)
    bars = meter_bars(connected)
    assert len([bar for bar in bars if bar.quota == "app_config"]) == 15
    assert len(cells(bars)) == 5
    found = groups(bars)[0]
    assert (found.label, found.idle) == ("applications and templates", 15)
    shown = seen(text(as_(bob).get(QUOTA)))
    assert "Applications and templates: nothing is used of 15 budgets" in shown
    history = {
        one.name: one for one in quota_use(connected, Range.HOUR, pages_of=None, people_of=frozenset()).quotas
    }
    assert (history[LIST_APPLICATIONS.name].sent, history[LIST_APPLICATIONS.name].limit) == (6, 30)


def test_of_idle_quotas_the_slowest_counts(connection: Connection) -> None:
    assert tightest(meter_bars(connection)).name == "analytics"


def test_it_pulses_only_when_somebody_waits(
    connected: Connection, as_: Callable[[User], Client], bob: User
) -> None:
    browser = as_(bob)
    read(connected, LIST_APPLICATIONS)
    assert "is-waiting" not in text(browser.get(f"{QUOTA}meter/", headers=HTMX))
    make_wait(Lane.CLICK, Lane.BACKGROUND)
    make_wait(Lane.PAGE, seconds=-1)  # who should have been back by now
    assert "is-waiting" in text(browser.get(f"{QUOTA}meter/", headers=HTMX))
    assert "somebody waits clicks, background" in seen(text(browser.get(QUOTA)))


def test_background_that_takes_its_turns_alarms_nobody(
    connected: Connection, as_: Callable[[User], Client], bob: User
) -> None:
    browser = as_(bob)
    read(connected, LIST_APPLICATIONS)
    make_wait(Lane.BACKGROUND)
    assert "is-waiting" not in text(browser.get(f"{QUOTA}meter/", headers=HTMX))
    shown = seen(text(browser.get(QUOTA)))
    assert "the background takes its turns" in shown
    assert "somebody waits" not in shown


def test_a_limit_of_ones_own_stands_beside_the_published_one(
    connection: Connection, as_: Callable[[User], Client], bob: User
) -> None:
    QuotaWish.objects.create(connection=connection, quota="analytics", scope=Scope.CELL, limit=20, seconds=60)
    restore_budgets(owner_of(connection))
    assert "20 in 60 s published 30" in seen(text(as_(bob).get(QUOTA)))


def test_the_past_is_shown_by_minute_and_lane(connection: Connection) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    used(connection, sent=20)
    used(connection, sent=10, lane=Lane.CLICK)
    used(connection, sent=3, minute=now - timedelta(minutes=30), refused=1)
    used(connection, sent=99, minute=now - timedelta(minutes=61))
    history = quota_use(connection, Range.HOUR, pages_of=None, people_of=frozenset()).quotas[-1]
    assert (history.name, history.sent, history.refused, history.most) == ("analytics", 33, 1, 30)
    assert [slot.sent for slot in history.busy_slots] == [3, 30]
    assert history.slots[-1].begin == now
    clicks, pages = history.slots[-1].shares
    assert (clicks.lane, pages.lane) == ("click", "page")
    assert clicks.start == pytest.approx(66.67)
    assert (pages.start, pages.width) == pytest.approx((0, 66.67), abs=0.01)
    assert history.line == 0


def test_a_day_is_shown_by_quarters_of_an_hour(connection: Connection) -> None:
    used(connection, sent=5, minute=timezone.now() - timedelta(hours=3))
    day = quota_use(connection, Range.DAY, pages_of=None, people_of=frozenset())
    assert (len(day.quotas[-1].slots), day.quotas[-1].limit, day.quotas[-1].sent) == (96, 450, 5)
    assert day.until.minute % 15 == 0
    assert day.until > timezone.now()


def test_another_accounts_use_is_not_shown(connection: Connection) -> None:
    other = Connection.objects.create(slug="other", name="Other", endpoint="http://x", project_id="9" * 32)
    used(other)
    assert quota_use(connection, Range.HOUR, pages_of=None, people_of=None).spenders == ()


def test_who_spent_the_most_comes_first(connection: Connection, alice: User) -> None:
    used(connection, sent=1, kind="task", consumer="rooms.look", person="")
    used(connection, sent=2, consumer="rooms:list")
    used(connection, sent=7, consumer="rooms:detail", person="alice")
    use = quota_use(connection, Range.HOUR, pages_of=None, people_of=None, in_code=True)
    looking = "looking who has left and who came back"
    assert [(one.label, one.name, one.share) for one in use.spenders] == [
        ("Rooms", "rooms:detail", 70),
        ("Rooms", "rooms:list", 20),
        (looking, "rooms.look", 10),
    ]
    assert [(one.label, one.name, one.sent) for one in use.people] == [
        ("Alice", "alice", 7),
        ("bob", "bob", 2),
    ]
    plain = quota_use(connection, Range.HOUR, pages_of=None, people_of=frozenset()).spenders
    assert [(one.label, one.name, one.share) for one in plain] == [("Rooms", "", 90), (looking, "", 10)]


def test_names_are_for_those_who_may_read_the_trail(
    connection: Connection, client: Client, bob: User, lena: User
) -> None:
    used(connection, person="somebody.else")
    for user, allowed in ((bob, False), (lena, True)):
        client.force_login(user)
        assert ("somebody.else" in text(client.get(QUOTA))) is allowed


def test_the_page_costs_few_queries(
    connection: Connection,
    lena: User,
    as_: Callable[[User], Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    used(connection)
    browser = as_(lena)
    browser.get(QUOTA)
    with django_assert_max_num_queries(16):
        browser.get(QUOTA)


def test_refusals_are_listed(connection: Connection, as_: Callable[[User], Client], bob: User) -> None:
    browser = as_(bob)
    assert "The cloud refused nothing" in text(browser.get(QUOTA))
    QuotaRefusal.objects.create(
        owner=owner_of(connection),
        connection_id=connection.pk,
        quota="rooms",
        at=timezone.now(),
        operation="rooms.room.dismiss",
        lane=Lane.CLICK,
        kind="page",
        consumer="rooms:dismiss",
        retry_after=12.0,
    )
    shown = seen(text(browser.get(QUOTA)))
    assert "rooms.room.dismiss" in shown
    assert "12 s" in shown


def test_hostile_names_are_shown_as_text(
    connection: Connection, as_: Callable[[User], Client], lena: User
) -> None:
    used(connection, consumer=EVIL, person=EVIL)
    QuotaRefusal.objects.create(
        owner=owner_of(connection),
        connection_id=connection.pk,
        quota="rooms",
        at=timezone.now(),
        operation=EVIL,
        lane=0,
        kind="x",
        consumer=EVIL,
    )
    shown = text(as_(lena).get(QUOTA))
    assert "<script>alert" not in shown
    assert "\u202e" not in shown


def test_now_and_the_past_come_as_pieces(
    connection: Connection, as_: Callable[[User], Client], bob: User
) -> None:
    browser = as_(bob)
    now, past = (
        text(browser.get(QUOTA, headers=HTMX)),
        text(browser.get(f"{QUOTA}?part=history", headers=HTMX)),
    )
    assert ('id="quotas"' in now, 'id="quota-history"' in now) == (True, False)
    assert ('id="quotas"' in past, 'id="quota-history"' in past) == (False, True)
    whole = text(browser.get(f"{QUOTA}?range=day"))
    assert 'id="quotas"' in whole
    assert "range=day" in whole
    assert 'href="?range=day" aria-current="page"' in whole
    assert not re.search(r'\sstyle="|<script(?![^>]*src=)|\son\w+="', whole)


def test_the_page_speaks_chinese(connection: Connection, as_: Callable[[User], Client], bob: User) -> None:
    bob.language = "zh-hans"
    bob.save()
    assert 'lang="zh-hans"' in text(as_(bob).get(QUOTA))


def test_a_task_is_known_by_its_name() -> None:
    task = async_task("console.core.consumers.current_consumer", task_name="rooms.look")
    assert result(task) == Consumer("task", "rooms.look")
    assert current_consumer() == Consumer()
