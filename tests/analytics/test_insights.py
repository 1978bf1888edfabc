"""Insights: figures combined by what they are, gaps told, periods read, exports on record."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import User
from console.analytics.models import (
    DayQuality,
    DayScale,
    DayUsage,
    KnownApplication,
)
from console.analytics.periods import Compared, Period, read_comparison, read_period
from console.analytics.services.figures import VIEWS, figures
from console.analytics.services.known import remembered
from console.analytics.steps import Step, beside, parts_of
from console.analytics.told import _difference
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.analytics.conftest import START
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
URL = "/c/demo/analytics/"
TODAY = START.date()
FIRST, LAST = TODAY - timedelta(days=7), TODAY - timedelta(days=1)
BEFORE = (FIRST - timedelta(days=7), FIRST - timedelta(days=1))


@pytest.fixture
def stored(connection: Connection, time_machine_at: Any) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "=Meeting"], days=15, minutes=False)


def found(connection: Connection, view: str, **more: Any) -> dict[str, Any]:
    first = more.get("first", FIRST)
    shown = figures(
        VIEWS[view], remembered(connection, None), first, LAST, BEFORE, more.get("step", Step.DAY)
    )
    return {one.field.name: one for one in shown.fields}


@pytest.mark.stores
def test_sums_add_up_over_days_and_applications(
    connection: Connection, stored: list[KnownApplication]
) -> None:
    usage = found(connection, "usage")["total_seconds"]
    assert usage.whole.value == 7 * (6000 + 12_000)
    assert usage.then.value == usage.whole.value
    assert usage.values == (18_000,) * 7
    assert (usage.whole.known, usage.whole.possible, usage.provisional_from) == (14, 14, 6)


@pytest.mark.stores
def test_rates_are_weighed_and_never_averaged(connection: Connection, stored: list[KnownApplication]) -> None:
    rate = found(connection, "quality")["join_success_rate"].whole.value
    assert rate == pytest.approx((0.99 * 2000 + 0.98 * 4000) / 6000)
    assert rate != pytest.approx((0.99 + 0.98) / 2)


def test_a_rate_without_its_weight_is_unknown(connection: Connection, stored: list[KnownApplication]) -> None:
    DayScale.objects.all().delete()
    quality = found(connection, "quality")["join_success_rate"]
    assert (quality.whole.value, quality.whole.known) == (None, 0)
    assert set(quality.values) == {None}


@pytest.mark.stores
def test_where_nobody_called_no_rate_is_missing(
    connection: Connection, stored: list[KnownApplication]
) -> None:
    nobody = {"application": stored[0], "day": LAST}
    DayScale.objects.filter(**nobody).update(session_count=0)
    DayQuality.objects.filter(**nobody).update(join_success_rate=None)
    quality = found(connection, "quality")["join_success_rate"]
    assert (quality.whole.known, quality.whole.possible) == (14, 14)
    assert quality.values[6] == pytest.approx(0.98)


@pytest.mark.stores
def test_the_most_of_several_is_at_most_their_sum(
    connection: Connection, stored: list[KnownApplication]
) -> None:
    most = found(connection, "scale")["max_online_user_count"]
    assert most.whole.value == 200 + 400
    one = remembered(connection, [stored[0].app_id])
    fields = figures(VIEWS["scale"], one, FIRST, LAST).fields
    assert next(each for each in fields if each.field.name == "max_online_user_count").whole.value == 200


def test_a_missing_day_is_a_gap_and_told(
    client: Client, lena: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    DayUsage.objects.filter(day=LAST - timedelta(days=2)).delete()
    usage = found(connection, "usage")["total_seconds"]
    assert usage.values[4] is None
    assert usage.whole.known == 12
    page = _get(client, lena, f"{URL}?range=7d")
    assert "2 of 14 days have no figure" in page


def _get(client: Client, user: User, address: str, status: int = 200) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize("view", list(VIEWS))
def test_every_view_opens(client: Client, lena: User, stored: list[KnownApplication], view: str) -> None:
    page = _get(client, lena, f"{URL}?view={view}&range=7d")
    assert str(VIEWS[view].fields[0].label) in page


def test_what_moved_most_is_named(client: Client, lena: User, stored: list[KnownApplication]) -> None:
    DayUsage.objects.filter(application=stored[1], day__gte=FIRST).update(total_seconds=24_000)
    page = _get(client, lena, f"{URL}?range=7d")
    assert (
        "Moved most: =Meeting, Total from 23 h 20 min to 46 h 40 min. That is 100 % of the movement" in page
    )


def test_what_moved_less_than_is_written_is_not_called_a_mover(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    quality = DayQuality.objects.filter(day__gte=FIRST)
    quality.filter(application=stored[1]).update(join_success_rate=0.980001)
    assert "Moved most" not in _get(client, lena, f"{URL}?view=quality&range=7d")
    quality.filter(application=stored[0]).update(join_success_rate=0.97)
    quality.filter(application=stored[1]).update(join_success_rate=0.99)
    page = _get(client, lena, f"{URL}?view=quality&range=7d")
    assert "Moved most: Classroom, Join success from 99.00 % to 97.00 %." in page
    assert "All together it is the same as before." in page


def test_a_deleted_application_and_a_period_before_the_store_still_open(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    KnownApplication.objects.filter(pk=stored[0].pk).update(gone_at=START)
    page = _get(client, lena, f"{URL}?app={stored[0].app_id}&range=custom&first=2020-01-01&last=2020-01-31")
    assert "31 of 31 days have no figure" in page
    assert "(deleted)" in page


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"first": "2027-02-10", "last": "2027-02-01"}, "ends before it begins"),
        ({"first": "yesterday", "last": ""}, "That is not a day"),
        ({"first": "2000-01-01", "last": "2027-01-01"}, "1200 days at most"),
    ],
)
def test_periods_that_are_none(
    client: Client, lena: User, stored: list[KnownApplication], query: dict[str, str], problem: str
) -> None:
    assert problem in read_period({"range": "custom", **query}, TODAY).problem
    page = _get(client, lena, f"{URL}?range=custom&first={query['first']}&last={query['last']}", 422)
    assert problem in page
    for name, typed in query.items():
        assert f'name="{name}" value="{typed}"' in page
    compared = f"{URL}?compare=custom&cfirst={query['first']}&clast={query['last']}"
    page = _get(client, lena, compared, 422)
    assert problem in page
    for name, typed in query.items():
        assert f'name="c{name}" value="{typed}"' in page


def test_days_of_ones_own_begin_with_the_usual_ones(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    page = _get(client, lena, f"{URL}?range=custom&compare=custom&cfirst=&clast=")
    for name, day in (("first", 28), ("last", 1), ("cfirst", 56), ("clast", 29)):
        assert f'name="{name}" value="{TODAY - timedelta(days=day)}"' in page


def test_a_period_ends_yesterday() -> None:
    assert read_period({}, date(2027, 3, 2)).last == date(2027, 3, 1)
    assert read_period({"range": "7d"}, date(2027, 3, 2)).first == date(2027, 2, 23)


def test_the_export_is_what_the_page_shows_and_on_record(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    DayQuality.objects.filter(day=LAST).delete()
    text = _get(client, lena, f"{URL}csv/?view=quality&range=7d&app={stored[0].app_id}")
    lines = text.removeprefix("\ufeff").split("\r\n")
    assert lines[0].startswith("first_day,last_day,known_days,possible_days,join_success_rate,")
    assert lines[1].startswith(f"{FIRST},{FIRST},1,1,0.99,0.95,0.02,0.01,")
    assert lines[7] == f"{LAST},{LAST},0,1,,,,,,,,"
    entry = AuditEntry.objects.get(action="analytics.figures.export")
    assert entry.actor_name == "Lena"
    assert entry.details["first"] == FIRST.isoformat()


def test_who_may_not_see_insights(client: Client, bob: User, stored: list[KnownApplication]) -> None:
    _get(client, bob, URL, 403)
    _get(client, bob, f"{URL}csv/", 403)


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("?view=quality&range=365d", 12),
        ("csv/?range=7d", 13),
        ("moved/?range=28d", 5),
        ("online/?range=365d&dimension=sdk", 10),
        ("events/?range=28d", 12),
        ("changes/", 8),
        ("annotations/", 7),
        ("reports/", 7),
    ],
)
def test_queries_of_a_page(
    client: Client,
    lena: User,
    stored: list[KnownApplication],
    django_assert_max_num_queries: Any,
    page: str,
    most: int,
) -> None:
    client.force_login(lena)
    client.get(f"{URL}{page}")
    with django_assert_max_num_queries(most):
        client.get(f"{URL}{page}")


# --- weeks and months, and what a period is compared with


@pytest.mark.stores
def test_a_week_with_gaps_says_so_and_is_not_stretched(
    client: Client, lena: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    gap = LAST - timedelta(days=2)
    DayUsage.objects.filter(day=gap, application=stored[0]).delete()
    weeks = found(connection, "usage", first=TODAY - timedelta(days=14), step=Step.WEEK)["total_seconds"]
    assert [(cell.value, cell.known, cell.possible) for cell in weeks.steps] == [
        (6 * 18_000.0, 12, 12),  # from Tuesday on, where the period begins
        (6 * 18_000.0 + 12_000, 13, 14),
        (18_000.0, 2, 2),
    ]
    page = _get(client, lena, f"{URL}?range=custom&first={TODAY - timedelta(days=14)}&last={LAST}&step=week")
    assert "2027-W07, 6 of 7 days" in page  # the period begins within it
    assert "2027-W08, 92 % known" in page
    assert "1 week has days without figures" in page


def test_each_step_is_compared_with_as_many_days_of_the_other_period(
    connection: Connection, stored: list[KnownApplication]
) -> None:
    first = LAST - timedelta(days=5)  # a Wednesday: the days before begin in the middle of a week too
    before = (first - timedelta(days=6), first - timedelta(days=1))
    weeks = figures(VIEWS["usage"], remembered(connection, None), first, LAST, before, Step.WEEK).fields[0]
    assert [cell.possible for cell in weeks.steps] == [cell.possible for cell in weeks.steps_then]
    assert sum(cell.possible for cell in weeks.steps) == 2 * 6
    assert weeks.values_then == weeks.values
    shorter = (before[0], before[1] - timedelta(days=1))
    weeks = figures(VIEWS["usage"], remembered(connection, None), first, LAST, shorter, Step.WEEK).fields[0]
    assert weeks.values_then == (*weeks.values[:-1], None)  # a step that is known in part is no match
    assert weeks.then is not None
    assert weeks.then.possible == 2 * 5


def test_whole_months_stand_beside_whole_months() -> None:
    march, april = (
        parts_of(date(2027, 3, 1), date(2027, 3, 31), Step.MONTH),
        (date(2027, 4, 1), date(2027, 4, 30)),
    )
    assert beside(march, *april, Step.MONTH) == parts_of(*april, Step.MONTH)
    february = (date(2027, 2, 1), date(2027, 2, 28))
    assert beside(march, *february, Step.MONTH) == parts_of(*february, Step.MONTH)
    assert [part.days for part in beside(march, date(2027, 1, 15), date(2027, 3, 1), Step.MONTH)] == [31]


def test_a_difference_is_that_of_what_is_written() -> None:
    quality = {field.name: field for field in VIEWS["quality"].fields}
    assert _difference(quality["join_success_rate"], 0.99618, 0.99723) == "-0.10 points"  # 99.62 and 99.72 %
    assert _difference(quality["join_success_rate"], 0.99618, 0.99622) == "0.00 points"
    assert _difference(quality["first_video_recv_ms"], 515.8, 516.3) == "0.0 %"
    assert _difference(quality["first_video_recv_ms"], 550.0, 500.0) == "+10.0 %"


def test_days_to_come_are_no_part_of_a_period() -> None:
    read = read_period(
        {"range": "custom", "first": str(FIRST), "last": str(TODAY + timedelta(days=9))}, TODAY
    )
    assert (read.first, read.last) == (FIRST, TODAY)


def test_a_weeks_rate_is_of_its_joins_and_not_of_its_days(
    connection: Connection, stored: list[KnownApplication]
) -> None:
    DayScale.objects.filter(day=LAST, application=stored[0]).update(session_count=200_000)
    DayQuality.objects.filter(day=LAST, application=stored[0]).update(join_success_rate=0.5)
    month = found(connection, "quality", step=Step.MONTH, first=TODAY.replace(day=1))["join_success_rate"]
    joins = 200_000 + 4000
    assert month.values == pytest.approx(((0.5 * 200_000 + 0.98 * 4000) / joins,))


@pytest.mark.parametrize(
    ("query", "compared"),
    [
        ({}, (date(2027, 2, 16), date(2027, 2, 22))),
        ({"compare": "week"}, (date(2027, 2, 16), date(2027, 2, 22))),
        ({"compare": "year"}, (date(2026, 2, 23), date(2026, 3, 1))),
        ({"compare": "none"}, None),
        ({"compare": "custom", "cfirst": "2026-12-01", "clast": "2026-12-31"}, (date(2026, 12, 1), date(2026, 12, 31))),
        ({"compare": "custom", "cfirst": "x", "clast": ""}, None),
    ],
)  # fmt: skip
def test_what_a_period_is_compared_with(query: dict[str, str], compared: tuple[date, date] | None) -> None:
    found = read_comparison(query, Period("7d", date(2027, 2, 23), date(2027, 3, 1)))
    assert found.span == compared
    assert bool(found.problem) == ("x" in query.values())


def test_the_month_before_is_a_month_and_a_leap_day_has_a_year_before() -> None:
    march = Period("custom", date(2028, 3, 1), date(2028, 3, 31))
    assert read_comparison({}, march) == Compared("before", date(2028, 2, 1), date(2028, 2, 29))
    leap = Period("custom", date(2028, 2, 29), date(2028, 2, 29))
    assert read_comparison({"compare": "year"}, leap).span == (date(2027, 2, 28), date(2027, 2, 28))
    quarter = Period("custom", date(2027, 1, 1), date(2027, 3, 31))
    assert read_comparison({}, quarter).span == (date(2026, 10, 1), date(2026, 12, 31))


def test_the_last_week_and_month_that_are_over() -> None:
    assert read_period({"range": "week"}, date(2027, 3, 3)) == Period(
        "week", date(2027, 2, 22), date(2027, 2, 28)
    )
    assert read_period({"range": "month"}, date(2027, 3, 3)) == Period(
        "month", date(2027, 2, 1), date(2027, 2, 28)
    )


def test_another_period_of_another_length_is_said(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    day = LAST - timedelta(days=9)
    page = _get(client, lena, f"{URL}?range=7d&compare=custom&cfirst={day}&clast={day}")
    assert "not of the same length (7 and 1 days)" in page
    assert "That is not a day" in _get(client, lena, f"{URL}?compare=custom&cfirst=&clast=2027-02-30", 422)


def test_sums_of_which_other_days_are_known_are_not_compared(
    client: Client, lena: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    DayUsage.objects.filter(day__lt=FIRST, application=stored[1]).exclude(day=BEFORE[0]).delete()
    usage = found(connection, "usage")["total_seconds"]
    assert not usage.comparable
    page = _get(client, lena, f"{URL}?range=7d")
    assert "not compared, as the days that are known differ" in page
    assert "Moved most" not in page  # of what is known in both, nothing moved
    assert found(connection, "quality")["join_success_rate"].comparable  # weighed by what is known
