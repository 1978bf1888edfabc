"""Reads one stream's indicators. What belongs together moves together: loss, delay and jitter, bits and frames."""

from __future__ import annotations

from typing import NamedTuple

from console.sandbox.world.causes import Ail, Quirk
from console.sandbox.world.ills import Ills
from console.sandbox.world.people import Person
from console.sandbox.world.plan import Stay
from console.sandbox.world.rooms import Rooms
from console.sandbox.world.weather import Gust, Weather

__all__ = ["Meter"]

MINUTE = 60
_PROCESSOR = frozenset({"appcpu", "syscpu"})
_NETWORK = {"rtt": 0, "jitter": 1, "loss": 2}
# width, height, frames a second, kbit/s
_PICTURES = {"sd": (640, 360, 15, 420.0), "hd": (1280, 720, 20, 1250.0), "hdp": (1920, 1080, 30, 2700.0)}
_SCREEN_PICTURE = (1920, 1080, 12, 900.0)
_NET_DELAY = {"WIFI": 14.0, "ETHERNET": 6.0, "5G": 22.0, "4G": 38.0, "3G": 90.0, "UNKNOWN": 20.0}
_FAR = {"OT": 95.0, "HK": 25.0, "TW": 32.0, "MO": 24.0, "XJ": 38.0, "XZ": 40.0, "HL": 22.0, "YN": 20.0}
_PASSES_ON = 0.25  # share of a sender's loss and jitter that receivers still see after the server


class _Path(NamedTuple):
    """Between a client and the server. delay, jitter: milliseconds. loss: share of packets."""

    delay: float
    jitter: float
    loss: float


class Meter:
    """One person's uplink (receiver None), or one person's reception of another."""

    def __init__(self, rooms: Rooms, stay: Stay, sender: int, receiver: int | None, weather: Weather) -> None:
        self._weather = weather
        self._stay, self._sender, self._receiver = stay, sender, receiver
        self._ills: Ills = rooms.ills(stay)
        self._own = sender if receiver is None else receiver
        person: Person = rooms.people.person(rooms.person_number(stay, self._own))
        base = rooms.noise_dice.units(stay.number, self._own, -11)
        self._quirk, much = self._ills.quirk_of(self._own)
        self._usual = _usual_path(person, base, self._quirk, much)
        busy = 46 + 8 * much if self._quirk is Quirk.BUSY else 0
        self._cpu = (22 + 20 * base[3] + busy, 8 + 13 * base[4])
        self._minutes = self._shared_minutes()

    def minutes(self, name: str) -> list[int]:
        """Return the minutes in which there is something to read."""
        if name[0] == "d":
            return [minute for minute in self._minutes if self._screen_on(minute)]
        return self._minutes

    def read(self, name: str, minute: int) -> float:
        """Return an indicator's value in one of its minutes."""
        if name in _PROCESSOR:
            return self._processor(name, minute)
        kind, what = name[0], name[1:]
        if what in _NETWORK:
            return self._network(kind, minute)[_NETWORK[what]]
        return self._sound(minute) if kind == "a" else self._picture(kind, what, minute)

    def _shared_minutes(self) -> list[int]:
        here = self._weather.minutes(self._sender)
        if self._receiver is not None:
            here = here & self._weather.minutes(self._receiver)
        return [minute for minute in sorted(here) if self._ills.reports(self._own, minute)]

    # -- processor and network ------------------------------------------------------------------------------

    def _processor(self, name: str, minute: int) -> float:
        ails, noise = self._ills.of_seat(self._own, minute), self._weather.at(self._own, minute)
        system, app = self._cpu
        gust = self._weather.gust(Gust.PROCESSOR, self._own, minute)
        system, app = system + 18 * (noise[0] - 0.5) + 30 * gust, app + 10 * (noise[1] - 0.5) + 6 * gust
        if Ail.SYSTEM_CPU in ails:
            system += max(0.0, 101 - system) * _load(ails[Ail.SYSTEM_CPU])
        if Ail.APP_CPU in ails:
            app += max(0.0, 95 - app) * _load(ails[Ail.APP_CPU])
            system = max(system, app + 4)
        return round(min(99.5, max(1.0, app if name == "appcpu" else max(system, app + 2))), 1)

    def _network(self, kind: str, minute: int) -> tuple[float, float, float]:
        """Return round trip (ms), jitter (ms) and loss (share) between the client and the server."""
        up = self._receiver is None
        noise = self._weather.at(self._own, minute)
        delay = self._usual.delay * (0.75 + 0.5 * noise[2])
        jitter = self._usual.jitter * (0.6 + 0.8 * noise[3])
        loss = self._usual.loss * (0.4 + 1.2 * noise[4])
        gust = self._weather.gust(Gust.UPLINK if up else Gust.DOWNLINK, self._own, minute)
        ailing = _ailing_path(self._ills.of_seat(self._own, minute), up, noise[5])
        delay += 170 * gust + ailing.delay
        jitter += 34 * gust + ailing.jitter
        loss += 0.055 * gust + ailing.loss
        if not up:
            passed = _ailing_path(self._ills.of_seat(self._sender, minute), True, noise[5])
            jitter += _PASSES_ON * passed.jitter
            loss += _PASSES_ON * passed.loss + self._mishap_loss(minute)
        if kind == "a":
            jitter, loss = self._sound_path(minute, up, jitter, loss)
        return round(delay, 1), round(jitter, 1), round(min(0.95, loss), 4)

    def _sound_path(self, minute: int, up: bool, jitter: float, loss: float) -> tuple[float, float]:
        ails = self._ills.of_seat(self._own, minute)
        hit = ails.get(Ail.AUDIO_LOSS_UP if up else Ail.AUDIO_LOSS_DOWN, 0.0)
        if not up:
            hit += _PASSES_ON * self._ills.of_seat(self._sender, minute).get(Ail.AUDIO_LOSS_UP, 0.0)
            shaken = ails.get(Ail.AUDIO_JITTER_DOWN, 0.0)
            jitter += 24 * min(1.0, 3 * shaken) + 80 * shaken
        return jitter, 0.9 * (loss + 0.03 * min(1.0, 3 * hit) + 0.17 * hit)

    def _mishap_loss(self, minute: int) -> float:
        mishap = self._ills.mishap_of(self._own)
        return 0.4 * mishap[1] if mishap is not None and mishap[0] == minute else 0.0

    # -- sound and picture ----------------------------------------------------------------------------------

    def _sound(self, minute: int) -> float:
        sender, receiver = self._sender, self._receiver
        noise = self._weather.at(sender, minute)
        speaks = self._weather.speaks(sender, minute)
        kbits = 30.0 + 18.0 * noise[7] if speaks else 3.4 + 5.0 * noise[7]
        sound, _ = self._ills.sends(sender, minute)
        kbits *= sound * (1 - 0.5 * self._ills.of_seat(sender, minute).get(Ail.AUDIO_LOSS_UP, 0.0))
        if receiver is not None:
            some, _ = self._ills.arrives(sender, receiver, minute)
            kbits *= some * (1 - self._network("a", minute)[2])
            if Ail.AUDIO_SILENT in self._ills.of_seat(receiver, minute) and minute < self._ills.until:
                kbits = min(kbits, 0.4 + 0.8 * noise[7])
        return round(kbits, 1)

    def _picture(self, kind: str, what: str, minute: int) -> float:
        sender, receiver = self._sender, self._receiver
        if what == "block":
            assert receiver is not None
            noise = self._weather.at(receiver, minute)
            frozen = self._ills.freeze(sender, receiver, minute).video * (0.75 + 0.5 * noise[8])
            return round(min(0.99, frozen + 0.015 * noise[9] ** 3), 4)
        width, height, frames, bits = self._sent_picture(kind, minute)
        if receiver is not None:
            some, whole = self._ills.arrives(sender, receiver, minute)
            suffered = self._ills.freeze(sender, receiver, minute)
            if not suffered.by_sender:
                frames *= 1 - 0.75 * suffered.video
            loss = self._network(kind, minute)[2]
            bits *= (1 - loss) * (0.97 + 0.03 * self._weather.at(receiver, minute)[6])
            bits, frames = bits * some, frames * whole
        value = {
            "width": float(width),
            "height": float(height),
            "fps": round(frames, 1),
            "bit": round(bits, 1),
        }
        return value[what]

    def _sent_picture(self, kind: str, minute: int) -> tuple[int, int, float, float]:
        """Return width, height, frames a second and kbit/s of what leaves the sender."""
        ails, noise = self._ills.of_seat(self._sender, minute), self._weather.at(self._sender, minute)
        wide, high, rate, kbits = _SCREEN_PICTURE if kind == "d" else _PICTURES[self._stay.tier]
        frames, bits = rate * (0.88 + 0.12 * noise[8]), kbits * (0.8 + 0.4 * noise[9])
        uplink = max(ails.get(what, 0.0) for what in (Ail.UPLINK_LOSS, Ail.UPLINK_DELAY, Ail.UPLINK_JITTER))
        busy = max(ails.get(Ail.SYSTEM_CPU, 0.0), ails.get(Ail.APP_CPU, 0.0))
        frames *= 1 - 0.4 * uplink - 0.5 * busy * (1 - uplink)
        bits *= 1 - 0.5 * uplink - 0.3 * busy * (1 - uplink)
        if kind == "v" and self._weather.gust(Gust.PICTURE, self._sender, minute):
            wide, high, bits = wide // 2, high // 2, bits * 0.5
        if Ail.ADAPTED in ails and minute < self._ills.until:
            wide, high = _PICTURES[self._stay.tier][0] // 2, _PICTURES[self._stay.tier][1] // 2
            bits *= 0.42 - 0.12 * ails[Ail.ADAPTED]
        _, picture = self._ills.sends(self._sender, minute)
        if kind == "v" and not picture:
            frozen_camera = Ail.NO_FRAMES in ails
            return wide, high, 0.0, 14.0 + 6 * noise[9] if frozen_camera else 0.0
        return wide, high, frames, bits

    def _screen_on(self, minute: int) -> bool:
        span = self._stay.end - self._stay.start
        return self._stay.start + span * 0.15 <= minute * MINUTE < self._stay.start + span * 0.8


def _load(strength: float) -> float:
    """Return which share of a processor's idle time an overload takes."""
    return min(1.0, 2.1 * strength if strength < 0.35 else 0.735 + 0.4 * (strength - 0.35))


def _usual_path(person: Person, base: tuple[float, ...], quirk: Quirk | None, much: float) -> _Path:
    """Return what somebody's network is like when nothing is wrong with it."""
    delay = _NET_DELAY[person.net] + _FAR.get(person.region, 8.0) + 30 * base[0]
    jitter, loss = 2.0 + 9.0 * base[1] + delay / 20, 0.0005 + 0.006 * base[2] ** 3
    if quirk is Quirk.FAR:
        delay += 280 + 140 * much
    elif quirk is Quirk.SHAKY:
        jitter += 26 + 30 * much
    elif quirk is Quirk.LOSSY:
        loss += 0.03 + 0.03 * much
    return _Path(delay, jitter, loss)


def _ailing_path(ails: dict[Ail, float], up: bool, noise: float) -> _Path:
    """Return what ailments add. What is full loses, delays and shakes; which of them most depends on the ailment."""
    lost = ails.get(Ail.UPLINK_LOSS if up else Ail.DOWNLINK_LOSS, 0.0)
    late = ails.get(Ail.UPLINK_DELAY if up else Ail.DOWNLINK_DELAY, 0.0)
    shaken = ails.get(Ail.UPLINK_JITTER if up else Ail.DOWNLINK_JITTER, 0.0)
    busy = max(ails.get(Ail.SYSTEM_CPU, 0.0), ails.get(Ail.APP_CPU, 0.0))
    adapted = ails.get(Ail.ADAPTED, 0.0) if up else 0.0
    return _Path(
        delay=140 * lost * (0.5 + noise) + 250 * min(1.0, 4 * late) + 520 * late + 170 * shaken + 35 * busy,
        jitter=26 * lost + 24 * late + 32 * min(1.0, 4 * shaken) + 130 * shaken + 16 * busy + 8 * adapted,
        loss=0.02 * min(1.0, 4 * lost)
        + 0.22 * lost
        + 0.012 * (late + shaken) * noise
        + 0.012 * adapted * noise,
    )
