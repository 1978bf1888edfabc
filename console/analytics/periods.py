"""Periods of whole UTC days and what they are compared with, as addresses of insights name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.analytics.steps import Step, last_month, last_week, months_before, usual_step

__all__ = [
    "COMPARISONS",
    "CUSTOM",
    "LONGEST_DAYS",
    "PRESETS",
    "Compared",
    "Period",
    "read_comparison",
    "read_period",
    "read_step",
]

CUSTOM = "custom"
LONGEST_DAYS = 1200
_LAST: dict[str, int] = {"7d": 7, "28d": 28, "90d": 90, "365d": 365}
PRESETS: dict[str, str | Promise] = {
    "7d": gettext_lazy("Last 7 days"),
    "28d": gettext_lazy("Last 28 days"),
    "90d": gettext_lazy("Last 90 days"),
    "365d": gettext_lazy("Last 365 days"),
    "week": gettext_lazy("Last week, Monday to Sunday"),
    "month": gettext_lazy("Last month"),
}
COMPARISONS: dict[str, str | Promise] = {
    "before": gettext_lazy("with the period before"),
    "week": gettext_lazy("with a week earlier"),
    "year": gettext_lazy("with a year earlier"),
    CUSTOM: gettext_lazy("with any period"),
    "none": gettext_lazy("with nothing"),
}


@dataclass(frozen=True)
class Period:
    """From first to last, both part of it. name: a preset or "custom".

    problem: why the asked one was not taken. typed: its days as they were written, for the form.
    """

    name: str
    first: date
    last: date
    problem: str = ""
    typed: tuple[str, str] = ("", "")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Compared:
    """What a period is compared with. name: one of COMPARISONS; first and last are None for "none".

    problem, typed: as of a Period.
    """

    name: str
    first: date | None = None
    last: date | None = None
    problem: str = ""
    typed: tuple[str, str] = ("", "")

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day, or None."""
        return None if self.first is None or self.last is None else (self.first, self.last)

    @property
    def days(self) -> int:
        """How many days it has."""
        return 0 if self.first is None or self.last is None else (self.last - self.first).days + 1


def read_period(query: Mapping[str, str], today: date) -> Period:
    """Read range, first and last; without any the last 28 days. today is not over, so periods end yesterday."""
    name = query.get("range", "")
    yesterday = today - timedelta(days=1)
    usual = Period("28d", yesterday - timedelta(days=27), yesterday)
    if name in _LAST:
        return Period(name, yesterday - timedelta(days=_LAST[name] - 1), yesterday)
    if name in ("week", "month"):
        return Period(name, *(last_week(today) if name == "week" else last_month(today)))
    if name != CUSTOM:
        return usual
    typed = (query.get("first", ""), query.get("last", ""))
    if typed == ("", ""):  # just chosen: the form shows days to begin with
        return Period(CUSTOM, usual.first, usual.last, typed=(str(usual.first), str(usual.last)))
    first, last, problem = _days(*typed)
    if first is None or last is None:
        return Period(CUSTOM, usual.first, usual.last, problem, typed)
    return Period(
        CUSTOM, first, max(first, min(last, today)), typed=typed
    )  # nothing is known of days to come


def read_comparison(query: Mapping[str, str], period: Period) -> Compared:
    """Read compare, cfirst and clast: the period before without any."""
    name = query.get("compare", "before")
    first, last = period.first, period.last
    if name == "none":
        return Compared("none")
    if name == "week":
        return Compared(name, first - timedelta(days=7), last - timedelta(days=7))
    if name == "year":
        begin = _year_before(first)
        return Compared(name, begin, begin + (last - first))
    before = _before(first, last)
    if name != CUSTOM:
        return Compared("before", *before)
    typed = (query.get("cfirst", ""), query.get("clast", ""))
    if typed == ("", ""):
        return Compared(CUSTOM, *before, typed=(str(before[0]), str(before[1])))
    begun, ended, problem = _days(*typed)
    return Compared(CUSTOM, begun, ended, problem, typed)


def _before(first: date, last: date) -> tuple[date, date]:
    """Return the period right before one: as many whole months, or as many days."""
    length = last - first
    return months_before(first, last) or (first - length - timedelta(days=1), first - timedelta(days=1))


def read_step(query: Mapping[str, str], period: Period) -> Step:
    """Read step; without any the one in which the period is read best."""
    try:
        return Step(query.get("step", ""))
    except ValueError:
        return usual_step(period.days)


def _days(begin: str, end: str) -> tuple[date | None, date | None, str]:
    """Return two days as they were written and "", or nothing and why."""
    try:
        first, last = date.fromisoformat(begin), date.fromisoformat(end)
    except ValueError:
        return None, None, _("That is not a day. Write it like 2026-03-01.")
    if first > last:
        return None, None, _("The period ends before it begins.")
    if (last - first).days >= LONGEST_DAYS:
        return None, None, _("A period has %(days)s days at most.") % {"days": LONGEST_DAYS}
    if first.year < 2000 or last.year > 2200:
        return None, None, _("That is not a day. Write it like 2026-03-01.")
    return first, last, ""


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
