"""How badly off somebody is, minute by minute: what a cause does to the people it befalls, and small mishaps.

Curves, events and statistics all read it, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from console.sandbox.world.causes import Ail, Ailment, Quirk, Who
from console.sandbox.world.course import TAIL, Course
from console.sandbox.world.dice import Dice
from console.sandbox.world.fates import FATES, MISHAPS
from console.sandbox.world.plan import Cast, Stay, cast_of

__all__ = ["Freeze", "Ills", "mishap_luck"]

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
_QUIRKS = ((0.05, Quirk.FAR), (0.10, Quirk.BUSY), (0.14, Quirk.SHAKY), (0.17, Quirk.LOSSY))
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
        self._courses: dict[int, Course] = {}
        self._luck = dice.units(stay.kind, -1)
        self._first = first = stay.start // MINUTE + 1
        self.since = first + max(2, int(length * (0.2 + 0.1 * self._luck[0])))
        longest = max(6, int(length * (0.66 + 0.16 * self._luck[1])))
        self.until = min(first + longest, self.since + _LONGEST)
        self.over = self.until + TAIL  # the first minute in which everybody has recovered

    def of_seat(self, seat: int, minute: int) -> dict[Ail, float]:
        """Return what ails somebody in a minute, with strengths from 0 to 1; empty when they are well."""
        if not self.ailments or self.cast is None or not self.since <= minute < self.over:
            return _HARMLESS
        found = [sick.what for sick in self.ailments if self.owner(sick) == seat]
        return dict.fromkeys(found, self._strength(seat, minute)) if found else _HARMLESS

    def freeze(self, sender: int, receiver: int, minute: int) -> Freeze:
        """Return what a receiver suffers in a sender's stream, small mishaps included."""
        found = self.suffered(sender, receiver, minute)
        video, audio = self._mishap(receiver, minute)
        return found._replace(video=max(found.video, video), audio=max(found.audio, audio))

    def suffered(self, sender: int, receiver: int, minute: int) -> Freeze:
        """Return what the cause of the room makes a receiver suffer in a sender's stream."""
        video, audio = 0.0, 0.0
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

    def reasons(self, sender: int, receiver: int) -> tuple[int, ...]:
        """Return the places, in the list of ailments, of those that spoil a stream while the trouble lasts."""
        return tuple(place for place, _ in self._bearing(sender, receiver))

    def impact(self, reasons: Iterable[int], minute: int) -> tuple[float, float]:
        """Return the frozen shares of picture and sound that ailments make together in a minute."""
        video, audio = 0.0, 0.0
        for place in reasons:
            sick = self.ailments[place]
            seen, heard = _impact(sick.what, self._strength_of(sick, minute))
            video, audio = max(video, seen), max(audio, heard)
        return video, audio

    def owner(self, sick: Ailment) -> int | None:
        """Return the seat that an ailment befalls; None when it befalls everybody or nobody."""
        if self.cast is None or sick.who is Who.ROOM:
            return None
        return self.cast.user if sick.who is Who.USER else self.cast.peer

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
        kinds = {sick.what for sick in self.ailments if sick.who is Who.ROOM or seat == self.owner(sick)}
        if Ail.UNREPORTED in kinds:
            return False
        return Ail.GAPS not in kinds or self._dice.unit(self._stay.kind, -3, minute - self._first) < 0.62

    def quirk_of(self, seat: int) -> tuple[Quirk | None, float]:
        """Return what is odd about somebody's figures, and how much (0 to 1); None for most people."""
        chance, much = self._dice.four(self._stay.kind, seat, -13)[:2]
        if self.cast is not None and self._stay.cause is not None:
            for who, quirk in self._stay.cause.quirks:
                if seat == (self.cast.user if who is Who.USER else self.cast.peer):
                    return quirk, much
        return next((quirk for limit, quirk in _QUIRKS if chance < limit), None), much

    def _reasons(self, sender: int, receiver: int, minute: int) -> list[tuple[Ailment, float, bool]]:
        if not self.ailments or self.cast is None or not self.since <= minute < self.over:
            return []
        found: list[tuple[Ailment, float, bool]] = []
        for place, remote in self._bearing(sender, receiver):
            sick = self.ailments[place]
            if minute < self.until or sick.what in _FREEZING:  # only networks and processors recover slowly
                found.append((sick, self._strength_of(sick, minute), remote))
        return found

    def _bearing(self, sender: int, receiver: int) -> list[tuple[int, bool]]:
        """Return which ailments spoil a stream, whatever the minute, and whether they lie with its sender."""
        found: list[tuple[int, bool]] = []
        if self.cast is None:
            return found
        for place, sick in enumerate(self.ailments):
            owner = self.owner(sick)
            if owner is None:
                if sender == self.cast.peer and self._behind_server(receiver):
                    found.append((place, False))
            elif sender == owner and sick.what in _FROM_SENDER:
                found.append((place, True))
            elif receiver == owner and sick.what in _AT_RECEIVER:
                found.append((place, False))
        return found

    def _strength_of(self, sick: Ailment, minute: int) -> float:
        owner = self.owner(sick)
        return 1.0 if owner is None else self._strength(owner, minute)

    def _behind_server(self, seat: int) -> bool:
        """Return whether somebody sits behind the faulty server: the complaining user and a third of the others."""
        return self.cast is not None and (
            seat == self.cast.user or (seat % 3 == 2 and seat != self.cast.peer)
        )

    def _strength(self, seat: int, minute: int) -> float:
        if seat not in self._courses:
            self._courses[seat] = Course(self._dice, self._stay.kind, seat, self.since, self.until)
        return self._courses[seat].strength(minute)

    def _mishap(self, seat: int, minute: int) -> tuple[float, float]:
        """Return the short freezes that happen to some people without any cause worth naming."""
        mishap = self.mishap_of(seat)
        if mishap is None or mishap[0] != minute:
            return 0.0, 0.0
        return mishap[1], mishap[1] * 0.4

    def mishap_of(self, seat: int) -> tuple[int, float] | None:
        """Return the minute and the frozen share of somebody's one mishap, None for most people."""
        if (self._stay.first_slot + seat) % FATES not in MISHAPS:
            return None
        when, share = mishap_luck(self._dice, self._stay.kind, seat)
        span = max(1, (self._stay.end - self._stay.start) // MINUTE)
        return self._first + int(when * span), share


def mishap_luck(dice: Dice, kind: int, seat: int) -> tuple[float, float]:
    """Return at which share of a room's life somebody's mishap comes, and which share of a minute it freezes."""
    when, luck, _, _ = dice.four(kind, seat, -7)
    return when, 0.02 + 0.13 * luck**2


def _impact(what: Ail, strength: float) -> tuple[float, float]:
    """Return frozen shares of picture and sound."""
    if what in _FREEZING:
        return 0.5 * strength**1.25, 0.24 * strength
    if what in _ON_PURPOSE:
        return 0.0, 0.0
    if what in {Ail.SERVER_EMPTY, Ail.SILENT}:
        return 0.92, 0.9
    if what in _NO_PICTURE or what is Ail.SERVER_NO_FRAMES:
        return 0.9, 0.0
    if what is Ail.DEAD_MICROPHONE:
        return 0.0, 0.9
    if what is Ail.AUDIO_SILENT:
        return 0.0, 0.5
    return (0.0, 0.3 * strength) if what in _BROKEN_SOUND else (0.0, 0.0)
