"""Count who joined a room in a window without making the room's plan: most people come in the order of seats."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from console.sandbox.world.characters import Character
from console.sandbox.world.people import COHORTS
from console.sandbox.world.plan import SPECIAL_SECONDS, Stay, nominal_start, special_visits, visits
from console.sandbox.world.slots import counter, seats_of_two_timers, steady_counter

__all__ = ["Arrivals", "Tally", "Wish", "arrivals_of", "longest_arriving"]


class Arrivals(NamedTuple):
    """When people come into rooms of a kind, as far as the order of seats does not tell it: seconds after the opening.

    last: when the last session begins. special: seat and moment of those who matter. twice: seat, outcome and moment
    of every attempt of those who try twice, in the order of seats.
    """

    last: int
    special: tuple[tuple[int, int], ...]
    twice: tuple[tuple[int, bool, int], ...]


def arrivals_of(stay: Stay, habits: Character) -> Arrivals:
    """Return what has to be known of a room's kind to count any window of it."""
    special = special_visits(stay)
    seats = seats_of_two_timers(stay.first_slot, stay.size)
    rows = visits(stay, habits, seats, special) if seats else []
    twice = tuple([(seat, joined, start) for seat, _, joined, start, _, _ in rows])
    moments = [start for start, _ in special.values()]
    last = max(nominal_start(stay, habits, stay.size - 1), *moments, *[start for _, _, start in twice])
    return Arrivals(last, tuple(zip(special, moments, strict=True)), twice)


def longest_arriving(habits: Character) -> int:
    """Return for how many seconds after a room's start people can come, those who try twice left aside."""
    return max(int(habits.limit_seconds * habits.join_reach), SPECIAL_SECONDS)


class Wish(NamedTuple):
    """What is counted. failed, joined: attempts of which outcome. cohorts: None for all. detail: every session

    of a person instead of the latest one in the window.
    """

    failed: bool
    joined: bool
    detail: bool
    cohorts: frozenset[int] | None


class Tally:
    """Counts, of rooms to which nothing was done, the rows of sessions begun from since up to until.

    arrivals: what is known of a kind of rooms, by its number.
    """

    def __init__(
        self, habits: Character, arrivals: Callable[[int], Arrivals], since: int, until: int, wish: Wish
    ) -> None:
        self._habits, self._arrivals = habits, arrivals
        self._since, self._until, self._wish = since, until, wish
        self._whole = counter(wish.detail, wish.failed, wish.joined, wish.cohorts)
        self._steady = steady_counter(wish.failed, wish.joined, wish.cohorts)

    def count(self, stay: Stay) -> int:
        """Return how many rows a room has."""
        since, until, first, whole = self._since, self._until, stay.first_slot, self._whole
        if not whole.total:
            return 0
        if stay.start < since or stay.end > until:
            arrivals = self._arrivals(stay.kind)
            low, high = since - stay.start, until - stay.start
            if arrivals.last < low:
                return 0
            if low > 0 or arrivals.last >= high:
                return self._count_partly(stay, arrivals, low, high)
        return whole.before(first + stay.size) - whole.before(first)

    def _count_partly(self, stay: Stay, arrivals: Arrivals, since: int, until: int) -> int:
        """Count those who came from some seconds after the opening up to others."""
        first, steady = stay.first_slot, self._steady
        low = _first_seat(stay, self._habits, since)
        high = stay.size if arrivals.last < until else _first_seat(stay, self._habits, until)
        count = steady.before(first + high) - steady.before(first + low) if low < high else 0
        for seat, start in arrivals.special:
            is_counted, is_meant = low <= seat < high, since <= start < until
            if is_counted != is_meant:
                rows = steady.before(first + seat + 1) - steady.before(first + seat)
                count += rows if is_meant else -rows
        return count + self._count_two_timers(first, arrivals, since, until) if arrivals.twice else count

    def _count_two_timers(self, first: int, arrivals: Arrivals, since: int, until: int) -> int:
        """Count those with two sessions, one by one."""
        wish = self._wish
        begun = [row for row in arrivals.twice if since <= row[2] < until]
        if wish.cohorts is not None:
            begun = [row for row in begun if (first + row[0]) % COHORTS in wish.cohorts]
        if not wish.detail:
            begun = list({row[0]: row for row in begun}.values())
        return sum(wish.joined if joined else wish.failed for _, joined, _ in begun)


def _first_seat(stay: Stay, habits: Character, moment: int) -> int:
    """Return the first seat whose person, unless special, comes so many seconds after the opening or later.

    That is the room's size when nobody does.
    """
    share = moment / ((stay.end - stay.start) * habits.join_reach)
    if share <= 0:
        return 0
    if share > 1:
        return stay.size
    seat = min(stay.size, int(stay.size * share ** (1 / habits.join_lean)))
    while seat > 0 and nominal_start(stay, habits, seat - 1) >= moment:
        seat -= 1
    while seat < stay.size and nominal_start(stay, habits, seat) < moment:
        seat += 1
    return seat
