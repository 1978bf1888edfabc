"""The ways between clients and the server: what loses, delays and shakes on the way up and on the way down."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from console.investigate.verdict.case import Case
from console.investigate.verdict.curves import Fit, Reading, fit, read
from console.investigate.verdict.moments import MINUTE

__all__ = ["NETWORK", "SOUND", "best", "downlink", "processor", "uplink"]

_PASSED_ON = (
    0.8  # below this share of the sender's figure, a receiver only sees what was lost before the server
)
_MOST_SENDERS = 0.6  # of somebody's streams must be bad for it to be their own downlink
NETWORK = (("loss", "loss_bad"), ("rtt", "rtt_bad"), ("jitter", "jitter_bad"))
SOUND = (("loss", "loss_bad"), ("jitter", "sound_jitter_bad"))  # sound stands less jitter than pictures
_KINDS = "vad"


def uplink(
    case: Case, sender: str, *, only: str = "", network: tuple[tuple[str, str], ...] = NETWORK
) -> list[Reading]:
    """Return what a sender's client measured on the way up, held against the limits. only: v, a or d."""
    return [
        read(case.curve(sender, "", kind + what), limit, case.limits)
        for kind in only or _KINDS
        for what, limit in network
        if case.curve(sender, "", kind + what).times
    ]


def downlink(
    case: Case, receiver: str, *, only: str = "", network: tuple[tuple[str, str], ...] = NETWORK
) -> list[Reading]:
    """Return what a receiver's client measured on the way down, one reading an indicator.

    Bad is what is bad in most of the streams at once, without what the senders had lost already. The curve of a
    reading is the worst of them.
    """
    found = []
    for kind in only or _KINDS:
        for what, limit in network:
            readings = [
                _own(case, sender, receiver, kind + what, limit)
                for sender in case.senders_to(receiver)
                if case.curve(sender, receiver, kind + what).times
            ]
            if readings:
                found.append(_common(readings))
    return found


def processor(case: Case, person: str) -> list[Reading]:
    """Return how busy somebody's device and application were."""
    return [
        read(case.curve(person, "", metric), limit, case.limits)
        for metric, limit in (("syscpu", "system_cpu_bad"), ("appcpu", "app_cpu_bad"))
        if case.curve(person, "", metric).times
    ]


def best(readings: list[Reading], hurts: frozenset[int]) -> tuple[Reading, Fit] | None:
    """Return the reading that goes best with what hurt, None when there is nothing to read."""
    fits = [(reading, fit(reading, hurts)) for reading in readings]
    return max(fits, key=lambda each: (each[1].quality, each[1].share), default=None)


def _own(case: Case, sender: str, receiver: str, metric: str, limit: str) -> Reading:
    """Read a stream on its way down, without the minutes in which the sender's own way up explains the figure."""
    reading = read(case.curve(sender, receiver, metric), limit, case.limits)
    if not reading.lasts or metric.endswith("rtt"):
        return reading
    up = read(case.curve(sender, "", metric), limit, case.limits)
    above = dict(zip((time // MINUTE for time in up.curve.times), up.curve.values, strict=True))
    down = dict(zip((time // MINUTE for time in reading.curve.times), reading.curve.values, strict=True))
    passed = {
        minute
        for minute in reading.bad
        if down[minute] < _PASSED_ON * max(above.get(minute + step, 0.0) for step in (-1, 0, 1))
    }
    return replace(reading, bad=reading.bad - passed)


def _common(readings: list[Reading]) -> Reading:
    known = Counter(minute for reading in readings for minute in reading.curve.minutes)
    bad = Counter(minute for reading in readings for minute in reading.bad)
    shared = frozenset(minute for minute, count in bad.items() if count >= _MOST_SENDERS * known[minute])
    worst = max(readings, key=lambda reading: (len(reading.bad), reading.hits, reading.worst or 0.0))
    return replace(worst, bad=shared & worst.curve.minutes if len(readings) == 1 else shared)
