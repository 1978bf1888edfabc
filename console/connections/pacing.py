"""The arithmetic of fair refreshing: how often, and whose turn. Pure: no clock, no store, no waiting.

Every question that somebody watches wishes to be refreshed every so many seconds. While all wishes together fit into
what the quota leaves for them, each is granted. When they don't, nobody is refreshed more often than once in `interval`
seconds, the shortest interval with which all fit: whoever wishes less than that isn't slowed, and no age exceeds the
number of questions divided by the capacity. Those that are slowed take turns, the oldest answer first, `spacing`
seconds apart: so permits come free as evenly as they are spent, and a click never finds them all gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Go", "Later", "Pace", "Watched", "pace_of", "turn_of"]

_EQUAL = 1 - 1e-9  # sums of parts differ in their last digits
_MISSED = 3  # turns that nobody took, and that may be made up for


@dataclass(frozen=True)
class Watched:
    """A question that somebody watches. Instants are seconds on one clock.

    wish: seconds after which its answer is old. asked_at: when the present answer was asked for. slot_at: the turn that
    was used for it, None when it had none. busy: it is being asked for now. seen: somebody looked a moment ago, so that
    it would take its turn.
    """

    key: int
    wish: float
    asked_at: float
    slot_at: float | None = None
    busy: bool = False
    seen: bool = True

    @property
    def tried_at(self) -> float:
        """When its last turn was: one that fails again and again has no more turns than the others."""
        return self.asked_at if self.slot_at is None else max(self.asked_at, self.slot_at)


@dataclass(frozen=True)
class Pace:
    """interval: no question is refreshed more often. spacing: seconds between two turns. Both 0 without pressure."""

    interval: float = 0.0
    spacing: float = 0.0

    def of(self, wish: float) -> float:
        """Return after how many seconds an answer that wishes so is refreshed."""
        return max(wish, self.interval)

    def slows(self, wish: float) -> bool:
        """Whether an answer that wishes so takes turns: it wishes more than its share, by more than the last digit."""
        return wish < self.interval * _EQUAL


@dataclass(frozen=True)
class Go:
    """Refresh now. slot: the turn used, None outside the turns."""

    slot: float | None


@dataclass(frozen=True)
class Later:
    """Not now; at the earliest at this instant."""

    at: float


def pace_of(wishes: Iterable[float], capacity: float) -> Pace:
    """Return the pace at which questions with these wishes share so many refreshes a second."""
    waiting = sorted(wishes, reverse=True)
    left = capacity
    while waiting and left > 0:
        pace = Pace(len(waiting) / left, 1 / left)
        if pace.slows(waiting[0]):
            return pace
        left -= 1 / waiting.pop(0)  # content with less than its share
    return Pace()


def turn_of(me: Watched, watched: Sequence[Watched], capacity: float, now: float) -> Go | Later:
    """Say whether a question may be refreshed now. watched: all that share the capacity, the one itself among them."""
    old_at = me.asked_at + me.wish
    if now < old_at:
        return Later(old_at)
    pace = pace_of((one.wish for one in watched), capacity)
    if not pace.slows(me.wish):
        return Go(None)
    slowed = [one for one in watched if pace.slows(one.wish)]
    slot = _next_slot(slowed, pace.spacing, now)
    before = sum(_goes_before(one, me, now) for one in slowed)
    mine = slot + before * pace.spacing  # a turn left by whoever is before is the next one's
    return Go(slot) if now >= mine else Later(mine)


def _next_slot(slowed: Iterable[Watched], spacing: float, now: float) -> float:
    """Return the first turn that nobody has used. A slot in the future by more than a turn is a mistake of clocks."""
    used = [one.slot_at for one in slowed if one.slot_at is not None and one.slot_at <= now + spacing]
    return max(max(used) + spacing, now - _MISSED * spacing) if used else now


def _goes_before(other: Watched, me: Watched, now: float) -> bool:
    if other.key == me.key or other.busy or not other.seen or now < other.asked_at + other.wish:
        return False
    return (other.tried_at, other.key) < (me.tried_at, me.key)
