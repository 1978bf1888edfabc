"""The collector on single days: what it does when it is refused, throttled, overtaken or alone."""

from bisect import bisect_left
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from console.analytics.collecting import errands, pace
from console.analytics.collecting.going import collect, projects_due
from console.analytics.collecting.kinds import KINDS
from console.analytics.models import (
    AbnormalHour,
    CloudProject,
    DayScale,
    DayUsage,
    Errand,
    KnownApplication,
    MinuteDay,
)
from console.connections.models import Connection
from console.core.told import say
from console.sparkrtc.quotas import ANALYTICS
from tests.analytics.conftest import Months
from tests.properties import tried

pytestmark = pytest.mark.django_db


def errand(months: Months, app_id: str, kind: str) -> Errand:
    return Errand.objects.get(application__project=months.project, application__app_id=app_id, kind=kind)


# --- with the cloud


def test_the_first_look_fetches_what_the_cloud_remembers(months: Months, app_id: str) -> None:
    months.kinds("minutes:1", "scale", "events", "factors")
    months.only(app_id)
    months.look()
    application = months.application(app_id)
    rows = MinuteDay.objects.filter(application=application, metric=1).order_by("day")
    assert [(row.day.day, row.final_until) for row in rows] == [(1, 1440), (2, 710)]
    assert sum(row.known for row in rows) > 1430
    days = list(
        DayScale.objects.filter(application=application).order_by("day").values_list("day", flat=True)
    )
    assert (len(days), days[-1]) == (31, date(2027, 3, 1))
    assert AbnormalHour.objects.filter(application=application).count() == 23
    assert not errands.any_due(months.project, months.now)


def test_a_deleted_application_is_left_alone_and_keeps_what_is_known(months: Months, app_id: str) -> None:
    months.kinds("minutes:1")
    months.look_at_the_list()
    assert KnownApplication.objects.filter(gone_at=None).count() > 3
    months.only(app_id)
    for _ in range(3):  # the first sees the list as it was and has it read again, which may take another turn
        months.sleep(hours=1)
        months.look_at_the_list()
    months.look()
    left = KnownApplication.objects.filter(gone_at=None)
    assert [each.app_id for each in left] == [app_id]
    assert KnownApplication.objects.count() > 3
    assert {dict(each["query"])["app"] for each in months.asked()} == {app_id}


def test_numbers_of_applications_never_change(months: Months) -> None:
    months.look_at_the_list()
    before = dict(KnownApplication.objects.values_list("app_id", "number"))
    months.sleep(hours=2)
    months.look_at_the_list()
    assert dict(KnownApplication.objects.values_list("app_id", "number")) == before
    assert sorted(before.values()) == list(range(len(before)))


def test_what_one_operation_fails_at_keeps_no_other_from_its_turn(months: Months, app_id: str) -> None:
    months.kinds("quality", "factors", "minutes:2")
    months.only(app_id)
    months.sandbox.fail_next("status", operation="list_history_quality", status=500, times=0)
    months.look()
    failing = errand(months, app_id, "quality")
    assert failing.failures == 1
    assert failing.due_at == months.now + timedelta(minutes=1)
    assert "500" in say(failing.problem) or say(failing.problem)
    assert errand(months, app_id, "factors").answered_at is not None
    months.work(step_minutes=1, minutes=10)
    assert errand(months, app_id, "quality").failures == 4
    months.sandbox.control("faults", method="DELETE")
    months.work(step_minutes=10, minutes=30)
    assert errand(months, app_id, "quality").failures == 0


def test_a_cloud_that_is_away_is_left_alone_for_longer_and_longer(months: Months, app_id: str) -> None:
    months.kinds("minutes:1", "minutes:2", "minutes:10", "minutes:11", "factors")
    months.only(app_id)
    months.sandbox.fail_next("status", path="/v1/*", status=503, times=0)
    months.work(step_minutes=5, hours=1)
    project = months.project
    assert project.resting_until is not None
    assert project.resting_until > months.now
    assert say(project.problem)
    assert len(months.asked()) < 3 * 12  # each asking is three attempts
    months.sandbox.control("faults", method="DELETE")
    months.work(step_minutes=5, minutes=30)
    assert months.project.resting_until is None
    assert errand(months, app_id, "minutes:1").answered_at is not None


def test_a_refused_reach_is_asked_for_shorter(months: Months, app_id: str) -> None:
    months.kinds("usage:mixing")
    months.only(app_id)
    months.sandbox.fail_next("status", operation="list_history_usage", status=400, code="RTC.00001003")
    months.look()
    asked = [(dict(each["query"])["start_date"], each["status"]) for each in months.asked()]
    assert asked == [("2026-12-02", 400), ("2027-01-30", 200)]
    assert DayUsage.objects.filter(kind="mixing").count() == 31


def test_what_the_cloud_does_not_offer_is_asked_for_rarely(months: Months, app_id: str) -> None:
    months.kinds("factors")
    months.only(app_id)
    months.sandbox.fail_next(
        "status", operation="list_abnormal_event_dimension", status=400, code="RTC.00001003", times=0
    )
    months.work(step_minutes=30, hours=5)
    assert len(months.asked("list_abnormal_event_dimension")) == 1


@pytest.mark.usefixtures("months")
def test_a_switched_off_connection_costs_nothing(months: Months) -> None:
    Connection.objects.update(active=False)
    assert months.work(hours=1) == 0


def test_a_storm_of_429_is_waited_out_and_loses_nothing(months: Months, app_id: str) -> None:
    months.kinds("minutes:1", "minutes:2")
    months.only(app_id)
    months.look()
    months.sandbox.control("log", method="DELETE")
    months.sandbox.fail_next("status", path="/v1/*", status=429, code="APIGW.0308", times=0)
    months.work(step_minutes=10, minutes=40)
    assert len(months.asked()) <= 3 * 4  # one for each rest, no drumming
    assert {each["status"] for each in months.asked()} == {429}
    months.sandbox.control("faults", method="DELETE")
    months.work(step_minutes=480, hours=24)
    row = MinuteDay.objects.get(application__app_id=app_id, metric=1, day=date(2027, 3, 2))
    assert (row.final_until, row.known, row.missed) == (1440, 1440, [])


def test_somebody_who_looks_gets_newer_data(months: Months, app_id: str) -> None:
    months.kinds("minutes:1", "minutes:2", "minutes:10")
    months.only(app_id)
    months.look()
    before = months.work(step_minutes=10, minutes=30)
    KnownApplication.objects.filter(app_id=app_id).update(watched_until=months.now + timedelta(hours=1))
    watched = months.work(step_minutes=5, minutes=30)
    assert watched >= before + 2 * 4  # counts every five minutes instead of every twenty, rates too
    answered = errand(months, app_id, "minutes:1").answered_at
    assert answered is not None
    assert months.now - answered <= timedelta(minutes=5)


def test_what_somebody_looks_at_does_not_wait_for_the_backlog(
    months: Months, application: KnownApplication
) -> None:
    errands.ensure([application], months.now - timedelta(hours=1))
    shown = next(kind for kind in KINDS.values() if kind.watched_every)
    Errand.objects.filter(kind=shown.name).update(due_at=months.now, answered_at=months.now)
    first = errands.claim(application.project, months.now)
    assert first is not None
    assert first.kind != shown.name
    errands.release(first)
    KnownApplication.objects.update(watched_until=months.now + timedelta(minutes=5))
    Errand.objects.exclude(kind=shown.name).filter(kind__startswith="minutes").delete()
    first = errands.claim(application.project, months.now)
    assert first is not None
    assert first.kind == shown.name


# --- its share


@tried(30)
@given(st.lists(st.floats(0.1, 7200), min_size=1, max_size=80))
def test_never_more_than_the_share_in_any_day(waits: list[float]) -> None:
    """Pure of the database: the same steps as take(), on a list of grants."""
    spacing, saved = pace.spacing().total_seconds(), pace.SAVED_UP.total_seconds()
    now, paid, grants = 0.0, -saved, []
    for wait in waits:
        now += wait
        for _ in range(400):
            if paid > now:
                break
            paid = max(paid, now - saved) + spacing
            grants.append(now)
    most = max(bisect_left(grants, start + 86_400) - place for place, start in enumerate(grants))
    assert most <= pace.requests_a_day()


@pytest.mark.stores
def test_the_share_is_kept_in_the_database(application: KnownApplication, settings: Any) -> None:
    settings.COLLECT_SHARE = 20
    project, now = application.project, timezone.now()
    each = pace.spacing()
    granted = sum(pace.take(project, now, each) for _ in range(1000))
    assert granted == pace.SAVED_UP // pace.spacing() + 1
    assert granted <= 30 * 60 * 0.2
    assert not pace.take(project, now + timedelta(seconds=1), each)
    later = now + timedelta(hours=24)
    assert granted + sum(pace.take(project, later, each) for _ in range(1000)) <= pace.requests_a_day()


def test_half_of_every_window_is_left_to_people(
    months: Months, app_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    months.only(app_id)
    monkeypatch.setattr(pace, "limits_of", lambda owner: {ANALYTICS.name: ANALYTICS})
    assert pace.pace_for(months.connection).quickest == timedelta(seconds=4)
    months.look_at_the_list()
    assert collect(months.project, seconds=0.5) == 1
    assert collect(months.project, seconds=0.5) == 0
    months.sleep(seconds=3)
    assert (collect(months.project, seconds=0.5), projects_due([months.project], months.now)) == (0, [])
    months.sleep(seconds=1)
    assert projects_due([months.project], months.now) == [months.project]
    assert collect(months.project, seconds=0.5) == 1


def test_without_a_share_nothing_is_asked(months: Months, settings: Any) -> None:
    settings.COLLECT_SHARE = 0
    months.look_at_the_list()
    CloudProject.objects.update(paid_until=months.now + timedelta(days=1))
    assert months.work(hours=1) == 0


# --- several workers


def test_one_collects_at_a_time_and_a_dead_one_is_replaced(months: Months, app_id: str) -> None:
    months.kinds("minutes:1", "minutes:2", "minutes:10")
    months.only(app_id)
    months.look_at_the_list()
    CloudProject.objects.update(collecting_until=months.now + timedelta(seconds=90))
    assert collect(months.project) == 0
    assert projects_due([months.project], months.now) == []
    months.sleep(seconds=91)
    assert collect(months.project, seconds=60) == 3


@pytest.mark.stores
def test_an_errand_goes_to_one_and_a_lost_lease_writes_nothing(months: Months, app_id: str) -> None:
    months.only(app_id)
    months.look_at_the_list()
    mine = errands.claim(months.project, months.now)
    assert mine is not None
    other = errands.claim(months.project, months.now)
    assert other is not None
    assert other.pk != mine.pk
    later = months.now + timedelta(minutes=5)
    assert later is not None
    again = {errands.claim(months.project, later).pk for _ in range(3)}  # type: ignore[union-attr]
    assert mine.pk in again
    assert not errands.done(mine, KINDS[mine.kind], 5, later)
