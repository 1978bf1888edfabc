"""Places in rooms, counted once for a whole application, so that any number of people can be counted at once.

Every room has as many slots as it has people; slot after slot, room after room, they are numbered through. Who sits
in a slot, and what becomes of them, depends on the slot's number modulo a prime. How many rows a list has between
two rooms, filtered or not, is then a subtraction, however many rooms lie between.

Rooms come in blocks. After some blocks all that happens in rooms happens again, at another time and to others: what is
costly to know of a room is known of all that are like it.
"""

from __future__ import annotations

import random
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from operator import mul
from typing import NamedTuple

from console.sandbox.world.causes import CAUSES, Cause
from console.sandbox.world.characters import Character
from console.sandbox.world.dice import Dice
from console.sandbox.world.fates import FATE_OF_REST, FATES, TWO_TIMERS, Fate
from console.sandbox.world.people import COHORTS

__all__ = [
    "PERIOD",
    "VARIETY",
    "SlotCounter",
    "Slots",
    "make_counters",
    "seats_of_two_timers",
    "steady_counter",
]

PERIOD = FATES * COHORTS


# rows of a slot once its room is over: (failed, left) in detail; the last state decides in summary
_ROWS = {
    Fate.STAYS: (0, 1),
    Fate.REJOINS: (0, 2),
    Fate.SLOW: (0, 1),
    Fate.FAILS: (1, 0),
    Fate.FAILS_TWICE: (2, 0),
    Fate.FAILS_FIRST: (1, 1),
}


class SlotCounter:
    """Counts rows of settled rooms, from the first slot ever up to any slot."""

    def __init__(self, weight: Callable[[Fate], int], cohorts: frozenset[int] | None) -> None:
        weights = [weight(fate) for fate in FATE_OF_REST]
        inside = [int(cohorts is None or cohort in cohorts) for cohort in range(COHORTS)]
        running = array("q", accumulate(map(mul, weights * COHORTS, inside * FATES), initial=0))
        self._running = running
        self.total = running[-1]  # rows in PERIOD slots

    def before(self, slot: int) -> int:
        """Return the rows in all slots before this one."""
        rounds, rest = divmod(slot, PERIOD)
        return rounds * self.total + self._running[rest]

    def at(self, slot: int) -> int:
        """Return the rows of one slot."""
        rest = slot % PERIOD
        return self._running[rest + 1] - self._running[rest]

    def slot_of(self, row: int) -> int:
        """Return the slot that holds a row, rows counted from 0 at the first slot ever."""
        rounds, rest = divmod(row, self.total)
        return rounds * PERIOD + bisect_right(self._running, rest) - 1


@lru_cache(maxsize=64)
def counter(detail: bool, failed: bool, left: bool, cohorts: frozenset[int] | None) -> SlotCounter:
    """Return a counter of rows: per session or per person, of those who failed, of those who left."""

    def weight(fate: Fate) -> int:
        fails, leaves = _ROWS[fate]
        if detail:
            return fails * failed + leaves * left
        return int(left if leaves else failed)

    return SlotCounter(weight, cohorts)


@lru_cache(maxsize=64)
def steady_counter(failed: bool, joined: bool, cohorts: frozenset[int] | None) -> SlotCounter:
    """Return a counter of those who try just once: who get in, who fail."""

    def weight(fate: Fate) -> int:
        if fate is Fate.FAILS:
            return int(failed)
        return int(joined and fate in (Fate.STAYS, Fate.SLOW))

    return SlotCounter(weight, cohorts)


_TWICE = tuple(sorted(rest + FATES * turn for turn in range(6) for rest in TWO_TIMERS))


def seats_of_two_timers(first: int, size: int) -> list[int]:
    """Return the seats of those who try twice in a room with this first slot. size: at most 600 people."""
    rest = first % FATES
    low, high = bisect_left(_TWICE, rest), bisect_left(_TWICE, rest + size)
    return [slot - rest for slot in _TWICE[low:high]]


def make_counters() -> None:
    """Make the counters that most questions need, so that none of them has to wait for it."""
    for failed, left in ((True, True), (True, False), (False, True)):
        steady_counter(failed, left, None)
        for detail in (True, False):
            counter(detail, failed, left, None)


class _Block(NamedTuple):
    order: array[int]  # place in the template of each room of the block
    running: array[int]  # slots before each room, counted from the block's start
    ailing: array[int]  # rooms of the block whose cause makes somebody suffer


VARIETY = 8  # blocks until the rooms are like those before again


class Slots:
    """The rooms of one application as blocks: every block has the same rooms, each in its own order.

    A room's kind says which other rooms are like it: of the same size and cause, with the same fates in their slots.
    """

    def __init__(self, dice: Dice, character: Character) -> None:
        self._dice = dice
        self._character = character
        self._sizes = character.sizes
        self._causes = _deal_causes(character)
        self._ailing = [cause is not None and bool(cause.ailments) for cause in self._causes]
        self._rooms = len(self._sizes)
        self._slots = sum(self._sizes)
        self.mean_size = self._slots / self._rooms
        self.kinds = VARIETY * self._rooms
        self._block = lru_cache(maxsize=VARIETY)(self._make_block)

    def kind(self, room: int) -> int:
        """Return the kind of a room, below kinds."""
        return room % self.kinds

    def room(self, room: int) -> tuple[int, Cause | None]:
        """Return how many people a room has, and its cause."""
        block, index = divmod(room, self._rooms)
        place = self._block(block % VARIETY).order[index]
        return self._sizes[place], self._causes[place]

    def first(self, room: int) -> int:
        """Return a room's first slot."""
        block, index = divmod(room, self._rooms)
        return block * self._slots + self._block(block % VARIETY).running[index]

    def room_of(self, slot: int) -> int:
        """Return the room that a slot belongs to."""
        block, rest = divmod(slot, self._slots)
        return block * self._rooms + bisect_right(self._block(block % VARIETY).running, rest) - 1

    def ailing(self, low: int, high: int) -> list[int]:
        """Return the rooms from low up to high whose cause makes somebody suffer."""
        found: list[int] = []
        for block in range(low // self._rooms, -(-high // self._rooms)):
            first, ailing = block * self._rooms, self._block(block % VARIETY).ailing
            found += [first + index for index in ailing if low <= first + index < high]
        return found

    def seats(self, low: int, high: int, period: int, rests: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield room and seat of the slots in the rooms from low up to high that leave one of the rests."""
        begin, end = self.first(low), self.first(high)
        for rest in rests:
            for slot in range(begin + (rest - begin) % period, end, period):
                block, offset = divmod(slot, self._slots)
                running = self._block(block % VARIETY).running
                index = bisect_right(running, offset) - 1
                yield block * self._rooms + index, offset - running[index]

    def _make_block(self, block: int) -> _Block:
        order = list(range(self._rooms))
        if self._character.shuffled:
            random.Random(self._dice.roll(block)[0]).shuffle(order)  # noqa: S311 - repeatable, not secret
        running = array("I", accumulate(map(self._sizes.__getitem__, order[:-1]), initial=0))
        ailing = [index for index, place in enumerate(order) if self._ailing[place]]
        return _Block(array("H", order), running, array("H", ailing))


def _deal_causes(character: Character) -> list[Cause | None]:
    """Give each cause that suits the application one room of the block, spread over the sizes that fit."""
    dealt: list[Cause | None] = [None] * len(character.sizes)
    for cause in CAUSES:
        if cause.video and set(character.tiers) == {"audio"}:
            continue
        fitting = [
            place
            for place, size in enumerate(character.sizes)
            if dealt[place] is None and cause.low <= size <= cause.high and place % 8 != 0
        ]
        if fitting:
            dealt[fitting[len(fitting) // 2]] = cause
    return dealt
