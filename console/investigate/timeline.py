"""The timeline of a call: lanes of people over time, as shares of a width. Pure: no cloud, no database, no markup.

Everything is placed in per cent of the range shown, so that a lane can be drawn as SVG without scripts and without
being measured.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from console.investigate.bands import DEFAULT_BANDS, Bands
from console.investigate.shapes import Call, Person, Session
from console.investigate.verdict.evidence import AbnormalEvent, Series

__all__ = ["Bar", "Lane", "Range", "Segment", "Tick", "Timeline", "draw", "levels_of", "ticks_of"]

_MINUTE = timedelta(minutes=1)
_STEP = 60
_TICK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)  # minutes
_MOST_TICKS = 8
GOOD, WATCH, BAD = 0, 1, 2
TONES = ("good", "watch", "bad")


@dataclass(frozen=True)
class Range:
    """What is shown, aware UTC; start comes before end."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()

    def place(self, moment: datetime) -> float:
        """Return where a moment lies, 0 to 100; what is outside lies at the edge."""
        share = 100 * (moment - self.start).total_seconds() / self.seconds
        return round(min(100.0, max(0.0, share)), 3)

    def touches(self, start: datetime, end: datetime) -> bool:
        """Say whether anything of it is shown."""
        return start < self.end and end >= self.start

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment <= self.end


@dataclass(frozen=True)
class Bar:
    """Somebody in the room. open: it goes on. begins, ends: whether join and leave lie in what is shown."""

    x: float
    width: float
    session: Session
    open: bool
    begins: bool
    ends: bool


@dataclass(frozen=True)
class Segment:
    """A stretch of one quality. tone: good, watch or bad."""

    x: float
    width: float
    tone: str


@dataclass(frozen=True)
class Tick:
    """Something that happened. number: of the event in its list, for links."""

    x: float
    number: int
    tone: str
    event: AbnormalEvent


@dataclass(frozen=True)
class Lane:
    """One person's lane. fails: where they tried to get in. received, sent: how it came and left; () without data.

    score: how badly they fared, in bad minutes and events; the worst come first.
    """

    person: Person
    bars: Sequence[Bar]
    fails: Sequence[float]
    received: Sequence[Segment]
    sent: Sequence[Segment]
    ticks: Sequence[Tick]
    bad_minutes: int
    watch_minutes: int
    events: int
    score: float

    @property
    def measured(self) -> bool:
        """Whether any curve tells how they fared."""
        return bool(self.received or self.sent)


@dataclass(frozen=True)
class Timeline:
    """Lanes in the wanted order, and the axis above them. total: lanes that fit. axis: places of round times."""

    range: Range
    lanes: Sequence[Lane]
    total: int
    people: int
    axis: Sequence[tuple[float, datetime]]
    asked: float | None = None


@dataclass
class _Quality:
    """Levels by minute (epoch seconds / 60) of what somebody receives and sends."""

    received: dict[int, int] = field(default_factory=dict)
    sent: dict[int, int] = field(default_factory=dict)


def draw(
    call: Call,
    shown: Range,
    *,
    series: Iterable[Series] = (),
    events: Sequence[AbnormalEvent] = (),
    bands: Bands = DEFAULT_BANDS,
    zone: tzinfo = UTC,
    order: str = "worst",
    first: str = "",
    fits: Callable[[Person], bool] = lambda person: True,
    skip: int = 0,
    most: int = 60,
) -> Timeline:
    """Lay a call out. order: "worst", "joined" or "name". first: whose lane comes before all others.

    events: numbered by their place. bands: from which figure on a minute is watched, and bad. skip, most: which lanes
    of those that fit.
    """
    qualities = levels_of(series, bands)
    own_events: dict[str, list[tuple[int, AbnormalEvent]]] = defaultdict(list)
    for number, event in enumerate(events):
        own_events[event.user_id].append((number, event))
    nothing = _Quality()
    scored = [
        (person, qualities.get(person.user_id, nothing), own_events.get(person.user_id, []))
        for person in call.people
        if fits(person)
    ]
    scored.sort(key=lambda one: (one[0].user_id != first, *_order(order, *one)))
    lanes = [
        _lane(person, quality, own, shown, call.now) for person, quality, own in scored[skip : skip + most]
    ]
    asked = shown.place(call.asked_at) if shown.holds(call.asked_at) else None
    return Timeline(shown, lanes, len(scored), len(call.people), ticks_of(shown, zone), asked)


def levels_of(series: Iterable[Series], bands: Bands = DEFAULT_BANDS) -> dict[str, _Quality]:
    """Return for each person how good every minute was: the worst of what they received, and of what they sent."""
    found: dict[str, _Quality] = defaultdict(_Quality)
    for one in series:
        band = next((bands[kind] for kind in bands if one.metric.endswith(kind)), None)
        if band is None:
            continue
        watch, bad = band
        quality = found[one.receiver or one.sender]
        levels = quality.received if one.receiver else quality.sent
        curve = one.curve
        if curve.highest <= watch:  # most are
            levels.update(dict.fromkeys(curve.minutes - levels.keys(), GOOD))
            continue
        for time, value in zip(curve.times, curve.values, strict=True):
            minute, level = time // _STEP, BAD if value > bad else WATCH if value > watch else GOOD
            if levels.get(minute, -1) < level:
                levels[minute] = level
    return found


def ticks_of(shown: Range, zone: tzinfo) -> list[tuple[float, datetime]]:
    """Return up to eight round times of the zone within the range, and where they lie."""
    minutes = shown.seconds / 60
    step = next(
        (one for one in _TICK_STEPS if minutes / one <= _MOST_TICKS), 1440 * max(1, int(minutes // 11520) + 1)
    )
    local = shown.start.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (local - midnight).total_seconds() / 60
    moment = midnight + -(-passed // step) * step * _MINUTE
    found = []
    while moment <= shown.end:
        if moment >= shown.start:
            found.append((shown.place(moment), moment.astimezone(UTC)))
        moment += step * _MINUTE
    return found


def _order(
    order: str, person: Person, quality: _Quality, events: Sequence[tuple[int, AbnormalEvent]]
) -> tuple[float, float, str]:
    joined = person.sessions[0].joined_at
    came = joined.timestamp() if joined else 0.0
    if order == "name":
        return (0.0, 0.0, person.name.casefold())
    if order == "joined":
        return (came, 0.0, person.user_id)
    return (-_score(person, quality, events), came, person.user_id)


def _score(person: Person, quality: _Quality, events: Sequence[object]) -> float:
    bad = sum(1 for level in quality.received.values() if level == BAD)
    watched = sum(1 for level in quality.received.values() if level == WATCH)
    sent = sum(1 for level in quality.sent.values() if level == BAD)
    return 3 * bad + watched + sent + 2 * len(events) + 5 * sum(one.failed for one in person.sessions)


def _lane(
    person: Person,
    quality: _Quality,
    events: Sequence[tuple[int, AbnormalEvent]],
    shown: Range,
    now: datetime,
) -> Lane:
    bars, fails = [], []
    for session in person.sessions:
        end = session.until(now)
        if session.joined_at is None or end is None or not shown.touches(session.joined_at, end):
            continue
        if session.failed:
            fails.append(shown.place(session.joined_at))
        else:
            bars.append(_bar(session, session.joined_at, end, shown))
    ticks = [
        Tick(shown.place(event.at), number, "bad" if event.kind == "join" else "watch", event)
        for number, event in events
        if shown.holds(event.at)
    ]
    received = quality.received.values()
    return Lane(
        person,
        bars,
        fails,
        _segments(quality.received, shown),
        _segments(quality.sent, shown),
        ticks,
        sum(1 for level in received if level == BAD),
        sum(1 for level in received if level == WATCH),
        len(events),
        _score(person, quality, events),
    )


def _bar(session: Session, start: datetime, end: datetime, shown: Range) -> Bar:
    x, right = shown.place(start), shown.place(end)
    return Bar(
        x,
        round(max(right - x, 0.15), 3),
        session,
        session.online,
        shown.holds(start),
        not session.online and shown.holds(end),
    )


def _segments(levels: Mapping[int, int], shown: Range) -> list[Segment]:
    """Join minutes of one quality; where a minute is missing, there is nothing."""
    first = int(shown.start.timestamp()) // _STEP
    last = int(shown.end.timestamp()) // _STEP
    found: list[Segment] = []
    begin = before = level = None
    for minute in sorted(minute for minute in levels if first <= minute <= last):
        if begin is not None and minute == before + 1 and levels[minute] == level:  # type: ignore[operator]
            before = minute
            continue
        if begin is not None:
            found.append(_segment(begin, before, level, shown))
        begin, before, level = minute, minute, levels[minute]
    if begin is not None:
        found.append(_segment(begin, before, level, shown))
    return found


def _segment(begin: int, last: int | None, level: int | None, shown: Range) -> Segment:
    assert last is not None
    assert level is not None
    start = datetime.fromtimestamp(begin * _STEP, UTC)
    end = datetime.fromtimestamp((last + 1) * _STEP, UTC)
    x = shown.place(start)
    return Segment(x, round(max(shown.place(end) - x, 0.1), 3), TONES[level])
