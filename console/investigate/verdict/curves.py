"""Curves in order, and what can be read from them: how many points are bad, whether that lasts, what it fits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import lt
from statistics import median

from console.investigate.verdict.limits import Limits
from console.investigate.verdict.moments import MINUTE

__all__ = ["UNSURE", "Curve", "Fit", "Reading", "fit", "in_order", "read", "spread_out"]


@dataclass(frozen=True)
class Curve:
    """One indicator of one stream: moments (epoch seconds) that rise, and a value for each.

    repeats: how many points came again with another value.
    """

    sender: str
    receiver: str
    metric: str
    times: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    repeats: int = 0

    @cached_property
    def minutes(self) -> frozenset[int]:
        """Return the minutes since the epoch that have a point."""
        return frozenset(time // MINUTE for time in self.times)

    @cached_property
    def highest(self) -> float:
        """Return the highest value, 0 without points."""
        return max(self.values, default=0.0)

    def between(self, since: int, until: int) -> Curve:
        """Return the part from one moment up to another."""
        kept = [place for place, time in enumerate(self.times) if since <= time < until]
        times, values = self.times, self.values
        return Curve(
            self.sender,
            self.receiver,
            self.metric,
            tuple(times[place] for place in kept),
            tuple(values[place] for place in kept),
        )


def in_order(
    sender: str,
    receiver: str,
    metric: str,
    times: tuple[int, ...],
    values: tuple[float, ...],
    repeats: int = 0,
) -> Curve:
    """Return the curve that points make: sorted, and each moment once, as it was told last.

    What is no number or below zero is a gap. repeats: those known already.
    """
    if _is_in_order(times, values):  # the common case, and quick
        return Curve(sender, receiver, metric, times, values, repeats)
    found: dict[int, float] = {}
    for time, value in zip(times, values, strict=True):
        if value >= 0 and math.isfinite(value):
            repeats += found.get(time, value) != value
            found[time] = value
    moments = sorted(found)
    told = tuple([found[time] for time in moments])
    return Curve(sender, receiver, metric, tuple(moments), told, repeats)


def _is_in_order(times: tuple[int, ...], values: tuple[float, ...]) -> bool:
    return all(map(lt, times, times[1:])) and min(values, default=0.0) >= 0 and math.isfinite(sum(values))


@dataclass(frozen=True)
class Reading:
    """A curve held against a limit.

    hits: points beyond it, of points. middle: the median of those beyond, or of all when none is. worst: the
    most extreme. bad: the minutes that belong to a stretch that lasts. since, until: of that stretch, or of all.
    """

    curve: Curve
    limit: str
    value: float
    below: bool
    hits: int
    points: int
    middle: float | None
    worst: float | None
    bad: frozenset[int]
    beyond: frozenset[int]
    since: int
    until: int

    @property
    def lasts(self) -> bool:
        """Say whether it is beyond the limit often enough in a row."""
        return bool(self.bad)


def read(
    curve: Curve, limit: str, limits: Limits, *, value: float | None = None, below: bool = False
) -> Reading:
    """Hold a curve against a limit. value: instead of the limit's own, where it is relative to something."""
    bound = limits[limit] if value is None else value
    beyond = [found < bound if below else found > bound for found in curve.values]
    bad = _lasting(curve.times, beyond, limits)
    over = [found for found, hit in zip(curve.values, beyond, strict=True) if hit]
    stretch = [time for time in curve.times if time // MINUTE in bad] or list(curve.times)
    worst = (min if below else max)(curve.values, default=None)
    return Reading(
        curve=curve,
        limit=limit,
        value=bound,
        below=below,
        hits=len(over),
        points=len(curve.values),
        middle=median(over or curve.values) if curve.values else None,
        worst=worst,
        bad=bad,
        beyond=frozenset(time // MINUTE for time, hit in zip(curve.times, beyond, strict=True) if hit),
        since=stretch[0] if stretch else 0,
        until=stretch[-1] if stretch else 0,
    )


def _lasting(times: tuple[int, ...], beyond: list[bool], limits: Limits) -> frozenset[int]:
    """Return the minutes of the points beyond that are part of enough in a row."""
    need, of = limits.whole("persist_hits"), limits.whole("persist_points")
    longest = limits["persist_minutes"] * MINUTE
    places = [place for place, hit in enumerate(beyond) if hit]
    found: set[int] = set()
    for first in range(len(places) - need + 1):
        group = places[first : first + need]
        near = group[-1] - group[0] < of
        if near and times[group[-1]] - times[group[0]] <= longest:
            found.update(times[place] // MINUTE for place in group)
    return frozenset(found)


@dataclass(frozen=True)
class Fit:
    """How well bad minutes go with minutes that hurt.

    share: of the minutes that hurt and are known, how many are bad. quiet: the same of minutes that did not hurt,
    None when too few are known. known: share of the minutes that hurt for which there is a point. rise: the middle
    value while it hurt, as a multiple of the middle value when it did not; None without calm minutes.
    """

    share: float
    quiet: float | None
    known: float
    hurting: int
    explained: int
    quiet_bad: int = 0
    quiet_points: int = 0
    rise: float | None = None

    @property
    def quality(self) -> float:
        """Return how much more it belongs to what hurt than to the rest of the call, 0 to 1."""
        if self.quiet is None and self.rise is None:
            return UNSURE * self.share
        rarer = 0.0 if self.quiet is None else self.share - self.quiet
        worse = 0.0 if self.rise is None else self.share * min(1.0, (self.rise - 1) / _MUCH_WORSE)
        return max(0.0, rarer, worse)

    def explains(self, limits: Limits) -> bool:
        """Say whether it can be the reason: bad when it hurt, and not just as bad when it did not."""
        if self.explained < limits.whole("persist_hits"):
            return False  # a gust may happen at any time
        if self.share < limits["fits_share"] or self.quality < limits["fits_contrast"]:
            return False
        if self.rise is not None and self.rise < _HARDLY:
            return False  # a limit that happens to part a level line
        clear = self.quiet is not None and self.share - self.quiet >= _CLEAR
        return clear or self.rise is None or self.rise >= limits["fits_rise"]


UNSURE = 0.6  # of the share, where there was no calm time to compare with
_CLEAR = 0.5  # so much rarer when it did not hurt needs no much higher values
_HARDLY = 1.12  # times the calm value: no change that could be the reason for one
_MUCH_WORSE = 0.8  # so much above the calm value leaves no doubt
_ENOUGH_QUIET, _FEW_QUIET = 4, 2  # minutes: to count them, to take their middle
_RECOVERY = 3  # minutes after something hurt that are neither one nor the other


def fit(reading: Reading, hurts: frozenset[int]) -> Fit:
    """Compare bad minutes with minutes that hurt. A point may be a minute early or late."""
    known = reading.curve.minutes
    seen = {minute for minute in hurts if not known.isdisjoint((minute - 1, minute, minute + 1))}
    explained = {minute for minute in seen if not reading.bad.isdisjoint((minute - 1, minute, minute + 1))}
    calm = known - spread_out(hurts, 2, _RECOVERY)
    calm_bad = len(calm & reading.bad)
    return Fit(
        share=len(explained) / len(seen) if seen else 0.0,
        quiet=calm_bad / len(calm) if len(calm) >= _ENOUGH_QUIET else None,
        known=len(seen) / len(hurts) if hurts else 0.0,
        hurting=len(seen),
        explained=len(explained),
        quiet_bad=calm_bad,
        quiet_points=len(calm),
        rise=_rise(reading, hurts, calm or known - spread_out(hurts, 0, 1)),
    )


def _rise(reading: Reading, hurts: frozenset[int], calm: frozenset[int]) -> float | None:
    """Return how many times worse an indicator was while it hurt."""
    values = list(zip((time // MINUTE for time in reading.curve.times), reading.curve.values, strict=True))
    then = [value for minute, value in values if minute in hurts]
    else_ = [value for minute, value in values if minute in calm]
    if not then or len(else_) < _FEW_QUIET:
        return None
    worse, usual = (median(else_), median(then)) if reading.below else (median(then), median(else_))
    return worse / usual if usual > 0 else None


def spread_out(minutes: Iterable[int], before: int, after: int) -> frozenset[int]:
    """Return the minutes and those around them."""
    return frozenset(minute + step for minute in minutes for step in range(-before, after + 1))
