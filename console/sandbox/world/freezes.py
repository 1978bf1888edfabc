"""The freezes that a room's cause makes, as the cloud notices them: every third minute, by coarse limits.

All is told from the room's start on, so that rooms of a kind have the same freezes. What depends on the room or the
minute alone is found once for all pairs of people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from console.sandbox.world.causes import Ail, Ailment, Quirk
from console.sandbox.world.dice import Dice
from console.sandbox.world.ills import Ills
from console.sandbox.world.plan import Cast, Stay

__all__ = ["AUDIO_FREEZE", "NOBODY", "SLOW_JOIN", "VIDEO_FREEZE", "VIDEO_LIMIT", "Freezes", "Here", "Row"]

Row = tuple[int, int, int, int, int, int]  # at, room, seat, kind, seat of the peer or NOBODY, factor
Here = Mapping[int, Sequence[tuple[int, int]]]  # from when to when the person in a seat was in the room

MINUTE = 60
NOBODY = -1
SLOW_JOIN, VIDEO_FREEZE, AUDIO_FREEZE = 1, 2, 3
VIDEO_LIMIT, _AUDIO_LIMIT = 0.1, 0.05
_EVERY = 3  # minutes
_UNIT = 2**32
_UNSEEN, _MISLED = 0.14 * _UNIT, 0.25 * _UNIT  # luck below it: not noticed at all; blamed on a busy processor
_RIGHT, _RIGHT_IF_PLAIN, _OTHER_BELOW = (
    0.76 * _UNIT,
    0.9 * _UNIT,
    0.94 * _UNIT,
)  # luck below it: right; "other"
_OTHER = 16
_PLAIN = frozenset({15, 16, 17, 18, 19, 20, 21})  # nothing that one could mistake for something else
_FAMILIES = ((1, 2), (3, 4, 11), (5, 6, 12), (7, 8, 13), (9, 10, 14))
_ON_PURPOSE = {Ail.MUTED, Ail.CAMERA_OFF}
_Stream = tuple[int, Sequence[int]]  # a sender, and the receivers for whom it freezes alike


class Freezes:
    """What the cloud tells of one room's cause. dice: of the application's ills. senders: the seats that send."""

    def __init__(self, stay: Stay, dice: Dice, senders: int) -> None:
        self._stay = stay
        self._dice = dice
        self._first = (
            stay.start // MINUTE
        )  # minutes count from the epoch; what happens, from the room's start
        self._senders = senders
        self._ills = Ills(stay, dice)
        self._quirks: dict[int, bool] = {}
        cast = self._ills.cast
        self.cast = cast if cast is not None and self._ills.ailments else None

    def rows(self, here: Here) -> Iterator[list[Row]]:
        """Yield the freezes, minute by minute. here: of everybody who got in."""
        if self.cast is None:
            return
        streams = self._streams(here, self.cast)
        spans = [(seat, start, end) for seat, times in here.items() for start, end in times]
        for minute in range(self._ills.since, self._ills.until, _EVERY):
            moment = self._stay.start + (minute - self._first) * MINUTE
            inside = {seat for seat, start, end in spans if start <= moment < end}
            found: list[Row] = []
            for reasons, pairs in streams.items():
                found += self._noticed(reasons, pairs, inside, minute, moment)
            yield found
        yield list(self._left_alone(here, self.cast))

    def _streams(self, here: Here, cast: Cast) -> dict[tuple[int, ...], list[_Stream]]:
        """Return who may hear or see whom badly, by the places of the ailments that spoil it."""
        ills = self._ills
        alike: dict[int, list[int]] = {}
        for seat in here:
            alike.setdefault(ills.kind_of(seat), []).append(seat)
        groups = [(seats, seats[0] in cast) for seats in alike.values()]
        known: dict[tuple[int, int], tuple[int, ...]] = {}
        found: dict[tuple[int, ...], list[_Stream]] = {}
        for sender in here:
            special = sender in cast
            if sender >= self._senders and not special:
                continue
            for receivers, unlucky in groups:
                if receivers[0] == sender or not (special or unlucky):
                    continue
                pair = sender if special else NOBODY, receivers[0]  # senders without a part in it are alike
                if pair not in known:
                    known[pair] = ills.reasons(sender, receivers[0])
                if known[pair]:
                    found.setdefault(known[pair], []).append((sender, receivers))
        return found

    def _noticed(
        self, reasons: tuple[int, ...], pairs: Sequence[_Stream], inside: set[int], minute: int, moment: int
    ) -> list[Row]:
        """Return what the cloud notices in a minute of streams that are spoilt for the same reasons."""
        ills = self._ills
        sick = ills.ailments[reasons[(minute - self._first) // _EVERY % len(reasons)]]
        kinds = self._kinds(sick, ills.impact(reasons, minute))
        found: list[Row] = []
        if not kinds:
            return found
        owner, room = ills.owner(sick), self._stay.number
        codes = [
            sender * 512 + seat
            for sender, receivers in pairs
            if sender in inside
            for seat in receivers
            if seat in inside
        ]
        for kind, factor in kinds:
            right = _RIGHT_IF_PLAIN if factor in _PLAIN else _RIGHT
            rolls = self._dice.many(self._stay.kind, codes, -50_000 - (minute - self._first) * 4 - kind)
            for code, luck in zip(codes, rolls, strict=True):
                if luck[0] >= _UNSEEN:
                    sender, seat = code >> 9, code & 511
                    plainly = luck[2] < right and luck[1] >= _MISLED
                    named = factor if plainly else self._told((sender, seat), luck, factor)
                    peer = sender if sender == owner else NOBODY
                    found.append((moment, room, seat, kind, peer, named))
        return found

    def _kinds(self, sick: Ailment, impact: tuple[float, float]) -> list[tuple[int, int]]:
        """Return the kinds of freezes that are long enough to be noticed, with the right factor."""
        video, audio = impact
        silenced = sick.what in _ON_PURPOSE
        kinds: list[tuple[int, int]] = []
        if sick.video_factor and self._stay.tier != "audio" and (video >= VIDEO_LIMIT or silenced):
            kinds.append((VIDEO_FREEZE, sick.video_factor))
        if sick.audio_factor and (audio >= _AUDIO_LIMIT or silenced):
            kinds.append((AUDIO_FREEZE, sick.audio_factor))
        return kinds

    def _told(self, pair: tuple[int, int], luck: tuple[int, int, int, int], factor: int) -> int:
        """Return the factor that the cloud names when it notices something: mostly the right one.

        luck: four numbers below 2 ** 32, the first of which said that it notices something. The cloud judges by limits
        that are coarser than people, so it often finds nothing, confuses loss with delay, or names a processor that
        is always busy.
        """
        _, misled, right, other = luck
        plain = factor in _PLAIN
        if misled < _MISLED and not plain and (self._is_busy(pair[0]) or self._is_busy(pair[1])):
            return 1
        if right < (_RIGHT_IF_PLAIN if plain else _RIGHT):
            return factor
        if right < _OTHER_BELOW or plain:
            return _OTHER
        family = next(family for family in _FAMILIES if factor in family)
        return family[other * len(family) >> 32]

    def _is_busy(self, seat: int) -> bool:
        if seat not in self._quirks:
            self._quirks[seat] = self._ills.quirk_of(seat)[0] is Quirk.BUSY
        return self._quirks[seat]

    def _left_alone(self, here: Here, cast: Cast) -> Iterator[Row]:
        """Yield what those see whose peer has gone."""
        if cast.peer not in here:
            return
        for sick in self._ills.ailments:
            if sick.what is not Ail.LEFT:
                continue
            moment = here[cast.peer][-1][1] + 3
            for seat, times in here.items():
                if seat != cast.peer and any(start <= moment < end for start, end in times):
                    if self._stay.tier != "audio":
                        yield moment, self._stay.number, seat, VIDEO_FREEZE, cast.peer, sick.video_factor
                    yield moment, self._stay.number, seat, AUDIO_FREEZE, cast.peer, sick.audio_factor
