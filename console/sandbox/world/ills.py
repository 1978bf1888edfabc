"""How badly off somebody is, minute by minute: what a cause does to the people it befalls, and small mishaps.

Curves, events and statistics all read it, so they cannot disagree.
"""

from __future__ import annotations

from typing import NamedTuple

from console.sandbox.world.causes import Ail, Ailment, Who
from console.sandbox.world.dice import Dice
from console.sandbox.world.plan import Cast, Stay, cast_of

__all__ = ["Freeze", "Ills"]

MINUTE = 60
_FREEZING = {
    Ail.UPLINK_LOSS, Ail.UPLINK_DELAY, Ail.UPLINK_JITTER, Ail.DOWNLINK_LOSS, Ail.DOWNLINK_DELAY,
    Ail.DOWNLINK_JITTER, Ail.SYSTEM_CPU, Ail.APP_CPU, Ail.UNEXPLAINED,
}  # fmt: skip
_SENDING = {Ail.UPLINK_LOSS, Ail.UPLINK_DELAY, Ail.UPLINK_JITTER, Ail.SYSTEM_CPU, Ail.APP_CPU}
_RECEIVING = {
    Ail.DOWNLINK_LOSS, Ail.DOWNLINK_DELAY, Ail.DOWNLINK_JITTER, Ail.SYSTEM_CPU, Ail.APP_CPU, Ail.UNEXPLAINED,
}  # fmt: skip
_NO_SOUND = {Ail.MUTED, Ail.SILENT, Ail.DEAD_MICROPHONE}
_NO_PICTURE = {Ail.CAMERA_OFF, Ail.SILENT, Ail.DEAD_CAMERA, Ail.NO_FRAMES}
_ON_PURPOSE = {Ail.MUTED, Ail.CAMERA_OFF}
_BROKEN_SOUND = {Ail.AUDIO_LOSS_UP, Ail.AUDIO_LOSS_DOWN, Ail.AUDIO_JITTER_DOWN, Ail.AUDIO_SILENT}
_FROM_SENDER = _SENDING | _NO_SOUND | _NO_PICTURE | {Ail.AUDIO_LOSS_UP}
_AT_RECEIVER = _RECEIVING | _BROKEN_SOUND - {Ail.AUDIO_LOSS_UP}
_SHAPES = ("steady", "bursts", "drift")
_LONGEST = 30  # minutes: nobody stays in a call that is bad for longer
_HARMLESS: dict[Ail, float] = {}


class Freeze(NamedTuple):
    """What one person sees and hears of another in one minute.

    video, audio: share of the minute that was frozen, 0 to 1. ailment: the strongest reason, None for a small
    mishap or nothing. by_sender: the reason lies with the sender.
    """

    video: float
    audio: float
    ailment: Ailment | None = None
    by_sender: bool = False


class Ills:
    """What is wrong in one room. seat counts from 0; minute counts from the epoch."""

    def __init__(self, stay: Stay, dice: Dice) -> None:
        self._stay = stay
        self._dice = dice
        self.cast: Cast | None = cast_of(stay)
        self.ailments: tuple[Ailment, ...] = ()
        if stay.cause is not None and self.cast is not None:
            self.ailments = stay.cause.ailments
        length = (stay.end - stay.start) // MINUTE
        self._noises: dict[tuple[int, int], float] = {}
        self._luck = dice.units(stay.number, -1)
        first = stay.start // MINUTE + 1
        self.since = first + max(2, int(length * (0.2 + 0.1 * self._luck[0])))
        longest = max(6, int(length * (0.66 + 0.16 * self._luck[1])))
        self.until = min(first + longest, self.since + _LONGEST)
        self._shape = _SHAPES[int(self._luck[2] * len(_SHAPES))]

    def of_seat(self, seat: int, minute: int) -> dict[Ail, float]:
        """Return what ails somebody in a minute, with strengths from 0 to 1; empty when they are well."""
        if not self.ailments or self.cast is None or not self.since <= minute < self.until + 2:
            return _HARMLESS
        mine = {
            Who.USER: seat == self.cast.user,
            Who.PEER: seat == self.cast.peer,
            Who.ROOM: False,
        }
        found = {sick.what: 1.0 for sick in self.ailments if mine[sick.who]}
        if not found:
            return _HARMLESS
        strength = self._strength(seat, minute)
        return dict.fromkeys(found, strength)

    def freeze(self, sender: int, receiver: int, minute: int) -> Freeze:
        """Return what a receiver suffers in a sender's stream."""
        video, audio = self._mishap(receiver, minute)
        best: Ailment | None = None
        by_sender, worst = False, 0.0
        for sick, strength, remote in self._reasons(sender, receiver, minute):
            seen, heard = _impact(sick.what, strength)
            video, audio = max(video, seen), max(audio, heard)
            if max(seen, heard) > worst:
                best, by_sender, worst = sick, remote, max(seen, heard)
        return Freeze(video, audio, best, by_sender)

    def kind_of(self, receiver: int) -> int:
        """Return a number that receivers share when the same sender's stream freezes alike for them."""
        if self.cast is None or receiver in self.cast:
            return receiver
        return -2 if self._behind_server(receiver) else -1

    def reasons(self, sender: int, receiver: int, minute: int) -> list[Ailment]:
        """Return every ailment that spoils a stream in a minute."""
        return [sick for sick, _, _ in self._reasons(sender, receiver, minute)]

    def sends(self, seat: int, minute: int) -> tuple[bool, bool]:
        """Return whether sound and picture leave somebody who is there to send."""
        ails = self.of_seat(seat, minute)
        if not ails or minute >= self.until:
            return True, True
        return not (_NO_SOUND & ails.keys()), not (_NO_PICTURE & ails.keys())

    def arrives(self, sender: int, receiver: int, minute: int) -> tuple[bool, bool]:
        """Return whether bits, and whole frames, get from the server to a receiver."""
        if self.cast is None or sender != self.cast.peer or not self.since <= minute < self.until:
            return True, True
        kinds = {sick.what for sick in self.ailments if sick.who is Who.ROOM}
        if not self._behind_server(receiver):
            return True, True
        empty = Ail.SERVER_EMPTY in kinds
        return not empty, not (empty or Ail.SERVER_NO_FRAMES in kinds)

    def reports(self, seat: int, minute: int) -> bool:
        """Return whether somebody's client sends its indicators in a minute."""
        kinds = {sick.what for sick in self.ailments if sick.who is Who.ROOM}
        if Ail.UNREPORTED in kinds:
            return False
        return Ail.GAPS not in kinds or self._dice.unit(self._stay.number, -3, minute) < 0.62

    def _reasons(self, sender: int, receiver: int, minute: int) -> list[tuple[Ailment, float, bool]]:
        if not self.ailments or self.cast is None or not self.since <= minute < self.until + 2:
            return []
        found: list[tuple[Ailment, float, bool]] = []
        for sick in self.ailments:
            if minute >= self.until and sick.what not in _FREEZING:
                continue  # only networks and processors recover slowly
            owner = self.cast.user if sick.who is Who.USER else self.cast.peer
            if sick.who is Who.ROOM:
                if sender == self.cast.peer and self._behind_server(receiver) and minute < self.until:
                    found.append((sick, 1.0, False))
            elif sender == owner and sick.what in _FROM_SENDER:
                found.append((sick, self._strength(owner, minute), True))
            elif receiver == owner and sick.what in _AT_RECEIVER:
                found.append((sick, self._strength(owner, minute), False))
        return found

    def _behind_server(self, seat: int) -> bool:
        """Return whether somebody sits behind the faulty server: the complaining user and a third of the others."""
        return self.cast is not None and (
            seat == self.cast.user or (seat % 3 == 2 and seat != self.cast.peer)
        )

    def _strength(self, seat: int, minute: int) -> float:
        """Return how strong an ailment is: it begins, comes in bursts or drifts, and is gone two minutes later."""
        if minute >= self.until:
            return 0.3 if minute == self.until else 0.1
        noise = self._noise(seat, minute)
        place = minute - self.since
        if self._shape == "bursts" and place % 5 == 3:
            return 0.12 + 0.1 * noise
        if self._shape == "drift":
            return min(1.0, 0.5 + 0.5 * place / max(1, self.until - self.since) + 0.1 * noise)
        return 0.68 + 0.32 * noise

    def _noise(self, seat: int, minute: int) -> float:
        """Return a number from 0 to 1; kept, as it is the same for everybody in the room."""
        if (seat, minute) not in self._noises:
            self._noises[seat, minute] = self._dice.unit(self._stay.number, seat, minute)
        return self._noises[seat, minute]

    def _mishap(self, seat: int, minute: int) -> tuple[float, float]:
        """Return the short freezes that happen to some people without any cause worth naming."""
        mishap = self.mishap_of(seat)
        if mishap is None or mishap[0] != minute:
            return 0.0, 0.0
        return mishap[1], mishap[1] * 0.4

    def mishap_of(self, seat: int) -> tuple[int, float] | None:
        """Return the minute and the frozen share of somebody's one mishap, None for most people."""
        slot = self._stay.first_slot + seat
        if slot % 19 != 4 or (self._stay.cause is not None):
            return None
        luck = self._dice.units(self._stay.number, seat, -7)
        span = max(1, (self._stay.end - self._stay.start) // MINUTE)
        return self._stay.start // MINUTE + 1 + int(luck[0] * span), 0.02 + 0.13 * luck[1] ** 2


def _impact(what: Ail, strength: float) -> tuple[float, float]:
    """Return frozen shares of picture and sound."""
    if what in _FREEZING:
        return 0.06 + 0.36 * strength if strength > 0.25 else 0.08 * strength, 0.22 * strength
    if what in _ON_PURPOSE:
        return 0.0, 0.0
    if what in {Ail.SERVER_EMPTY, Ail.SILENT}:
        return 0.92, 0.9
    if what in _NO_PICTURE or what is Ail.SERVER_NO_FRAMES:
        return 0.9, 0.0
    if what is Ail.DEAD_MICROPHONE:
        return 0.0, 0.9
    return (0.0, 0.08 + 0.2 * strength) if what in _BROKEN_SOUND else (0.0, 0.0)
