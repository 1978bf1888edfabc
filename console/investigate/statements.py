"""A verdict as a page shows it: every statement with the places of its evidence. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.investigate.verdict.result import (
    Circle,
    Clause,
    Confidence,
    Exhibit,
    Finding,
    Hit,
    Outcome,
    RuledOut,
    Verdict,
)

__all__ = ["Denied", "Placer", "Shelf", "Statement", "Told", "tell"]

Placer = Callable[[Exhibit], str]

_PLACES = 3  # links of one statement at most
# Where a figure is beyond its limit, it is one of these that rules a cause out all the same.
_DECIDES = frozenset(
    {
        "both.apart",
        "fit.always",
        "fit.contrast",
        "fit.only_hurting",
        "narrow",
        "others.fine",
        "others.hit",
        "picture_too",
    }
)


@dataclass(frozen=True)
class Statement:
    """A clause, and where what it rests on is shown: (number of the footnote, address), as far as the page can."""

    clause: Clause
    places: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True)
class Shelf:
    """One finding: what it says, what that rests on, and what helps."""

    finding: Finding
    says: Statement
    because: Sequence[Statement]
    advice: Sequence[Statement]

    @property
    def confidence(self) -> Confidence:
        return self.finding.confidence


@dataclass(frozen=True)
class Denied:
    """A rule that does not hold. because: the figures, those that speak for it too; deciding: what settles it."""

    ruled: RuledOut
    because: Sequence[Statement]

    @property
    def deciding(self) -> Statement | None:
        """None where there are no figures."""
        first = self.because[0] if self.because else None
        return next((one for one in self.because if one.clause.id in _DECIDES), first)


@dataclass(frozen=True)
class Told:
    """Everything that the card of a verdict says.

    ruled_out: with figures; undecided: the data to say so is missing. waits: there is no saying yet, for want of quota.
    """

    verdict: Verdict
    headline: Statement
    shelves: Sequence[Shelf]
    ruled_out: Sequence[Denied]
    undecided: Sequence[RuledOut]
    caveats: Sequence[Statement]
    affected: Sequence[Hit]
    waits: bool = False

    @property
    def first(self) -> Shelf | None:
        """What speaks first; None when nothing is wrong."""
        return self.shelves[0] if self.shelves else None

    @property
    def circles_without(self) -> str:
        """Who stands in the middle of the circles, and is not counted; "" when nobody does."""
        finding = self.first.finding if self.first else None
        return (finding.person or next(iter(finding.receivers), "")) if finding else ""

    @property
    def circles(self) -> Sequence[Circle]:
        """How many had trouble among those with something in common, where there are any others to compare with.

        They count more than those who suffered do: whom the cloud noticed once, and whoever complains.
        """
        first = self.first
        return [] if first is None else [one for one in first.confidence.circles if one.people > 1]


def tell(verdict: Verdict, place: Placer, *, waits: bool = False) -> Told:
    """Tie each statement of a verdict to its evidence.

    place: the address that shows an exhibit, "" where none does. waits: something could not be asked for want of quota.
    """
    state = _Footnotes(place)
    headline = state.one(verdict.headline)
    shelves = [
        Shelf(one, state.one(one.says), state.all(one.because), state.all(one.advice))
        for one in verdict.findings
    ]
    if shelves and not headline.places:  # the sentence rests on what its finding rests on
        headline = Statement(
            verdict.headline, [note for one in shelves[0].because for note in one.places][:1]
        )
    return Told(
        verdict=verdict,
        headline=headline,
        shelves=shelves,
        caveats=state.all(verdict.caveats),
        ruled_out=[Denied(one, state.all(one.because)) for one in verdict.ruled_out if not one.undecided],
        undecided=[one for one in verdict.ruled_out if one.undecided],
        waits=waits and verdict.outcome is Outcome.NOT_ENOUGH,
        affected=verdict.others,
    )


class _Footnotes:
    """Numbers the places of evidence in the order in which they are named, each place once."""

    def __init__(self, place: Placer) -> None:
        self._place = place
        self._numbers: dict[str, int] = {}

    def one(self, clause: Clause) -> Statement:
        urls = dict.fromkeys(filter(None, map(self._place, clause.exhibits)))
        return Statement(clause, [self._numbered(url) for url in list(urls)[:_PLACES]])

    def all(self, clauses: Sequence[Clause]) -> list[Statement]:
        return [self.one(clause) for clause in clauses]

    def _numbered(self, url: str) -> tuple[int, str]:
        return self._numbers.setdefault(url, len(self._numbers) + 1), url
