"""What becomes of the person in a place of a room. The places of an application are numbered through: see slots.py.

Everything here depends on a place's number modulo FATES alone, so that any number of people can be counted at once.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["FATES", "FATE_OF_REST", "JOIN_TROUBLE", "MISHAPS", "TWO_TIMERS", "Fate", "fate_of"]

FATES = 127


class Fate(IntEnum):
    """What becomes of the person in a slot."""

    STAYS = 0
    REJOINS = 1  # drops out once and comes back with a new session
    SLOW = 2  # gets in, but needs more than five seconds
    FAILS = 3
    FAILS_TWICE = 4
    FAILS_FIRST = 5  # gets in at the second attempt


_ODD_FATES = {
    7: Fate.FAILS, 51: Fate.FAILS_TWICE, 90: Fate.FAILS_FIRST,
    20: Fate.SLOW, 64: Fate.SLOW,
    3: Fate.REJOINS, 14: Fate.REJOINS, 33: Fate.REJOINS, 46: Fate.REJOINS, 59: Fate.REJOINS, 71: Fate.REJOINS,
    84: Fate.REJOINS, 101: Fate.REJOINS, 119: Fate.REJOINS,
}  # fmt: skip
FATE_OF_REST = tuple(_ODD_FATES.get(rest, Fate.STAYS) for rest in range(FATES))

JOIN_TROUBLE = frozenset(
    rest for rest, fate in enumerate(FATE_OF_REST) if fate not in (Fate.STAYS, Fate.REJOINS)
)

TWO_TIMERS = frozenset(
    rest for rest, fate in enumerate(FATE_OF_REST) if fate not in (Fate.STAYS, Fate.SLOW, Fate.FAILS)
)

MISHAPS = frozenset({4, 23, 41, 60, 78, 97, 115})  # whose person has a small mishap; all of them stay


def fate_of(slot: int) -> Fate:
    """Return what becomes of the person in a slot. Never are two neighbours out of luck."""
    return FATE_OF_REST[slot % FATES]
