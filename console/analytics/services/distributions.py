"""Who was online, by region, network, platform and SDK: the mean over the moments that are stored, and its trend.

Reads the days added up by the collector. What an application lacks is in no mean; how much is known is said.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache

from console.analytics.models import Spread, SpreadDay
from console.analytics.moving import Moved, Side, biggest_mover
from console.analytics.services.known import Remembered
from console.analytics.steps import Part, Step, parts_of

__all__ = ["MOMENTS_A_DAY", "Distribution", "Share", "distribution", "movers"]

MOMENTS_A_DAY = 12
_MOST_SHOWN = 8
_NEWS = 0.5  # people; less than half a person is no news
_KEPT_SECONDS = 1800


@dataclass(frozen=True)
class Share:
    """A value of a dimension: people online on average, now and then; by step. value: "" for the rest together."""

    value: str
    mean: float
    then: float | None
    steps: tuple[float | None, ...]


@dataclass(frozen=True)
class Distribution:
    """One dimension over a period. known: moments of applications that are stored, of `possible`.

    known_steps: the same for each step. others: how many values the rest stands for.
    """

    parts: tuple[Part, ...]
    shares: tuple[Share, ...]
    mean: float
    then: float | None
    known: int
    possible: int
    known_steps: tuple[int, ...]
    others: int


class _Means:
    """People added up by application, of which each has moments of its own."""

    def __init__(self) -> None:
        self.moments: Counter[int] = Counter()
        self.people: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def add(self, key: int, moments: int, people: Mapping[str, int]) -> None:
        self.moments[key] += moments
        self.people[key].update(people)

    def by_value(self) -> dict[str, float]:
        """Return people online on average by value: the means of the applications added up."""
        found: defaultdict[str, float] = defaultdict(float)
        for key, people in self.people.items():
            for value, count in people.items():
                found[value] += count / self.moments[key]
        return found


Row = tuple[int, date, int, Mapping[str, int]]


def distribution(
    dimension: str,
    applications: Sequence[Remembered],
    first: date,
    last: date,
    then: tuple[date, date] | None = None,
    step: Step = Step.DAY,
) -> Distribution:
    """Return one dimension between two days of UTC, both part of it. Two queries at most."""
    parts = parts_of(first, last, step)
    rows = _rows(dimension, applications, first, last)
    whole, steps = _Means(), [_Means() for _part in parts]
    place_of = {
        number: place
        for place, part in enumerate(parts)
        for number in range(part.first.toordinal(), part.last.toordinal() + 1)
    }
    for key, day, moments, people in rows:
        whole.add(key, moments, people)
        steps[place_of[day.toordinal()]].add(key, moments, people)
    before = _means(_rows(dimension, applications, *then)) if then else None
    means, means_then = whole.by_value(), before.by_value() if before and before.moments else None
    shown, rest = _shown(means, means_then)
    by_step = [one.by_value() if one.moments else None for one in steps]
    shares = [
        Share(
            value,
            means.get(value, 0.0),
            None if means_then is None else means_then.get(value, 0.0),
            tuple(None if one is None else one.get(value, 0.0) for one in by_step),
        )
        for value in shown
    ]
    if rest:
        shares.append(_together(rest, means, means_then, by_step))
    return Distribution(
        tuple(parts),
        tuple(shares),
        sum(means.values()),
        None if means_then is None else sum(means_then.values()),
        whole.moments.total(),
        ((last - first).days + 1) * MOMENTS_A_DAY * len(applications),
        tuple(one.moments.total() for one in steps),
        len(rest),
    )


def movers(
    applications: Sequence[Remembered], now: tuple[date, date], then: tuple[date, date]
) -> list[tuple[str, str, Moved]]:
    """Return of each dimension the value whose people moved most: (dimension, value, how).

    Only applications that are known in both periods count; a dimension without any says nothing. Two queries, or none
    when somebody has just asked: a year of twenty applications is worth remembering for a while.
    """
    keys = sorted(app.key for app in applications)
    name = hashlib.sha256(f"{keys} {now} {then}".encode()).hexdigest()
    found: list[tuple[str, str, Moved]] | None = cache.get(f"movers:{name}")
    if found is None:
        this, that = _all_means(keys, *now), _all_means(keys, *then)
        found = []
        for dimension in Spread.Dimension.values:
            one = _mover(this[dimension], that[dimension])
            if one is not None:
                found.append((dimension, *one))
        cache.set(f"movers:{name}", found, _KEPT_SECONDS)
    return found


def _mover(this: _Means, that: _Means) -> tuple[str, Moved] | None:
    both = this.moments.keys() & that.moments.keys()
    for means in (this, that):
        for key in set(means.moments) - both:
            del means.moments[key]
            means.people.pop(key, None)
    people, then = this.by_value(), that.by_value()
    values = sorted({*people, *then})
    moved = biggest_mover([(Side(people.get(one, 0.0)), Side(then.get(one, 0.0))) for one in values])
    if moved is None or abs(moved.effect) < _NEWS:
        return None
    return values[moved.place], moved


def _all_means(keys: Sequence[int], first: date, last: date) -> dict[str, _Means]:
    rows = SpreadDay.objects.filter(application__in=keys, day__gte=first, day__lte=last)
    found = {dimension: _Means() for dimension in Spread.Dimension.values}
    for key, dimension, moments, people in rows.values_list(
        "application_id", "dimension", "moments", "people"
    ).iterator(2000):
        if dimension in found:
            found[dimension].add(key, moments, people)
    return found


def _rows(dimension: str, applications: Sequence[Remembered], first: date, last: date) -> list[Row]:
    rows = SpreadDay.objects.filter(
        application__in=[app.key for app in applications], dimension=dimension, day__gte=first, day__lte=last
    )
    return list(rows.values_list("application_id", "day", "moments", "people"))


def _means(rows: Iterable[Row]) -> _Means:
    found = _Means()
    for key, _day, moments, people in rows:
        found.add(key, moments, people)
    return found


def _shown(means: Mapping[str, float], then: Mapping[str, float] | None) -> tuple[list[str], list[str]]:
    """Return the values that are shown one by one, most people first, and the rest."""
    values = sorted({*means, *(then or {})}, key=lambda value: (-means.get(value, 0.0), value))
    if len(values) <= _MOST_SHOWN + 1:
        return values, []
    return values[:_MOST_SHOWN], values[_MOST_SHOWN:]


def _together(
    values: Sequence[str],
    means: Mapping[str, float],
    then: Mapping[str, float] | None,
    by_step: Sequence[Mapping[str, float] | None],
) -> Share:
    def added(found: Mapping[str, float]) -> float:
        return sum(found.get(value, 0.0) for value in values)

    steps = tuple(None if one is None else added(one) for one in by_step)
    return Share("", added(means), None if then is None else added(then), steps)
