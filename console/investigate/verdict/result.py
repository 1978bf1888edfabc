"""What a verdict is: data that refers to its evidence. Sentences are made elsewhere, in two languages.

Every statement is a Clause: an id, parameters, and Exhibits, each of which names what a page can show: the
curve, the person, the peer, from when to when, the figure, the limit in force.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from console.investigate.verdict.evidence import Complaint, Symptom

__all__ = [
    "Changed",
    "Circle",
    "Clause",
    "Comparison",
    "Confidence",
    "Dimension",
    "Direction",
    "Exhibit",
    "ExhibitKind",
    "Finding",
    "Hit",
    "Outcome",
    "Param",
    "Role",
    "RuledOut",
    "Side",
    "Verdict",
    "Word",
]

Param = str | int | float


class Direction(StrEnum):
    """Which way a stream goes, seen from a person."""

    UP = "up"
    DOWN = "down"


class Side(StrEnum):
    """On whose side the cause lies."""

    USER = "user"  # who complains
    PEER = "peer"  # who is heard or seen
    SERVICE = "service"
    CUSTOMER = "customer"  # the application's own server: credentials, clocks
    POLICY = "policy"  # somebody decided it
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What kind of answer a verdict is."""

    FOUND = "found"
    NOTHING_WRONG = "nothing_wrong"
    CANNOT_TELL = "cannot_tell"
    NOT_ENOUGH = "not_enough"


class Role(StrEnum):
    """What a finding is to the complaint."""

    CAUSE = "cause"  # explains it
    CONTRIBUTING = "contributing"  # also wrong, at the same time


class Word(StrEnum):
    """How sure."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Dimension(StrEnum):
    """What people may have in common."""

    ROOM = "room"
    ISP = "isp"
    REGION = "region"
    SDK = "sdk"
    DEVICE = "device"


class ExhibitKind(StrEnum):
    """What an exhibit points at."""

    SERIES = "series"
    EVENTS = "events"
    SESSION = "session"
    NOTE = "note"
    ACTION = "action"
    SOURCE = "source"


class Exhibit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of evidence, exactly enough to show it.

    SERIES: metric, direction, person (whose stream it is), peer (who receives it; "" on the way up), from since
    to until, value (the middle one of the points that count), worst, limit and limit_value, hits of points.
    value, worst and limit_value are as the cloud writes them (losses and freezes as shares from 0 to 1), see
    limits.py for units. EVENTS: person (whom they befell), peer (with whom the reason lies), event, factor, hits (how
    many). SESSION: person, ref (its id). ACTION: ref (the entry's number). NOTE: ref (its event id), person.
    SOURCE: ref (its name).
    """

    kind: ExhibitKind
    metric: str = ""
    direction: Direction | None = None
    person: str = ""
    peer: str = ""
    since: datetime | None = None
    until: datetime | None = None
    value: float | None = None
    worst: float | None = None
    limit: str = ""
    limit_value: float | None = None
    hits: int = 0
    points: int = 0
    event: str = ""
    factor: int | None = None
    ref: str = ""


class Clause(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement. id: names its sentence (wording.py); params: what the sentence needs.

    Parameters called person or peer are user ids, those ending in _at are moments in ISO format.
    """

    id: str
    params: dict[str, Param] = {}
    exhibits: tuple[Exhibit, ...] = ()


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """How many of those who share something were hit in the same hour: "3 of 41". value: what they share.

    elsewhere: how many of those hit were not in this room, of elsewhere_people who were not in it.
    """

    dimension: Dimension
    value: str
    hit: int
    people: int
    elsewhere: int = 0
    elsewhere_people: int = 0


class Confidence(msgspec.Struct, frozen=True, kw_only=True):
    """How sure, and why. score: 0 to 1. pieces: independent pieces of evidence. coverage: share of the points

    that should be there and are, 0 to 1. basis: in words, the most important first.
    """

    word: Word
    score: float
    pieces: int
    coverage: float
    basis: tuple[Clause, ...] = ()
    circles: tuple[Circle, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One cause. person: on whose side, "" where it is nobody's. saw: what the rule explains.

    receivers: whom it hurt, the complaining person first. share: of the minutes that hurt, how much it explains.
    """

    rule: str
    version: int
    role: Role
    side: Side
    person: str = ""
    saw: tuple[Symptom, ...] = ()
    receivers: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    share: float = 0.0
    says: Clause
    because: tuple[Clause, ...] = ()
    advice: tuple[Clause, ...] = ()
    confidence: Confidence


class RuledOut(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that was looked at and does not hold, with the figures. undecided: the data to say so is missing."""

    rule: str
    version: int
    person: str = ""
    undecided: bool = False
    because: tuple[Clause, ...] = ()


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who suffered: from when to when, from whose streams, and which finding explains it.

    minutes: how many, as far as curves tell. because: what shows it. rule "": nothing explains it.
    """

    person: str
    symptoms: tuple[Symptom, ...] = ()
    peers: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    minutes: int = 0
    because: tuple[Clause, ...] = ()
    rule: str = ""
    side: Side = Side.UNKNOWN
    culprit: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one complaint about one call.

    headline: the one sentence. findings: ranked, the first one first. hits: the worst of those who suffered, worst
    first, the complaining person before all; suffered: how many they all are, 0 where it was not counted yet.
    look_again_at: when there will be more to see. inputs: SHA-256 of evidence, complaint and limits, without when an
    ended call's evidence was read. limits: those in force, by id. engine: version of the whole set of rules.
    """

    engine: str
    outcome: Outcome
    complaint: Complaint
    room_id: str
    headline: Clause
    findings: tuple[Finding, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    hits: tuple[Hit, ...] = ()
    suffered: int = 0
    caveats: tuple[Clause, ...] = ()
    look_again_at: datetime | None = None
    looked_since: datetime | None = None
    looked_until: datetime | None = None
    taken_at: datetime
    inputs: str
    limits: dict[str, float]

    @property
    def rule(self) -> str:
        """The rule that speaks first: R0 … R15, "" when nothing is wrong."""
        return self.findings[0].rule if self.findings else ""

    @property
    def others(self) -> tuple[Hit, ...]:
        """The worst of those who suffered beside the person that complains."""
        return tuple(hit for hit in self.hits if hit.person != self.complaint.user_id)

    @property
    def others_count(self) -> int:
        """How many suffered beside the person that complains, those who are not named included."""
        return len(self.others) + max(0, self.suffered - len(self.hits))


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between two verdicts: which part, and what it was and is, as plain text."""

    part: str
    before: str = ""
    after: str = ""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two verdicts side by side. same_inputs: the same evidence was judged under the same limits."""

    same_inputs: bool
    same_engine: bool
    same_answer: bool
    changes: tuple[Changed, ...] = ()
