"""A case in order: everything rules ask for, by person and stream. Moments are epoch seconds, minutes whole ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from console.investigate.verdict.curves import Curve
from console.investigate.verdict.evidence import (
    AbnormalEvent,
    Complaint,
    EventKind,
    Evidence,
    Session,
    SourceName,
    SourceState,
)
from console.investigate.verdict.limits import Limits
from console.investigate.verdict.moments import MINUTE, seconds
from console.investigate.verdict.result import Clause

__all__ = ["Case", "Stay"]


class Stay(NamedTuple):
    """A time in the room. open: they had not left when the evidence was taken."""

    begin: int
    end: int
    open: bool


@dataclass(frozen=True)
class Case:
    """Tidied evidence of one call."""

    evidence: Evidence
    complaint: Complaint
    limits: Limits
    stays: Mapping[str, tuple[Stay, ...]]
    sessions: tuple[Session, ...]
    curves: Mapping[tuple[str, str, str], Curve]
    events: tuple[AbnormalEvent, ...]
    caveats: tuple[Clause, ...] = ()

    # -- time -----------------------------------------------------------------------------------------------

    @cached_property
    def known_until(self) -> int:
        """Return the moment before which the cloud should know everything."""
        return seconds(self.evidence.taken_at) - self.limits.whole("data_lag")

    @cached_property
    def span(self) -> tuple[int, int]:
        """Return when the call took place, as far as known, up to when the evidence was taken."""
        taken = seconds(self.evidence.taken_at)
        begins = [stay.begin for stays in self.stays.values() for stay in stays]
        ends = [stay.end for stays in self.stays.values() for stay in stays]
        start, end = self.evidence.started_at, self.evidence.ended_at
        first = seconds(start) if start is not None else min(begins, default=taken)
        last = seconds(end) if end is not None else max(ends, default=taken)
        return first, max(first, min(last, taken))

    @cached_property
    def focus(self) -> tuple[int, int]:
        """Return the part of the call that is complained about: around a moment, else all of it."""
        first, last = self.span
        at = self.complaint.at
        if at is None:
            return first, last
        around = self.limits.whole("focus_minutes") * MINUTE
        begin, end = max(first, seconds(at) - around), min(last, seconds(at) + around)
        return (begin, end) if begin < end else (first, last)

    # -- people ---------------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Return everybody who was in the room."""
        return tuple(sorted(self.stays))

    @property
    def pair(self) -> bool:
        """Say whether only two people were ever in the room."""
        return len(self.stays) <= 2

    def presence(self, person: str) -> frozenset[int]:
        """Return the minutes that began while somebody was in the room."""
        return frozenset(
            minute
            for stay in self.stays.get(person, ())
            for minute in range(-(-stay.begin // MINUTE), -(-stay.end // MINUTE))
        )

    # -- curves ---------------------------------------------------------------------------------------------

    def curve(self, sender: str, receiver: str, metric: str) -> Curve:
        """Return a curve, an empty one when there is none. receiver "": on the way up."""
        return self.curves.get((sender, receiver, metric)) or Curve(sender, receiver, metric)

    def has(self, sender: str, receiver: str, metrics: Iterable[str]) -> bool:
        """Say whether any of the curves is there."""
        return any((sender, receiver, metric) in self.curves for metric in metrics)

    @cached_property
    def streams(self) -> frozenset[tuple[str, str]]:
        """Return the pairs of sender and receiver of which there are curves."""
        return frozenset((sender, receiver) for sender, receiver, _ in self.curves if receiver)

    def senders_to(self, receiver: str) -> list[str]:
        """Return whose streams somebody's client reported on."""
        return sorted(sender for sender, other in self.streams if other == receiver)

    def receivers_of(self, sender: str) -> list[str]:
        """Return who reported on somebody's stream."""
        return sorted(receiver for other, receiver in self.streams if other == sender)

    # -- events ---------------------------------------------------------------------------------------------

    @cached_property
    def room_events(self) -> tuple[AbnormalEvent, ...]:
        """Return the abnormal events of this room and call."""
        first, last = self.span
        return tuple(
            event
            for event in self.events
            if event.room_id == self.evidence.room_id and first - MINUTE <= seconds(event.at) <= last + MINUTE
        )

    def events_of(self, person: str, *, join: bool = False) -> list[AbnormalEvent]:
        """Return what befell somebody here: freezes, or trouble in joining."""
        return [
            event
            for event in self.room_events
            if event.user_id == person and (event.kind is EventKind.JOIN) == join
        ]

    # -- what was asked -------------------------------------------------------------------------------------

    def answered(self, name: SourceName) -> bool:
        """Say whether the cloud answered about this, in whole or in part."""
        return any(
            source.asked.name is name and source.state in (SourceState.READ, SourceState.PARTIAL)
            for source in self.evidence.sources
        )

    def state(self, name: SourceName) -> SourceState:
        """Return what became of the questions about something, the best of them."""
        states = [source.state for source in self.evidence.sources if source.asked.name is name]
        return next((state for state in SourceState if state in states), SourceState.NOT_ASKED)
