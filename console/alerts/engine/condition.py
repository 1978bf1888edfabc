"""When a minute is a breach, how many of them count, and which rules make no sense. Pure."""

import math
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["LONGEST_WINDOW", "Condition", "Problem", "Reading", "Scale", "Side", "problems"]

LONGEST_WINDOW = 240  # minutes


class Side(StrEnum):
    """On which side of the limit a value is a breach. The limit itself is none."""

    ABOVE = "above"
    BELOW = "below"


class Reading(StrEnum):
    """What a minute says: a breach; well again; between the two; nothing."""

    BREACH = "breach"
    WELL = "well"
    BETWEEN = "between"
    GAP = "gap"


class Problem(StrEnum):
    """Why a rule is refused. Words for people: console/alerts/words.py."""

    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"  # the limit is none of the values that there can be
    NEVER_FIRES = "never_fires"  # no value lies beyond the limit
    NEVER_WELL = "never_well"  # no value lies as far on the good side as the margin wants
    BAD_MARGIN = "bad_margin"
    BAD_WINDOW = "bad_window"  # not 1 to LONGEST_WINDOW minutes
    BAD_BREACHES = "bad_breaches"  # less than one, or more than the window has minutes
    BAD_RECOVERY = "bad_recovery"  # not 1 to LONGEST_WINDOW minutes
    NO_SAMPLE = "no_sample"  # a minimum sample where none is known
    BAD_SAMPLE = "bad_sample"  # negative, or more than there can be
    SAMPLE_FORBIDS = "sample_forbids"  # whenever the sample is large enough the value is no breach


@dataclass(frozen=True)
class Scale:
    """Which values a signal can have. low, high: the least and the most; high may be infinite.

    most_sample: the most that its sample can be; None when it has no sample.
    counts_itself: the sample is the value itself (people online, of people online).
    """

    low: float = 0.0
    high: float = math.inf
    most_sample: float | None = None
    counts_itself: bool = False


@dataclass(frozen=True)
class Condition:
    """Breached when `breaches` of the last `window` minutes are on the wrong side of the limit.

    margin: so far on the good side a value must be to count as well again, in the signal's unit; 0 or more.
    recovery: minutes that must be well, without a breach between them, until it is over; gaps count for nothing.
    minimum_sample: minutes with a smaller sample, or an unknown one, say nothing; 0 takes every minute.
    """

    side: Side
    limit: float
    breaches: int = 1
    window: int = 1
    margin: float = 0.0
    recovery: int = 5
    minimum_sample: float = 0.0

    @property
    def well_from(self) -> float:
        """The value from which on it is well again."""
        return self.limit - self.margin if self.side is Side.ABOVE else self.limit + self.margin

    def read(self, value: float | None, sample: float | None) -> Reading:
        """Say what a minute tells."""
        if value is None or math.isnan(value):
            return Reading.GAP
        if self.minimum_sample > 0 and (sample is None or sample < self.minimum_sample):
            return Reading.GAP
        if value > self.limit if self.side is Side.ABOVE else value < self.limit:
            return Reading.BREACH
        well = value <= self.well_from if self.side is Side.ABOVE else value >= self.well_from
        return Reading.WELL if well else Reading.BETWEEN

    def worse(self, one: float, other: float) -> float:
        """Return the worse of two values."""
        return max(one, other) if self.side is Side.ABOVE else min(one, other)


def problems(condition: Condition, scale: Scale) -> list[Problem]:
    """Return why a rule makes no sense; empty when it does."""
    numbers = (condition.limit, condition.margin, condition.minimum_sample)
    if not all(math.isfinite(number) for number in numbers):
        return [Problem.NOT_A_NUMBER]
    return [*_of_limit(condition, scale), *_of_time(condition), *_of_sample(condition, scale)]


def _of_limit(condition: Condition, scale: Scale) -> list[Problem]:
    if not scale.low <= condition.limit <= scale.high:
        return [Problem.OUT_OF_RANGE]
    end = scale.high if condition.side is Side.ABOVE else scale.low
    if condition.limit == end:
        return [Problem.NEVER_FIRES]
    if condition.margin < 0:
        return [Problem.BAD_MARGIN]
    return [] if scale.low <= condition.well_from <= scale.high else [Problem.NEVER_WELL]


def _of_time(condition: Condition) -> list[Problem]:
    found = []
    if not 1 <= condition.window <= LONGEST_WINDOW:
        found.append(Problem.BAD_WINDOW)
    elif not 1 <= condition.breaches <= condition.window:
        found.append(Problem.BAD_BREACHES)
    if not 1 <= condition.recovery <= LONGEST_WINDOW:
        found.append(Problem.BAD_RECOVERY)
    return found


def _of_sample(condition: Condition, scale: Scale) -> list[Problem]:
    least = condition.minimum_sample
    if least == 0:
        return []
    if scale.most_sample is None:
        return [Problem.NO_SAMPLE]
    if not 0 < least <= scale.most_sample:
        return [Problem.BAD_SAMPLE]
    never = scale.counts_itself and condition.side is Side.BELOW and condition.limit <= least
    return [Problem.SAMPLE_FORBIDS] if never else []
