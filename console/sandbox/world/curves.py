"""Call indicators: a point a minute for everybody's own uplink and for every pair of sender and receiver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from console.sandbox.world.causes import Ail
from console.sandbox.world.ills import Ills
from console.sandbox.world.people import Person
from console.sandbox.world.plan import Session, Stay
from console.sandbox.world.rooms import Rooms

__all__ = ["DOWN", "INDICATORS", "UP", "Pair", "Point", "RoomCurves", "indicators", "pairs"]

MINUTE = 60
INDICATORS = (
    "appcpu", "syscpu", "abit", "vbit", "dbit", "vfps", "dfps", "vblock", "dblock", "aloss", "vloss", "dloss",
    "vwidth", "vheight", "dwidth", "dheight", "ajitter", "artt", "vjitter", "vrtt", "djitter", "drtt",
)  # fmt: skip
UP, DOWN = "up", "down"
_FREEZES = frozenset({"vblock", "dblock"})
_PROCESSOR = frozenset({"appcpu", "syscpu"})
_SOUND = frozenset({"abit", "aloss", "ajitter", "artt"})
_PICTURE = frozenset({"vbit", "vfps", "vblock", "vloss", "vwidth", "vheight", "vjitter", "vrtt"})
_NETWORK = {"rtt": 0, "jitter": 1, "loss": 2}
_SCREEN = frozenset({"dbit", "dfps", "dblock", "dloss", "dwidth", "dheight", "djitter", "drtt"})

# width, height, frames a second, kbit/s
_PICTURES = {"sd": (640, 360, 15, 420.0), "hd": (1280, 720, 20, 1250.0), "hdp": (1920, 1080, 30, 2700.0)}
_SCREEN_PICTURE = (1920, 1080, 12, 900.0)
_NET_DELAY = {"WIFI": 14.0, "ETHERNET": 6.0, "5G": 22.0, "4G": 38.0, "3G": 90.0, "UNKNOWN": 20.0}
_FAR = {"OT": 95.0, "HK": 25.0, "TW": 32.0, "MO": 24.0, "XJ": 38.0, "XZ": 40.0, "HL": 22.0, "YN": 20.0}


@dataclass(frozen=True)
class Pair:
    """Whose curve it is. receiver: None for the sender's own uplink."""

    stay: Stay
    sender: int
    receiver: int | None

    @property
    def direction(self) -> str:
        """Return UP or DOWN."""
        return UP if self.receiver is None else DOWN


@dataclass(frozen=True, slots=True)
class Point:
    """One value. minute: whole minutes since the epoch."""

    minute: int
    value: float


def pairs(
    rooms: Rooms,
    stay: Stay,
    sender: int | None = None,
    receiver: int | None = None,
    direction: str | None = None,
) -> Iterator[Pair]:
    """Yield the curves of a room, by sender's seat: the uplink first, then the receivers.

    sender, receiver: seats to which it is narrowed. With a receiver there are no uplinks.
    """
    present = sorted({session.seat for session in rooms.sessions(stay) if session.joined})
    for seat in present if sender is None else [seat for seat in present if seat == sender]:
        if receiver is None and direction != DOWN:
            yield Pair(stay, seat, None)
        if direction != UP and rooms.sends(stay, seat):
            for other in present:
                if other != seat and (receiver is None or other == receiver):
                    yield Pair(stay, seat, other)


def indicators(rooms: Rooms, pair: Pair, wanted: Sequence[str]) -> list[str]:
    """Return which of the wanted indicators a curve can have, in their usual order."""
    some: frozenset[str] = _PROCESSOR if pair.receiver is None else frozenset()
    if rooms.sends(pair.stay, pair.sender):
        some |= _SOUND
        if pair.stay.tier != "audio":
            some |= _PICTURE
        if shares_screen(pair.stay, pair.sender):
            some |= _SCREEN
    if pair.receiver is None:
        some -= _FREEZES
    return [name for name in INDICATORS if name in some and name in wanted]


def shares_screen(stay: Stay, seat: int) -> bool:
    """Return whether somebody shares their screen for part of the call."""
    return seat == 0 and stay.tier in {"hd", "hdp"} and stay.size > 2 and stay.luck[3] < 0.5


class RoomCurves:
    """The curves of one room. Keeps what several of them share while somebody reads them."""

    def __init__(self, rooms: Rooms, stay: Stay) -> None:
        self._rooms = rooms
        self._weather = _Weather(rooms, stay)

    def minutes(self, pair: Pair, name: str, since: int, until: int) -> list[int]:
        """Return the minutes from one up to another in which an indicator has a value: both are in the room."""
        return [minute for minute in self._meter(pair).minutes(name) if since <= minute < until]

    def value(self, pair: Pair, name: str, minute: int) -> float:
        """Return an indicator's value in one of its minutes."""
        return self._meter(pair).read(name, minute)

    def points(self, pair: Pair, name: str, since: int, until: int) -> list[Point]:
        """Return one indicator's points from one minute up to another."""
        return [
            Point(minute, self.value(pair, name, minute)) for minute in self.minutes(pair, name, since, until)
        ]

    @lru_cache(maxsize=4)  # noqa: B019 - lives as long as one question
    def _meter(self, pair: Pair) -> _Meter:
        return _Meter(self._rooms, pair, self._weather)


class _Weather:
    """Numbers from 0 to 1 for a seat and minute that drift from minute to minute instead of jumping.

    sessions: of everybody who got in, by seat.
    """

    def __init__(self, rooms: Rooms, stay: Stay) -> None:
        self._dice, self._room = rooms.ill_dice, stay.number
        self.sessions: dict[int, list[Session]] = {}
        for session in rooms.sessions(stay):
            if session.joined:
                self.sessions.setdefault(session.seat, []).append(session)
        self._minutes: dict[int, frozenset[int]] = {}
        self._rolls: dict[tuple[int, int], tuple[float, ...]] = {}
        self._drifts: dict[tuple[int, int], tuple[float, ...]] = {}

    def minutes(self, seat: int) -> frozenset[int]:
        """Return the minutes whose beginning somebody is in the room for."""
        if seat not in self._minutes:
            self._minutes[seat] = frozenset(
                minute
                for session in self.sessions.get(seat, ())
                for minute in range(-(-session.start // MINUTE), -(-session.end // MINUTE))
            )
        return self._minutes[seat]

    def at(self, seat: int, minute: int) -> tuple[float, ...]:
        """Return ten numbers."""
        found = self._drifts.get((seat, minute))
        if found is None:
            now, before, earlier = (self._roll(seat, minute - back) for back in range(3))
            found = tuple(0.5 * a + 0.3 * b + 0.2 * c for a, b, c in zip(now, before, earlier, strict=True))
            self._drifts[seat, minute] = found
        return found

    def _roll(self, seat: int, minute: int) -> tuple[float, ...]:
        found = self._rolls.get((seat, minute))
        if found is None:
            found = self._rolls[seat, minute] = self._dice.units(self._room, seat, minute)[:10]
        return found


class _Meter:
    """Reads a pair's indicators. What belongs together moves together: one roll a minute and person serves all."""

    def __init__(self, rooms: Rooms, pair: Pair, weather: _Weather) -> None:
        self._weather = weather
        self._pair = pair
        self._stay = stay = pair.stay
        self._ills: Ills = rooms.ills(stay)
        self._own = pair.sender if pair.receiver is None else pair.receiver
        self._person: Person = rooms.people.person(rooms.person_number(stay, self._own))
        base = rooms.ill_dice.units(stay.number, self._own, -11)
        person = self._person
        self._delay = _NET_DELAY[person.net] + _FAR.get(person.region, 8.0) + 30 * base[0]
        self._jitter = 2.0 + 9.0 * base[1] + self._delay / 20
        self._loss = 0.0005 + 0.006 * base[2] ** 3
        self._minutes = self._shared_minutes()
        self._cpu = (22 + 20 * base[3], 8 + 13 * base[4])

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
        return self._media(kind, what, minute)

    def _shared_minutes(self) -> list[int]:
        here = self._weather.minutes(self._pair.sender)
        if self._pair.receiver is not None:
            here = here & self._weather.minutes(self._pair.receiver)
        return [minute for minute in sorted(here) if self._ills.reports(self._own, minute)]

    def _noise(self, seat: int, minute: int) -> tuple[float, ...]:
        return self._weather.at(seat, minute)

    def _processor(self, name: str, minute: int) -> float:
        ails, noise = self._ills.of_seat(self._own, minute), self._noise(self._own, minute)
        system, app = self._cpu
        system, app = system + 16 * (noise[0] - 0.5), app + 10 * (noise[1] - 0.5)
        if Ail.SYSTEM_CPU in ails:
            system = max(system, 76 + 22 * ails[Ail.SYSTEM_CPU])
        if Ail.APP_CPU in ails:
            app = max(app, 66 + 24 * ails[Ail.APP_CPU])
            system = max(system, app + 4)
        return round(min(99.5, max(1.0, app if name == "appcpu" else max(system, app + 2))), 1)

    def _network(self, kind: str, minute: int) -> tuple[float, float, float]:
        """Return round trip (ms), jitter (ms) and loss (share) between the client and the server."""
        ails, noise = self._ills.of_seat(self._own, minute), self._noise(self._own, minute)
        up = self._pair.receiver is None
        gust = 0.75 + 0.5 * noise[2]
        delay, jitter = self._delay * gust, self._jitter * (0.6 + 0.8 * noise[3])
        loss = self._loss * (0.4 + 1.6 * noise[4])
        hit = ails.get(Ail.UPLINK_DELAY if up else Ail.DOWNLINK_DELAY, 0.0)
        delay, jitter = delay + 620 * hit, jitter + 22 * hit
        hit = ails.get(Ail.UPLINK_JITTER if up else Ail.DOWNLINK_JITTER, 0.0)
        delay, jitter = delay + 420 * hit, jitter + 130 * hit
        hit = ails.get(Ail.UPLINK_LOSS if up else Ail.DOWNLINK_LOSS, 0.0)
        delay, loss = delay + 90 * hit, loss + 0.23 * hit
        if not up:
            loss += self._mishap_loss(minute)
        if kind == "a":
            hit = ails.get(Ail.AUDIO_LOSS_UP if up else Ail.AUDIO_LOSS_DOWN, 0.0)
            loss += 0.16 * hit
            if not up:
                jitter += 85 * ails.get(Ail.AUDIO_JITTER_DOWN, 0.0)
            loss *= 0.9
        return round(delay, 1), round(jitter, 1), round(min(0.95, loss), 4)

    def _mishap_loss(self, minute: int) -> float:
        mishap = self._ills.mishap_of(self._own)
        return 0.4 * mishap[1] if mishap is not None and mishap[0] == minute else 0.0

    def _media(self, kind: str, what: str, minute: int) -> float:
        sender, receiver = self._pair.sender, self._pair.receiver
        if kind == "a":
            return self._sound(minute)
        if what == "block":
            assert receiver is not None
            return round(min(0.99, self._ills.freeze(sender, receiver, minute).video), 4)
        width, height, frames, bits = self._sent_picture(kind, minute)
        if receiver is not None:
            some, whole = self._ills.arrives(sender, receiver, minute)
            frozen = self._ills.freeze(sender, receiver, minute)
            if not frozen.by_sender:
                frames *= 1 - 0.75 * frozen.video
            loss = self._network(kind, minute)[2]
            bits *= (1 - loss) * (0.97 + 0.03 * self._noise(receiver, minute)[6])
            bits, frames = bits * some, frames * whole
        value = {
            "width": float(width),
            "height": float(height),
            "fps": round(frames, 1),
            "bit": round(bits, 1),
        }
        return value[what]

    def _sound(self, minute: int) -> float:
        sender, receiver = self._pair.sender, self._pair.receiver
        noise = self._noise(sender, minute)
        talks = 34.0 + 14.0 * noise[7]
        sound, _ = self._ills.sends(sender, minute)
        talks *= sound * (1 - 0.6 * self._ills.of_seat(sender, minute).get(Ail.AUDIO_LOSS_UP, 0.0))
        if receiver is not None:
            some, _ = self._ills.arrives(sender, receiver, minute)
            talks *= some * (1 - self._network("a", minute)[2])
            if Ail.AUDIO_SILENT in self._ills.of_seat(receiver, minute):
                talks = min(talks, 1.5)
        return round(talks, 1)

    def _sent_picture(self, kind: str, minute: int) -> tuple[int, int, float, float]:
        """Return width, height, frames a second and kbit/s of what leaves the sender."""
        ails, noise = self._ills.of_seat(self._pair.sender, minute), self._noise(self._pair.sender, minute)
        wide, high, rate, kbits = _SCREEN_PICTURE if kind == "d" else _PICTURES[self._stay.tier]
        frames, bits = rate * (0.93 + 0.07 * noise[8]), kbits * (0.86 + 0.28 * noise[9])
        uplink = max(ails.get(what, 0.0) for what in (Ail.UPLINK_LOSS, Ail.UPLINK_DELAY, Ail.UPLINK_JITTER))
        busy = max(ails.get(Ail.SYSTEM_CPU, 0.0), ails.get(Ail.APP_CPU, 0.0))
        frames *= 1 - 0.45 * uplink - 0.4 * busy * (1 - uplink)
        bits *= 1 - 0.5 * uplink - 0.3 * busy * (1 - uplink)
        if Ail.ADAPTED in ails and minute < self._ills.until:
            wide, high, bits = wide // 2, high // 2, bits * (0.42 - 0.12 * ails[Ail.ADAPTED])
        _, picture = self._ills.sends(self._pair.sender, minute)
        if kind == "v" and not picture:
            frozen_camera = Ail.NO_FRAMES in ails
            return wide, high, 0.0, 14.0 + 6 * noise[9] if frozen_camera else 0.0
        return wide, high, frames, bits

    def _screen_on(self, minute: int) -> bool:
        span = self._stay.end - self._stay.start
        return self._stay.start + span * 0.15 <= minute * MINUTE < self._stay.start + span * 0.8
