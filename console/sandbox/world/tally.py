"""Count who joined a room in a window without making the room's plan: most people come in the order of seats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.sandbox.world.characters import Character
from console.sandbox.world.people import COHORTS
from console.sandbox.world.plan import SPECIAL_SECONDS, Session, Stay, nominal_start, special_visits, visits
from console.sandbox.world.slots import FATES, TWO_TIMERS, steady_counter, two_timers

__all__ = ["Wish", "count_begun"]


class Wish(NamedTuple):
    """What is counted. failed, joined: attempts of which outcome. cohorts: None for all. detail: every session

    of a person instead of the latest one in the window.
    """

    failed: bool
    joined: bool
    detail: bool
    cohorts: frozenset[int] | None


def count_begun(stay: Stay, habits: Character, since: int, until: int, wish: Wish) -> int:
    """Return how many rows a room to which nothing was done has of sessions begun from since up to until."""
    if not wish.failed and not wish.joined:
        return 0
    first = stay.first_slot
    comes_late = two_timers().before(first + stay.size) > two_timers().before(first)
    last = stay.start + int((stay.end - stay.start) * habits.join_reach) + SPECIAL_SECONDS
    if not comes_late and (last < since or (since <= stay.start and last < until)):
        steady = steady_counter(wish.failed, wish.joined, wish.cohorts)
        return 0 if last < since else steady.before(first + stay.size) - steady.before(first)
    special = special_visits(stay)
    low, high = _first_seat(stay, habits, since), _first_seat(stay, habits, until)
    steady = steady_counter(wish.failed, wish.joined, wish.cohorts)
    count = steady.before(first + high) - steady.before(first + low) if low < high else 0
    for seat, (start, _) in special.items():
        is_counted, is_meant = low <= seat < high, since <= start < until
        if is_counted != is_meant:
            rows = steady.before(first + seat + 1) - steady.before(first + seat)
            count += rows if is_meant else -rows
    return count + (_count_two_timers(stay, habits, since, until, wish, special) if comes_late else 0)


def _count_two_timers(
    stay: Stay, habits: Character, since: int, until: int, wish: Wish, special: Mapping[int, tuple[int, int]]
) -> int:
    """Count those with two sessions, one by one."""
    first = stay.first_slot
    seats = [seat for seat in range(stay.size) if (first + seat) % FATES in TWO_TIMERS]
    if wish.cohorts is not None:
        seats = [seat for seat in seats if (first + seat) % COHORTS in wish.cohorts]
    begun = [row for row in visits(stay, habits, seats, special) if since <= row[_START] < until]
    if not wish.detail:
        begun = list({row[_SEAT]: row for row in begun}.values())
    return sum(wish.joined if row[_JOINED] else wish.failed for row in begun)


_SEAT, _JOINED, _START = (Session._fields.index(name) for name in ("seat", "joined", "start"))


def _first_seat(stay: Stay, habits: Character, moment: int) -> int:
    """Return the first seat whose person, unless special, comes at a moment or later; size when nobody does."""
    share = (moment - stay.start) / ((stay.end - stay.start) * habits.join_reach)
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
