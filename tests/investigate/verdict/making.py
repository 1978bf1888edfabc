"""Evidence by hand: a call in which nothing is wrong, and what a test changes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from console.investigate.verdict import Complaint, Evidence, Symptom, Verdict, judge
from console.investigate.verdict.evidence import (
    AbnormalEvent,
    ClientNote,
    EventKind,
    OurAction,
    Point,
    Question,
    Series,
    Session,
    Source,
    SourceName,
    SourceState,
)

__all__ = ["BAD", "START", "Call", "at"]

START = datetime(2026, 11, 12, 7, 0, tzinfo=UTC)
BAD = range(20, 32)  # minutes of a call in which something hurts
ROOM = "room-1"
_CALM = {
    "aloss": 0.004, "vloss": 0.004, "artt": 60, "vrtt": 60, "ajitter": 8, "vjitter": 8, "syscpu": 35, "appcpu": 15,
    "abit": 36, "vbit": 1200, "vfps": 20, "vwidth": 1280, "vblock": 0.004,
}  # fmt: skip
_UP = (
    "aloss",
    "vloss",
    "artt",
    "vrtt",
    "ajitter",
    "vjitter",
    "abit",
    "vbit",
    "vfps",
    "vwidth",
    "syscpu",
    "appcpu",
)
_DOWN = ("aloss", "vloss", "artt", "vrtt", "ajitter", "vjitter", "abit", "vbit", "vfps", "vwidth", "vblock")
Change = Callable[[int], float | None] | float


def at(minute: float) -> datetime:
    """Return an instant of the call."""
    return START + timedelta(minutes=minute)


@dataclass
class Call:
    """A call of some people over some minutes, all of whom send sound and picture."""

    people: Sequence[str] = ("ann", "bob", "cho", "dan")
    minutes: int = 50
    taken: float = 90
    picture: bool = True
    changes: dict[tuple[str, str, str], dict[int, float | None]] = field(default_factory=dict)
    events: list[AbnormalEvent] = field(default_factory=list)
    notes: list[ClientNote] = field(default_factory=list)
    actions: list[OurAction] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)  # whose clients report nothing
    until: dict[str, float] = field(default_factory=dict)  # who leaves earlier
    states: dict[SourceName, SourceState] = field(default_factory=dict)

    def set(
        self, sender: str, receiver: str, metric: str, value: Change, minutes: Sequence[int] = BAD
    ) -> Call:
        """Let a curve have another value in some minutes; None: no point."""
        for minute in minutes:
            self.changes.setdefault((sender, receiver, metric), {})[minute] = (
                value(minute) if callable(value) else value
            )
        return self

    def freeze(self, sender: str, receivers: Sequence[str], share: float = 0.3) -> Call:
        """Let a stream freeze for some receivers."""
        for receiver in receivers:
            self.set(sender, receiver, "vblock", share)
        return self

    def notice(
        self, person: str, factor: int, *, peer: str = "", kind: str = "picture", every: int = 3
    ) -> Call:
        """Let the cloud notice freezes."""
        self.events += [
            AbnormalEvent(
                at=at(minute), room_id=ROOM, user_id=person, kind=EventKind(kind), factor=factor, peer_id=peer
            )
            for minute in BAD[::every]
        ]
        return self

    def evidence(self) -> Evidence:
        """Return the evidence that a collector would have gathered."""
        return Evidence(
            app_id="app",
            room_id=ROOM,
            started_at=at(0),
            ended_at=at(self.minutes),
            taken_at=at(self.taken),
            sessions=(*self._stays(), *self.sessions),
            series=tuple(self._series()),
            events=tuple(self.events),
            notes=tuple(self.notes),
            actions=tuple(self.actions),
            sources=tuple(
                Source(
                    asked=Question(name=name, since=at(0), until=at(self.minutes)),
                    state=self.states.get(name, SourceState.READ),
                    taken_at=at(self.taken),
                )
                for name in SourceName
            ),
        )

    def judge(
        self, user: str = "ann", symptom: Symptom | None = None, moment: float | None = None, **rest: Any
    ) -> Verdict:
        """Return the verdict on a complaint."""
        when = None if moment is None else at(moment)
        return judge(self.evidence(), Complaint(user_id=user, symptom=symptom, at=when), **rest)

    def _stays(self) -> list[Session]:
        return [
            Session(
                room_id=ROOM, user_id=person, session_id=f"s-{person}", joined_at=at(0),
                left_at=at(self.until.get(person, self.minutes)), region="广东", isp="CTCC", device="x", sdk="2.3",
            )
            for person in self.people
        ]  # fmt: skip

    def _series(self) -> list[Series]:
        found = []
        for sender in self.people:
            for receiver in ("", *self.people):
                if receiver == sender or (receiver or sender) in self.silent:
                    continue
                last = int(min(self.until.get(sender, self.minutes), self.until.get(receiver, self.minutes)))
                for metric in _DOWN if receiver else _UP:
                    if metric.startswith("v") and not self.picture:
                        continue
                    found.append(self._one(sender, receiver, metric, last))
        return found

    def _one(self, sender: str, receiver: str, metric: str, last: int) -> Series:
        changed = self.changes.get((sender, receiver, metric), {})
        points = []
        for minute in range(1, last):
            value = changed.get(minute, _CALM[metric])
            if value is not None:
                points.append(Point(at(minute), float(value)))
        return Series(sender=sender, receiver=receiver, metric=metric, points=tuple(points))


def first(verdict):
    """Return what matters of a verdict: rule, person at fault, side."""
    return (
        (verdict.rule, verdict.findings[0].person, verdict.findings[0].side)
        if verdict.findings
        else ("", "", "")
    )
