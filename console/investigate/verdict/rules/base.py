"""What rules are asked, and what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from console.investigate.verdict import factors
from console.investigate.verdict.case import Case
from console.investigate.verdict.curves import Fit
from console.investigate.verdict.evidence import AbnormalEvent, Symptom
from console.investigate.verdict.exhibits import events_exhibit
from console.investigate.verdict.limits import Limits
from console.investigate.verdict.moments import MINUTE
from console.investigate.verdict.result import Clause, Side
from console.investigate.verdict.suffering import Suffering

__all__ = [
    "Claim",
    "Denial",
    "Trouble",
    "Votes",
    "clock",
    "first_of",
    "fit_clause",
    "narrow_clause",
    "votes_clause",
]


_MOST_SUSPECTS = 12


@dataclass(frozen=True)
class Claim:
    """A rule holds. person: on whose side. minutes: of those that hurt, which it explains.

    strong: measured, not only named by the cloud. pieces: independent pieces of evidence. coverage: share of the
    points that should be there. quality: how well it fits what hurt, see curves.Fit. caps: ids of clauses that say
    why nobody can be surer than "medium". named: the cloud named it, too, most of the times that it named anything.
    """

    rule: str
    person: str
    side: Side
    says: Clause
    because: tuple[Clause, ...]
    minutes: frozenset[int]
    strong: bool
    pieces: int
    coverage: float
    quality: float = 1.0
    symptoms: frozenset[Symptom] = frozenset()
    receivers: tuple[str, ...] = ()
    caps: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    named: bool = False


@dataclass(frozen=True)
class Denial:
    """A rule does not hold, with the figures; undecided: what would be needed to say so is missing."""

    rule: str
    person: str
    because: tuple[Clause, ...]
    undecided: bool = False


@dataclass(frozen=True)
class Votes:
    """What the cloud named as the reason of somebody's freezes: so many events for something, of all that say."""

    events: tuple[AbnormalEvent, ...]
    telling: int
    all: int

    def __len__(self) -> int:
        return len(self.events)

    @property
    def carries(self) -> bool:
        """Say whether it is most of what was named, and not only once."""
        return len(self.events) >= 2 and 2 * len(self.events) >= self.telling


@dataclass(frozen=True)
class Trouble:
    """One person's suffering and everybody else's. others: by person, those who did not suffer included."""

    case: Case
    mine: Suffering
    others: Mapping[str, Suffering] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        """Return the limits in force."""
        return self.case.limits

    @property
    def person(self) -> str:
        """Return who suffers."""
        return self.mine.person

    @cached_property
    def suspects(self) -> tuple[str, ...]:
        """Return whose streams are worth a look, the worst first: those that hurt, or where none is named a few."""
        return self.mine.senders[:_MOST_SUSPECTS] or tuple(self.case.senders_to(self.person)[:3])

    @cached_property
    def spread(self) -> tuple[int, int]:
        """Return in how many streams it hurt, of how many that somebody's client reported on."""
        known = [s for s in self.case.senders_to(self.person) if self.case.has(s, self.person, ("vblock",))]
        return len([sender for sender in known if sender in self.mine.senders]), len(known)

    @property
    def narrow(self) -> bool:
        """Say whether it hurt in so few of somebody's streams that it can hardly be their own doing."""
        hit, known = self.spread
        return known >= 3 and 2 * hit < known

    def minutes_with(self, sender: str) -> frozenset[int]:
        """Return the minutes that hurt in one sender's stream."""
        hurt = self.mine.of(sender) or self.mine.of("")
        return hurt.minutes if hurt is not None else frozenset()

    def votes(self, wanted: Iterable[int], peer: str = "") -> Votes:
        """Return the events that name one of some factors. peer: with whom the reason lies, "" for oneself."""
        codes = frozenset(wanted)
        telling = [event for event in self.mine.events if event.factor not in (None, factors.OTHER)]
        found = tuple(event for event in telling if event.factor in codes and event.peer_id == peer)
        return Votes(found, len(telling), len(self.mine.events))

    def receivers(self, sender: str) -> tuple[list[str], list[str]]:
        """Return who else received a sender: those who suffered at the same time, and those known to be fine."""
        mine = self.minutes_with(sender) or self.mine.minutes
        hit, fine = [], []
        for person, suffering in self.others.items():
            if person == sender:
                continue
            hurt = suffering.of(sender)
            known = self.case.has(sender, person, ("vblock", "dblock"))
            if hurt is not None and len(hurt.minutes & mine) >= min(3, len(mine)):
                hit.append(person)
            elif known and self.case.presence(person) & mine:
                fine.append(person)
        return hit, fine

    def coverage(self, sender: str, receiver: str, metric: str, minutes: frozenset[int]) -> float:
        """Return which share of the points of a curve that should be there while it hurt is there."""
        both = self.case.presence(sender)
        if receiver:
            both &= self.case.presence(receiver)
        due = frozenset(range(min(minutes), max(minutes) + 1)) & both if minutes else frozenset()
        if not due:
            return 0.0
        return len(due & self.case.curve(sender, receiver, metric).minutes) / len(due)


def fit_clause(found: Fit) -> Clause:
    """Say how well a figure goes with what hurt."""
    params: dict[str, str | int | float] = {"explained": found.explained, "hurting": found.hurting}
    if found.quiet is None:
        return Clause(id="fit.only_hurting", params=params)
    params |= {"quiet_bad": found.quiet_bad, "quiet": found.quiet_points}
    return Clause(id="fit.contrast" if found.quiet < found.share else "fit.always", params=params)


def votes_clause(votes: Votes, what: str) -> Clause:
    """Say what the cloud named; what: uplink, downlink, cpu, server, left, nothing_sent or silent."""
    codes = {event.factor for event in votes.events}
    exhibits = tuple(
        events_exhibit([event for event in votes.events if event.factor == code], code)
        for code in sorted(codes, key=lambda code: code or 0)
    )
    return Clause(
        id="votes", params={"what": what, "count": len(votes), "total": votes.all}, exhibits=exhibits
    )


def narrow_clause(trouble: Trouble) -> Clause:
    """Say that it hurt in a few of many streams only."""
    hit, known = trouble.spread
    return Clause(id="narrow", params={"person": trouble.person, "hit": hit, "of": known})


def clock(minutes: frozenset[int]) -> tuple[int, int]:
    """Return from when to when minutes last, epoch seconds."""
    return min(minutes) * MINUTE, (max(minutes) + 1) * MINUTE


def first_of(clauses: Sequence[Clause | None]) -> tuple[Clause, ...]:
    """Return the clauses that are there."""
    return tuple(clause for clause in clauses if clause is not None)
