"""Who suffered, in whose streams, when: what has to be explained before anybody is blamed for anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from console.investigate.verdict import factors
from console.investigate.verdict.case import Case
from console.investigate.verdict.curves import Curve, Reading, read, spread_out
from console.investigate.verdict.evidence import AbnormalEvent, EventKind, Symptom
from console.investigate.verdict.moments import MINUTE, seconds

__all__ = ["Hurt", "Suffering", "event_minutes", "falls", "suffering_of", "usual"]

_MISSING = frozenset(
    {*factors.SERVER, factors.LEFT, factors.NOTHING_SENT, factors.NO_FRAMES_SENT, factors.SILENT}
)
_ALONE = 3  # minutes after somebody left in which the others notice it
_SEES = frozenset({Symptom.NO_PICTURE, Symptom.FREEZE})
_HEARS = frozenset({Symptom.NO_SOUND, Symptom.BROKEN_SOUND})
_GONE = frozenset({Symptom.NO_SOUND, Symptom.NO_PICTURE})


@dataclass(frozen=True)
class Hurt:
    """What one person suffered in another's stream. sender "": no curve and no event says in whose.

    minutes: since the epoch, over the whole call. readings: of the indicators that show it.
    """

    receiver: str
    sender: str
    symptoms: frozenset[Symptom]
    minutes: frozenset[int]
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Suffering:
    """Everything that one person suffered, the worst stream first. events: what the cloud noticed."""

    person: str
    hurts: tuple[Hurt, ...]
    events: tuple[AbnormalEvent, ...]

    @cached_property
    def minutes(self) -> frozenset[int]:
        """Return the minutes that hurt."""
        return frozenset().union(*(hurt.minutes for hurt in self.hurts))

    @cached_property
    def symptoms(self) -> frozenset[Symptom]:
        """Return what it felt like."""
        return frozenset().union(*(hurt.symptoms for hurt in self.hurts))

    @property
    def senders(self) -> tuple[str, ...]:
        """Return whose streams hurt, the worst first."""
        return tuple(hurt.sender for hurt in self.hurts if hurt.sender)

    def of(self, sender: str) -> Hurt | None:
        """Return what was suffered in one sender's stream."""
        return next((hurt for hurt in self.hurts if hurt.sender == sender), None)


def suffering_of(case: Case, person: str, window: tuple[int, int]) -> Suffering:
    """Return what somebody suffered from one moment up to another (epoch seconds), empty when nothing."""
    first, last = window[0] // MINUTE, -(-window[1] // MINUTE)
    events = tuple(
        event for event in case.events_of(person) if window[0] - MINUTE <= seconds(event.at) <= window[1]
    )
    peers = [event.peer_id for event in events if event.peer_id]
    found = []
    senders = sorted({*case.senders_to(person), *peers, *_others(case, person)})
    for sender in senders:
        hurt = _hurt(case, person, sender, [event for event in events if event.peer_id in ("", sender)])
        if hurt is not None and any(first <= minute <= last for minute in hurt.minutes):
            found.append(hurt)
    local = [event for event in events if not event.peer_id]
    if not found and _noticed(case, person, local, bool(case.senders_to(person))):
        found.append(Hurt(person, "", _felt(local), event_minutes(local)))
    if not found:
        felt = [_only_felt(case, person, sender) for sender in senders]
        found = [hurt for hurt in felt if hurt and any(first <= minute <= last for minute in hurt.minutes)]
    if not found and case.complaint.user_id == person and case.complaint.symptom in _GONE:
        found = [hurt for sender in senders if (hurt := _left_alone(case, person, sender, first, last))]
    found.sort(key=lambda hurt: (-len(hurt.minutes), hurt.sender))
    return Suffering(person, tuple(found), events)


def event_minutes(events: Iterable[AbnormalEvent]) -> frozenset[int]:
    """Return the minutes that abnormal events speak for: their own and those beside it."""
    return spread_out((seconds(event.at) // MINUTE for event in events), 1, 1)


def usual(curve: Curve) -> float | None:
    """Return what an indicator is like when all is well: its upper quartile. None without points."""
    ranked = sorted(curve.values)
    return ranked[(3 * len(ranked)) // 4] if ranked else None


def _others(case: Case, person: str) -> list[str]:
    """Return who else was there, as far as there are few: in a crowd only those who are heard of matter."""
    others = [other for other in case.people if other != person]
    return others if len(others) <= 3 else []


def _hurt(case: Case, person: str, sender: str, events: list[AbnormalEvent]) -> Hurt | None:
    symptom = case.complaint.symptom if case.complaint.user_id == person else None
    symptoms: set[Symptom] = set()
    minutes: set[int] = set()
    readings: list[Reading] = []
    for reading in _freezes(case, sender, person, mild=symptom in _SEES):
        symptoms.add(Symptom.FREEZE)
        minutes |= _about(reading, case.limits["video_freeze_watch"])
        readings.append(reading)
    named = [event for event in events if event.peer_id == sender]
    # Where nobody says what was wrong, any curve of the stream that shows nothing speaks against a single event.
    known = case.has(sender, person, ("vblock",) if symptom else ("vblock", "aloss"))
    if _noticed(case, person, events, known) and (
        named or minutes or case.pair or not case.senders_to(person)
    ):
        symptoms |= _felt(events)
        here = spread_out(case.presence(sender), 1, 1)
        minutes |= event_minutes(events) & here if here else event_minutes(events)
    missing = any(event.factor in _MISSING for event in events)
    for what, reading in _missing_media(case, sender, person):
        felt = symptom in (_HEARS if what is Symptom.NO_SOUND else _SEES)
        if missing or felt or _carried(case, sender, what, reading):
            symptoms.add(what)
            minutes |= reading.bad
            readings.append(reading)
    if not minutes:
        return None
    return Hurt(person, sender, frozenset(symptoms), frozenset(minutes), tuple(readings))


def _only_felt(case: Case, person: str, sender: str) -> Hurt | None:
    """Return what nobody counts as a freeze: a smaller picture, and sound that is bad where somebody says so."""
    if case.complaint.user_id not in ("", person):
        return None
    symptom = case.complaint.symptom if case.complaint.user_id == person else None
    readings, what = _blurs(case, sender, person, eager=symptom is Symptom.BLURRED), Symptom.BLURRED
    if symptom in _HEARS:
        readings, what = _broken_sound(case, sender, person), Symptom.BROKEN_SOUND
    if not readings:
        return None
    minutes = frozenset[int]().union(*(reading.bad for reading in readings))
    return Hurt(person, sender, frozenset({what}), minutes, tuple(readings))


def _freezes(case: Case, sender: str, person: str, *, mild: bool) -> list[Reading]:
    limit = "video_freeze_watch" if mild else "video_freeze_bad"
    read_all = [
        read(case.curve(sender, person, metric), limit, case.limits) for metric in ("vblock", "dblock")
    ]
    return [reading for reading in read_all if reading.lasts]


def _about(reading: Reading, watch: float) -> frozenset[int]:
    """Return the minutes around a stretch of freezes in which it was at least worth watching."""
    around = spread_out(reading.bad, 2, 2)
    curve = reading.curve
    over = (time // MINUTE for time, value in zip(curve.times, curve.values, strict=True) if value > watch)
    return frozenset(minute for minute in over if minute in around)


def _noticed(case: Case, person: str, events: list[AbnormalEvent], known: bool) -> bool:
    """Say whether the cloud noticed enough: one short freeze is nobody's complaint, unless nothing else is known."""
    if any(event.factor == factors.LEFT for event in events):
        return True
    moments = {seconds(event.at) // MINUTE for event in events}
    return len(moments) >= (2 if known or case.complaint.user_id != person else 1)


def _felt(events: Iterable[AbnormalEvent]) -> frozenset[Symptom]:
    found = set()
    for event in events:
        if event.factor in _MISSING:
            found.add(Symptom.NO_PICTURE if event.kind is EventKind.PICTURE else Symptom.NO_SOUND)
        else:
            found.add(Symptom.FREEZE if event.kind is EventKind.PICTURE else Symptom.BROKEN_SOUND)
    return frozenset(found)


def _missing_media(case: Case, sender: str, person: str) -> list[tuple[Symptom, Reading]]:
    found = []
    frames = case.curve(sender, person, "vfps")
    if (usual(case.curve(sender, "", "vfps")) or usual(frames) or 0) >= case.limits["no_picture_fps"]:
        found.append((Symptom.NO_PICTURE, read(frames, "no_picture_fps", case.limits, below=True)))
    sound = case.curve(sender, person, "abit")
    if sound.times:
        found.append((Symptom.NO_SOUND, read(sound, "silent_kbps", case.limits, below=True)))
    return [(what, reading) for what, reading in found if reading.lasts]


def _carried(case: Case, sender: str, what: Symptom, reading: Reading) -> bool:
    """Say whether the sender sent what did not arrive: then it hurts, whether anybody complains or not."""
    metric, limit = ("abit", "silent_kbps") if what is Symptom.NO_SOUND else ("vfps", "no_picture_fps")
    sent = case.curve(sender, "", metric)
    empty = read(sent, limit, case.limits, below=True)
    arrived = reading.bad & sent.minutes
    return len(arrived - empty.beyond) >= case.limits.whole("persist_hits")


def _left_alone(case: Case, person: str, sender: str, first: int, last: int) -> Hurt | None:
    """Return the minutes after a sender left, in the window, in which somebody was still there."""
    stays = case.stays.get(sender, ())
    if not stays or stays[-1].open:
        return None
    gone = max(stay.end for stay in stays) // MINUTE
    here = case.presence(person)
    alone = frozenset(minute for minute in range(gone, gone + _ALONE) if minute in here)
    if len(alone) < _ALONE or not first <= gone <= last:
        return None
    return Hurt(person, sender, frozenset({Symptom.NO_SOUND, Symptom.NO_PICTURE}), alone)


def falls(case: Case, sender: str, receiver: str, metric: str) -> Reading | None:
    """Return the reading of a picture that is smaller than usual, or has fewer bits, for long enough to notice."""
    curve = case.curve(sender, receiver, metric)
    normal = usual(curve)
    if not normal:
        return None
    limit = "bitrate_fall" if metric.endswith("bit") else "picture_shrinks"
    reading = read(curve, limit, case.limits, value=normal * (1 - case.limits[limit]), below=True)
    return reading if reading.lasts else None


def _blurs(case: Case, sender: str, person: str, *, eager: bool) -> list[Reading]:
    """Return the falls of the picture's size, and of its bits where somebody says that it was blurred."""
    found = []
    for metric in ("vwidth", "vbit") if eager else ("vwidth",):
        receiver = person if case.curve(sender, person, metric).times else ""
        reading = falls(case, sender, receiver, metric)
        if reading is not None:
            found.append(reading)
    return found


def _broken_sound(case: Case, sender: str, person: str) -> list[Reading]:
    limits = case.limits
    found = []
    for receiver in (person, ""):
        found.append(read(case.curve(sender, receiver, "aloss"), "loss_bad", limits))
        found.append(read(case.curve(sender, receiver, "ajitter"), "sound_jitter_bad", limits))
    return [reading for reading in found if reading.lasts]
