"""The sandbox's world: who meets whom, when, on which device, and what goes wrong.

A deterministic function of seed and moment (world.py says how to ask), made so that any moment is cheap:
rhythm.py knows when rooms begin, slots.py counts people, rooms.py makes a room's sessions from its number,
listing.py pages through millions of rows, shown.py is what a row says, causes.py lists what is wrong on purpose.
"""

from console.sandbox.world.applications import WorldApplication
from console.sandbox.world.shown import Participant, Room
from console.sandbox.world.world import World

__all__ = ["Participant", "Room", "World", "WorldApplication"]
