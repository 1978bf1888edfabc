"""What rooms are like, whichever application of a character they are in, whenever they open and whoever comes."""

from __future__ import annotations

from console.sandbox.world.characters import Character
from console.sandbox.world.dice import Dice
from console.sandbox.world.plan import Stay
from console.sandbox.world.slots import Slots

__all__ = ["Habits"]

_LEAST_CAUSED = 14 * 60  # seconds: nobody could tell a cause from a shorter call


class Habits:
    """A character's kinds of rooms. Rooms of a kind are alike in all that is told from their start on."""

    def __init__(self, dice: Dice, character: Character) -> None:
        self.character = character
        self.slots = Slots(Dice(dice.roll(2)[0], "slots"), character)
        self.ill_dice = Dice(dice.roll(7)[0], "ills")
        self._fate_dice = Dice(dice.roll(4)[0], "stays")

    def stay(self, number: int, start: int) -> Stay:
        """Return a room by its number and its start (epoch seconds)."""
        character, kind = self.character, self.slots.kind(number)
        luck = self._fate_dice.nine(kind)
        first_slot, size, cause = self.slots.room(number)
        length = character.shortest + (character.longest - character.shortest) * luck[0] ** character.lean
        if cause is not None:
            length = cause.seconds or max(length, _LEAST_CAUSED)
        if number % 8 in character.relay:
            length = character.relay_seconds
        tier = character.tiers[int(luck[1] * len(character.tiers))]
        if cause is not None and cause.video and tier == "audio":
            tier = "hd"
        return Stay(number, kind, start, start + int(length), size, first_slot, cause, tier, luck)
