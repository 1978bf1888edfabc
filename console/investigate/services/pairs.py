"""A pair of a call: what one sends and what another receives of it, on one axis of minutes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from console.investigate.services.calls import Reader
from console.investigate.services.gathering import Gathered
from console.investigate.shapes import Call
from console.investigate.timeline import BAD, levels_of
from console.investigate.verdict.evidence import AbnormalEvent, Series, SourceName, SourceState
from console.investigate.verdict.reading import series_from
from console.sparkrtc.catalogue.analytics import GET_CLIENT_QOS

__all__ = ["Pair", "Values", "likely_peer", "likely_receiver", "pair_of", "read_sender"]

Values = Mapping[int, float]  # {minute since the epoch: value}
_MINUTE = 60
_ROWS = 1000


@dataclass(frozen=True)
class Pair:
    """One sender as one receiver gets them. first, last: the minutes of the axis, both included.

    sent, received: {indicator: values}; device: the receiver's processor. good: who receives the same sender best,
    "" when nobody else is known; theirs: what they receive. events: the receiver's, within the axis.
    missing: what was not read: "sent", "received", or both.
    """

    sender: str
    receiver: str
    first: int
    last: int
    sent: Mapping[str, Values] = field(default_factory=dict)
    received: Mapping[str, Values] = field(default_factory=dict)
    device: Mapping[str, Values] = field(default_factory=dict)
    good: str = ""
    theirs: Mapping[str, Values] = field(default_factory=dict)
    events: Sequence[AbnormalEvent] = ()
    odd_points: int = 0

    @property
    def start(self) -> datetime:
        return datetime.fromtimestamp(self.first * _MINUTE, UTC)

    @property
    def count(self) -> int:
        """How many minutes the axis has."""
        return self.last - self.first + 1

    @property
    def empty(self) -> bool:
        """Whether no curve at all is known."""
        return not (self.sent or self.received)

    def row(self, values: Values | None) -> list[float | None]:
        """Return a value for each minute of the axis; None is a gap."""
        values = values or {}
        return [values.get(minute) for minute in range(self.first, self.last + 1)]


def likely_peer(call: Call, user_id: str, events: Iterable[AbnormalEvent], series: Iterable[Series]) -> str:
    """Return whom somebody most likely complains of: who the cloud names, else who comes worst, else the only other."""
    named = Counter(
        event.peer_id for event in events if event.user_id == user_id and event.peer_id not in ("", user_id)
    )
    if named:
        return named.most_common(1)[0][0]
    worst: dict[str, int] = {}
    for one in series:
        if one.receiver == user_id:
            bad = levels_of([one])[user_id].received.values()
            worst[one.sender] = max(worst.get(one.sender, 0), sum(1 for level in bad if level == BAD))
    if worst:
        return max(worst, key=lambda sender: (worst[sender], sender))
    others = [person.user_id for person in call.people if person.user_id != user_id and not person.failed]
    return others[0] if len(others) == 1 else ""


def likely_receiver(call: Call, sender: str, series: Iterable[Series]) -> str:
    """Return with whom to look at what somebody sends: who received it worst, else anybody who was there."""
    worst: dict[str, int] = {}
    for one in series:
        if one.sender == sender and one.receiver:
            bad = levels_of([one])[one.receiver].received.values()
            worst[one.receiver] = worst.get(one.receiver, 0) + sum(1 for level in bad if level == BAD)
    if worst:
        return max(worst, key=lambda receiver: (worst[receiver], receiver))
    others = (person.user_id for person in call.people if person.user_id != sender and not person.failed)
    return next(others, "")


def pair_of(
    call: Call,
    sender: str,
    receiver: str,
    series: Sequence[Series],
    events: Iterable[AbnormalEvent] = (),
    *,
    good: str = "",
) -> Pair:
    """Put a pair together from curves that were read. good: whom to compare with; "" for whoever fares best."""
    sent, odd = _values(series, sender, "")
    received, more_odd = _values(series, sender, receiver)
    device, _odd = _values(series, receiver, "")
    device = {name: values for name, values in device.items() if name.endswith("cpu")}
    minutes = [minute for part in (sent, received) for values in part.values() for minute in values]
    first = min(minutes, default=int(call.start.timestamp()) // _MINUTE)
    last = max(minutes, default=int(call.until.timestamp()) // _MINUTE)
    best = good or _best(series, sender, receiver)
    theirs = _values(series, sender, best)[0] if best else {}
    start, end = (datetime.fromtimestamp(minute * _MINUTE, UTC) for minute in (first, last + 1))
    mine = [event for event in events if event.user_id == receiver and start <= event.at < end]
    return Pair(sender, receiver, first, last, sent, received, device, best, theirs, mine, odd + more_odd)


def read_sender(reader: Reader, call: Call, gathered: Gathered, sender: str) -> tuple[Series, ...]:
    """Return all that a sender sends and everybody receives of it: one request, over the range that was read before.

    Raises SparkError.
    """
    start, end = _range_read(call, gathered)
    asked = {"app_id": call.app_id, "room_id": call.room_id, "user_id": sender, "mid": ["all"]}
    reading = reader.read(GET_CLIENT_QOS, start_time=start, end_time=end, limit=_ROWS, offset=0, **asked)
    return series_from(reading.value)


def _range_read(call: Call, gathered: Gathered) -> tuple[datetime, datetime]:
    for source in gathered.evidence.sources:
        if source.asked.name is SourceName.CURVES and source.state is not SourceState.FORGOTTEN:
            return source.asked.since, source.asked.until
    end = call.until + timedelta(minutes=2)
    return max(call.start, end - timedelta(hours=24)), end


def _values(series: Iterable[Series], sender: str, receiver: str) -> tuple[dict[str, dict[int, float]], int]:
    """Return indicators by minute, and how many points were out of order or came twice. The later one counts."""
    found: dict[str, dict[int, float]] = {}
    odd = 0
    for one in series:
        if one.sender != sender or one.receiver != receiver:
            continue
        values = found.setdefault(one.metric, {})
        before = -1
        for point in one.points:
            minute = int(point.at.timestamp()) // _MINUTE
            odd += minute in values or minute < before
            values[minute] = point.value
            before = minute
    return {name: values for name, values in found.items() if values}, odd


def _best(series: Iterable[Series], sender: str, receiver: str) -> str:
    """Return who else receives the sender with the fewest bad minutes; "" when nobody is known."""
    bad: dict[str, int] = {}
    for one in series:
        if one.sender == sender and one.receiver not in ("", receiver):
            levels = levels_of([one])[one.receiver].received.values() if one.points else ()
            bad[one.receiver] = bad.get(one.receiver, 0) + sum(1 for level in levels if level == BAD)
    return min(bad, key=lambda who: (bad[who], who), default="")
