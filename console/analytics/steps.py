"""Days, weeks and months: how a period falls into steps. Pure; all are days of UTC."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = [
    "STEP_NAMES",
    "Part",
    "Step",
    "beside",
    "last_month",
    "last_week",
    "months_before",
    "parts_of",
    "usual_step",
]

_ONE = timedelta(days=1)
_MOST_DAYS, _MOST_WEEKS = 92, 80  # values on a chart, from which on a longer step reads better


class Step(Enum):
    """The distance between two values of a chart. Weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


STEP_NAMES: dict[Step, str | Promise] = {Step.DAY: _("Days"), Step.WEEK: _("Weeks"), Step.MONTH: _("Months")}


@dataclass(frozen=True)
class Part:
    """A step as far as it lies within the period. begins, whole: first day and length of the whole week or month."""

    begins: date
    first: date
    last: date
    whole: int = 1

    @property
    def days(self) -> int:
        """How many of its days lie within the period."""
        return (self.last - self.first).days + 1


def usual_step(days: int) -> Step:
    """Return the step in which so many days are read best."""
    if days <= _MOST_DAYS:
        return Step.DAY
    return Step.WEEK if days <= 7 * _MOST_WEEKS else Step.MONTH


def parts_of(first: date, last: date, step: Step) -> list[Part]:
    """Return the steps of a period, both ends part of it; the outer ones are cut where the period ends."""
    return list(_parts(first, last, step))


def beside(parts: Sequence[Part], first: date, last: date, step: Step) -> list[Part]:
    """Return what each step of a period is compared with in another one.

    Whole weeks or months stand beside such; of any other period each step beside as many days. A step that would reach
    beyond the other period is left out, with those after it.
    """
    theirs = parts_of(first, last, step)
    if len(theirs) == len(parts) and all(part.days == part.whole for part in (*theirs, *parts)):
        return theirs
    return [
        Part(begins, begins, end, part.days)
        for part in parts
        if (end := (begins := first + (part.first - parts[0].first)) + (part.last - part.first)) <= last
    ]


def _parts(first: date, last: date, step: Step) -> Iterator[Part]:
    at = first
    while at <= last:
        begins = _begin(at, step)
        after = _after(begins, step)
        end = min(after - _ONE, last)
        yield Part(begins, at, end, (after - begins).days)
        at = end + _ONE


def _begin(day: date, step: Step) -> date:
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is Step.MONTH else day


def _after(begins: date, step: Step) -> date:
    if step is Step.MONTH:
        return (begins.replace(day=28) + timedelta(days=4)).replace(day=1)
    return begins + timedelta(days=7 if step is Step.WEEK else 1)


def last_week(today: date) -> tuple[date, date]:
    """Return the last week that is over, Monday to Sunday."""
    monday = _begin(today, Step.WEEK)
    return monday - timedelta(days=7), monday - _ONE


def last_month(today: date) -> tuple[date, date]:
    """Return the last calendar month that is over."""
    end = today.replace(day=1) - _ONE
    return end.replace(day=1), end


def months_before(first: date, last: date) -> tuple[date, date] | None:
    """Return as many whole months as these are, right before them; None when these are no whole months."""
    if first.day != 1 or (last + _ONE).day != 1:
        return None
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    number = first.year * 12 + first.month - 1 - count
    return date(number // 12, number % 12 + 1, 1), first - _ONE
