"""What applications are like: how big their rooms are, how long they last, when people come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.sandbox.world.fates import FATES
from console.sandbox.world.rhythm import HOUR, SLOWEST

__all__ = ["CHARACTERS", "Character"]

# Rooms that begin per hour of the day in China, 10 at the busiest. Never below 3: a demonstration may be
# watched at night, and then, too, something has to be going on.
_NIGHT_DAY = (3, 3, 3, 3, 3, 3, 3, 4, 6, 9, 10, 9, 7, 8, 10, 10, 9, 7, 6, 5, 4, 4, 3, 3)
_SCHOOL = (3, 3, 3, 3, 3, 3, 3, 5, 9, 10, 10, 9, 5, 5, 10, 10, 9, 6, 5, 8, 8, 5, 3, 3)
_EVENING = (7, 5, 3.5, 3, 3, 3, 3, 3, 3, 3, 4, 4, 5, 4, 4, 4, 4, 5, 6, 8, 10, 10, 10, 9)
_FLAT = (8, 8, 8, 8, 8, 8, 8, 8, 8.5, 9, 10, 10, 9, 9, 10, 10, 9, 8.5, 8.5, 9, 10, 9, 8.5, 8)
_QUIET_DAY = (3, 3, 3, 3, 3, 3, 3, 3, 3.5, 4, 4.5, 4.5, 4, 4, 4, 4, 4, 4, 3.5, 3.5, 3.5, 3, 3, 3)


@dataclass(frozen=True)
class Character:
    """The habits of one kind of application.

    sizes: participants of the rooms of one block, in order; in all a multiple of FATES. relay: places in every eight
    rooms of a block whose room stays open until its successor has begun, so that one such room can always be looked at.
    open_rooms: rooms open at the busiest hour. shortest, longest, lean: seconds; a larger lean makes short rooms
    likelier. join_lean, join_reach: how early in the room's life people come, and the latest share of it.
    stay: shortest and longest stay as a share of the room's life. senders: most people who send.
    tiers: what is sent, dealt out by luck: "audio", "sd", "hd" or "hdp". recurring: the same room ids come back
    about a week later.
    """

    name: str
    title: str
    room_prefix: str
    user_prefix: str
    sizes: tuple[int, ...]
    open_rooms: float
    shortest: int
    longest: int
    lean: float
    join_lean: float
    join_reach: float
    stay: tuple[float, float]
    senders: int
    tiers: tuple[str, ...]
    workday: tuple[float, ...]
    weekend: tuple[float, ...]
    web_share: float
    recurring: bool = False
    shuffled: bool = True
    relay: frozenset[int] = frozenset()
    scope: str = "DOMESTIC"

    @property
    def mean_seconds(self) -> float:
        """Return how long its rooms last on average."""
        return self.shortest + (self.longest - self.shortest) / (self.lean + 1)

    @property
    def limit_seconds(self) -> int:
        """Return a length that no room of this character exceeds."""
        return max(self.longest, 20 * 60, self.relay_seconds if self.relay else 0) + 60

    @property
    def relay_seconds(self) -> int:
        """Return how long a room in a relay lasts: until its successor, eight rooms later, has surely begun."""
        return round(9 * HOUR / (min(*map(min, self.arrivals())) * SLOWEST)) + 20 * 60

    def arrivals(self) -> tuple[list[float], list[float]]:
        """Return rooms that start per hour on working days and on weekends."""
        scale = self.open_rooms * HOUR / self.mean_seconds / max(self.workday)
        return [weight * scale for weight in self.workday], [weight * scale for weight in self.weekend]

    def people(self) -> int:
        """Return how many users the application has: most of them appear about once a day."""
        workday, weekend = self.arrivals()
        daily = (sum(workday) * 5 + sum(weekend) * 2) / 7 * sum(self.sizes) / len(self.sizes)
        return max(1010, 101 * round(daily / 1.2 / 101), 101 * (max(self.sizes) * 6 // 101))

    def scaled(
        self, open_rooms: float, bigger: float = 1.0, night: float = 0.0, patience: float = 0.0
    ) -> Character:
        """Return the same habits with more rooms, bigger rooms, nights at least this busy, longer stays."""
        top = max(self.workday)
        return replace(
            self,
            open_rooms=open_rooms,
            sizes=_evened([size if size <= 3 else min(500, round(size * bigger)) for size in self.sizes]),
            stay=(min(0.9, self.stay[0] + patience), self.stay[1] + patience),
            workday=tuple(max(weight, top * night) for weight in self.workday),
            weekend=tuple(max(weight, top * night) for weight in self.weekend),
        )


def _spread(*counts: tuple[int, int, int]) -> tuple[int, ...]:
    """Return (low, high, how many) groups of sizes spread evenly."""
    return tuple(
        low + (high - low) * i // max(1, many - 1) for low, high, many in counts for i in range(many)
    )


def _evened(sizes: Sequence[int]) -> tuple[int, ...]:
    """Add a few people, here and there but to the largest rooms, so that every block begins with the same fate."""
    evened, largest = list(sizes), max(sizes)
    growing = [place for place, size in enumerate(sizes) if size < largest]
    lack = -sum(sizes) % FATES
    for number in range(lack):
        evened[growing[number * len(growing) // lack]] += 1
    return tuple(evened)


CHARACTERS: dict[str, Character] = {
    character.name: replace(character, sizes=_evened(character.sizes))
    for character in (
        Character(
            "support", "Help-Desk", "call", "cust", _spread((2, 2, 472), (3, 3, 40)), 17, 90, 2100, 2.2, 2.0, 0.1,
            (0.9, 1.4), 3, ("audio", "audio", "sd", "hd", "hd"), _NIGHT_DAY, _QUIET_DAY, 0.55,
        ),
        Character(
            "classroom", "Bright-Classroom", "class", "stu",
            _spread((2, 3, 40), (4, 12, 180), (13, 36, 292)), 13, 2400, 6000, 1.0, 3.0, 0.7,
            (0.6, 1.6), 6, ("hd", "hd", "hd", "sd", "hdp"), _SCHOOL, _QUIET_DAY, 0.35, recurring=True,
        ),
        Character(
            "meeting", "Team-Meetings", "mtg", "emp", _spread((2, 2, 120), (3, 8, 280), (9, 16, 112)), 18,
            900, 6600, 1.6, 2.5, 0.7, (0.5, 1.6), 16, ("hd", "hd", "hd", "hdp", "audio"),
            _NIGHT_DAY, _QUIET_DAY, 0.5, recurring=True, scope="GLOBAL",
        ),
        Character(
            "webinar", "Town-Hall", "webinar", "guest", (505, 60, 120, 226, 40, 80, 30, 100) * 8, 4.5,
            3000, 9000, 1.0, 5.0, 0.6, (0.85, 2.6), 3, ("hd", "hdp", "hd"), _FLAT, _FLAT, 0.7,
            shuffled=False, relay=frozenset({0, 3}),
        ),
        Character(
            "social", "Night-Owl-Voice", "party", "owl", _spread((3, 12, 260), (13, 45, 252)), 13, 1200, 10800, 1.8,
            1.0, 0.92, (0.05, 0.55), 8, ("audio",), _EVENING, _EVENING, 0.1, scope="GLOBAL",
        ),
        Character(
            "clinic", "Clinic-Rooms", "visit", "pat", _spread((2, 2, 400), (3, 4, 112)), 11, 480, 2400, 1.3, 1.5, 0.2,
            (0.85, 1.4), 4, ("hd", "hd", "sd"), _NIGHT_DAY, _QUIET_DAY, 0.6,
        ),
    )
}  # fmt: skip
