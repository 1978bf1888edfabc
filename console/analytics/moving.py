"""What moved a figure most, computed from its parts alone: no words, no database.

A sum is moved by the differences of its parts. A rate of several parts is moved by what happens within a part and by
how much of the whole each part is; both together, over all parts, are exactly the difference of the rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Moved", "Side", "biggest_mover", "same_coverage"]

_NOTHING = 1e-12
_SAME_COVERAGE = 0.05  # share of the days that are known


def same_coverage(share: float, other: float) -> bool:
    """Say whether sums of two periods can be compared, given the shares of their days that are known."""
    return abs(share - other) <= _SAME_COVERAGE


@dataclass(frozen=True)
class Side:
    """A part in one period. value: its sum or rate, None when nothing is known; weight: what a rate is a share of."""

    value: float | None
    weight: float = 0.0


@dataclass(frozen=True)
class Moved:
    """The part that moved the whole most.

    change: of the whole; effect: the part's share in it, in the same unit. share: effect of change, when both point the
    same way. by_share: of a rate: most of the effect is that the part became a larger or smaller piece of the whole.
    """

    place: int
    now: float
    before: float
    whole_now: float
    whole_before: float
    effect: float
    by_share: bool = False

    @property
    def change(self) -> float:
        """By how much the whole moved."""
        return self.whole_now - self.whole_before

    @property
    def share(self) -> float | None:
        """How much of the whole's movement it is, from 0 on; None when it went against it or nothing moved."""
        if abs(self.change) < _NOTHING or self.effect / self.change <= 0:
            return None
        return self.effect / self.change


def biggest_mover(sides: Sequence[tuple[Side, Side]], *, rate: bool = False) -> Moved | None:
    """Return what moved most among parts, each now and before; None when nothing moved.

    A part that is unknown on either side is left out of both: nobody knows what it did.
    """
    known = [
        (place, now.value, before.value, now.weight, before.weight)
        for place, (now, before) in enumerate(sides)
        if now.value is not None and before.value is not None
    ]
    if rate:
        known = [row for row in known if row[3] or row[4]]
        return _of_rate(known)
    return _of_sum(known)


Row = tuple[int, float, float, float, float]


def _of_sum(rows: Sequence[Row]) -> Moved | None:
    whole_now, whole_before = sum(row[1] for row in rows), sum(row[2] for row in rows)
    found = max(rows, key=lambda row: abs(row[1] - row[2]), default=None)
    if found is None or abs(found[1] - found[2]) < _NOTHING:
        return None
    place, now, before, _weight_now, _weight_before = found
    return Moved(place, now, before, whole_now, whole_before, now - before)


def _of_rate(rows: Sequence[Row]) -> Moved | None:
    weight_now, weight_before = sum(row[3] for row in rows), sum(row[4] for row in rows)
    if not weight_now or not weight_before:
        return None
    whole_now = sum(row[1] * row[3] for row in rows) / weight_now
    whole_before = sum(row[2] * row[4] for row in rows) / weight_before
    found: Moved | None = None
    for place, now, before, heavy_now, heavy_before in rows:
        share_now, share_before = heavy_now / weight_now, heavy_before / weight_before
        within = (share_now + share_before) / 2 * (now - before)
        between = (share_now - share_before) * ((now + before) / 2 - whole_before)
        effect = within + between
        if found is None or abs(effect) > abs(found.effect):
            by_share = abs(between) > abs(within)
            found = Moved(place, now, before, whole_now, whole_before, effect, by_share)
    return found if found is not None and abs(found.effect) >= _NOTHING else None
