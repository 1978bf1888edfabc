"""Going through minutes, one after the other: a state that can be put away, and what happened. Pure.

Whatever pieces a series comes in, the events are the same: watching and back-testing can't differ.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import dropwhile
from typing import Any, NamedTuple

from console.alerts.engine.condition import Condition, Reading

__all__ = ["Event", "Kind", "Minute", "State", "fold"]

_MINUTE = timedelta(minutes=1)


class Minute(NamedTuple):
    """One minute of a signal. value: None is a gap. sample: of how many it speaks; None when nobody knows."""

    value: float | None
    sample: float | None = None


class Kind(StrEnum):
    """What can happen."""

    FIRED = "fired"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Event:
    """Something happened at the end of the minute that begins `at`.

    began: the beginning of the first minute that counted as a breach. worst: the worst value since then.
    breaches: how many minutes were a breach since then.
    """

    kind: Kind
    at: datetime
    began: datetime
    worst: float
    breaches: int


@dataclass(frozen=True)
class State:
    """How far a rule has come. upto: the next minute to look at; None before the first.

    recent: the values of the breaches in the last minutes, None for every other minute; begins with the first breach
    within the window, and is empty without one.
    began, worst, breaches: of what goes on now; began is None while nothing does. well: minutes well since the last
    that was not.
    """

    upto: datetime | None = None
    recent: tuple[float | None, ...] = ()
    began: datetime | None = None
    worst: float = 0.0
    breaches: int = 0
    well: int = 0

    @property
    def firing(self) -> bool:
        """Whether something goes on."""
        return self.began is not None

    def stored(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "upto": self.upto.isoformat() if self.upto else None,
            "recent": list(self.recent),
            "began": self.began.isoformat() if self.began else None,
            "worst": self.worst,
            "breaches": self.breaches,
            "well": self.well,
        }

    @classmethod
    def loaded(cls, stored: Mapping[str, Any]) -> "State":
        """Return what was stored; the state before the first minute for an empty mapping."""
        if not stored:
            return cls()
        upto, began = stored["upto"], stored["began"]
        return cls(
            datetime.fromisoformat(upto) if upto else None,
            tuple(stored["recent"]),
            datetime.fromisoformat(began) if began else None,
            stored["worst"],
            stored["breaches"],
            stored["well"],
        )


def fold(
    condition: Condition, state: State, start: datetime, minutes: Iterable[Minute]
) -> tuple[State, list[Event]]:
    """Go on through minutes that begin at `start`, on whole minutes; return the next state and what happened.

    Minutes that were looked at before are passed over; between the last of them and `start` there is a gap.
    """
    watch = _Watch(condition, state)
    at = start.astimezone(UTC)
    if at.second or at.microsecond:
        raise ValueError("a series begins on a whole minute")
    if state.upto is not None and at > state.upto:
        watch.skip(round((at - state.upto) / _MINUTE))
    for minute in minutes:
        if state.upto is None or at >= state.upto:
            watch.look(at, minute)
        at += _MINUTE
    upto = at if state.upto is None else max(at, state.upto)
    return watch.state(upto), watch.events


class _Watch:
    """The state while it is being worked on."""

    def __init__(self, condition: Condition, state: State) -> None:
        self._condition = condition
        self._recent: deque[float | None] = deque(state.recent, maxlen=condition.window)
        self._count = sum(value is not None for value in self._recent)
        self._began, self._worst, self._breaches = state.began, state.worst, state.breaches
        self._well = state.well
        self.events: list[Event] = []

    def state(self, upto: datetime) -> State:
        recent = tuple(dropwhile(lambda value: value is None, self._recent))
        return State(upto, recent, self._began, self._worst, self._breaches, self._well)

    def skip(self, minutes: int) -> None:
        """Let time pass in which nothing is known."""
        for _number in range(min(minutes, self._condition.window)):
            self._push(None)

    def look(self, at: datetime, minute: Minute) -> None:
        reading = self._condition.read(minute.value, minute.sample)
        breach = minute.value if reading is Reading.BREACH else None
        self._push(breach)
        if self._began is None:
            if self._count >= self._condition.breaches:
                self._fire(at)
        elif breach is not None:
            self._worst = self._condition.worse(self._worst, breach)
            self._breaches += 1
            self._well = 0
        elif reading is Reading.BETWEEN:
            self._well = 0
        elif reading is Reading.WELL:
            self._well += 1
            if self._well >= self._condition.recovery:
                self._resolve(at)

    def _push(self, breach: float | None) -> None:
        if len(self._recent) == self._condition.window and self._recent[0] is not None:
            self._count -= 1
        self._recent.append(breach)
        self._count += breach is not None

    def _fire(self, at: datetime) -> None:
        held = [value for value in self._recent if value is not None]
        first = next(place for place, value in enumerate(self._recent) if value is not None)
        worst = held[0]
        for value in held[1:]:
            worst = self._condition.worse(worst, value)
        self._began = at - (len(self._recent) - 1 - first) * _MINUTE
        self._worst, self._breaches, self._well = worst, len(held), 0
        self.events.append(Event(Kind.FIRED, at, self._began, worst, self._breaches))

    def _resolve(self, at: datetime) -> None:
        assert self._began is not None
        self.events.append(Event(Kind.RESOLVED, at, self._began, self._worst, self._breaches))
        self._began, self._worst, self._breaches, self._well = None, 0.0, 0, 0
        self._recent.clear()  # what is over counts no more: it can't fire again by old minutes
        self._count = 0
