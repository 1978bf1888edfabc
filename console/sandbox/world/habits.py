"""What rooms are like, whichever application of a character they are in, whenever they open and whoever comes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from console.sandbox.world.causes import Cause
from console.sandbox.world.characters import Character
from console.sandbox.world.dice import Dice
from console.sandbox.world.plan import Plan, Session, Stay, visits
from console.sandbox.world.slots import Slots
from console.sandbox.world.tally import Arrivals, arrivals_of

__all__ = ["Habits"]

_SMALL = 8  # people: a page has hundreds of such rooms
_LEAST_CAUSED = 14 * 60  # seconds: nobody could tell a cause from a shorter call


class _Traits(NamedTuple):
    length: int
    size: int
    cause: Cause | None
    tier: str
    luck: tuple[float, ...]


class Habits:
    """A character's kinds of rooms. Rooms of a kind are alike in all that is told from their start on.

    There are few enough of them that whatever was found of one is kept.
    """

    def __init__(self, dice: Dice, character: Character) -> None:
        self.character = character
        self.slots = Slots(Dice(dice.roll(2)[0], "slots"), character)
        self.ill_dice = Dice(dice.roll(7)[0], "ills")
        self._fate_dice = Dice(dice.roll(4)[0], "stays")
        self._traits = cache(self._find_traits)
        self.plan = cache(self._make_plan)
        self.arrivals = cache(self._find_arrivals)

    def stay(self, number: int, start: int) -> Stay:
        """Return a room by its number and its start (epoch seconds)."""
        kind = self.slots.kind(number)
        length, size, cause, tier, luck = self._traits(kind)
        return Stay(number, kind, start, start + length, size, self.slots.first(number), cause, tier, luck)

    def sessions(self, stay: Stay, seats: Iterable[int]) -> list[Session]:
        """Return the sessions in some seats of a room to which nothing was done, without making its whole plan."""
        opening = stay.start
        return [
            Session(seat, attempt, joined, opening + start, opening + end, wait)
            for seat, attempt, joined, start, end, wait in visits(stay, self.character, seats)
        ]

    def make_small(self) -> None:
        """Make the plans of small rooms, so that no page has to wait for hundreds of them."""
        for kind in range(self.slots.kinds):
            if self._traits(kind).size <= _SMALL:
                self.plan(kind)

    def _make_plan(self, kind: int) -> Plan:
        stay = self.stay(kind, 0)
        return Plan(visits(stay, self.character, range(stay.size)))

    def _find_arrivals(self, kind: int) -> Arrivals:
        return arrivals_of(self.stay(kind, 0), self.character)

    def _find_traits(self, kind: int) -> _Traits:
        character = self.character
        luck = self._fate_dice.nine(kind)
        size, cause = self.slots.room(kind)
        length = character.shortest + (character.longest - character.shortest) * luck[0] ** character.lean
        if cause is not None:
            length = cause.seconds or max(length, _LEAST_CAUSED)
        if kind % 8 in character.relay:
            length = character.relay_seconds
        tier = character.tiers[int(luck[1] * len(character.tiers))]
        if cause is not None and cause.video and tier == "audio":
            tier = "hd"
        return _Traits(int(length), size, cause, tier, luck)
