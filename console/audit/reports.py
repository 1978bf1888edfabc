"""What a verification says."""

from dataclasses import asdict, dataclass, field
from typing import Any

from console.audit.canonical import GENESIS

__all__ = ["LedgerReport", "Problem", "Report", "StatementsReport"]


@dataclass(frozen=True)
class Problem:
    """Something that should not be.

    kind: changed, chain, missing, cut, extra, signature, trigger, reference or open. number: the entry's, or None.
    """

    kind: str
    sentence: str
    ledger: str = ""
    number: int | None = None


@dataclass
class LedgerReport:
    """What was looked at in one ledger.

    entries: the number of its last entry. checked_from, checked_to: the entries looked at, 0 and 0 for none.
    signed_up_to: the last entry that a valid signature covers.
    """

    name: str
    label: str
    entries: int = 0
    checked_from: int = 0
    checked_to: int = 0
    last_hash: str = GENESIS
    signed_up_to: int = 0
    complete: bool = True
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: str, sentence: str, number: int | None = None) -> None:
        self.problems.append(Problem(kind, f"{self.label}: {sentence}", self.name, number))


@dataclass
class StatementsReport:
    """What was looked at of the statements over all ledgers.

    count: the number of the newest. since, signed_at: when the first one looked at, and the newest, were signed.
    compared_with: the number of the newest one kept outside that was found here; 0 when there was none.
    """

    count: int = 0
    since: str = ""
    signed_at: str = ""
    compared_with: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Report:
    """The result over all ledgers that were asked for."""

    ledgers: list[LedgerReport]
    problems: list[Problem]
    statements: StatementsReport = field(default_factory=StatementsReport)

    @property
    def good(self) -> bool:
        return not self.all_problems

    @property
    def complete(self) -> bool:
        """Whether every entry was looked at."""
        return all(ledger.complete for ledger in self.ledgers)

    @property
    def all_problems(self) -> list[Problem]:
        own = [*self.problems, *self.statements.problems]
        return [*own, *(problem for ledger in self.ledgers for problem in ledger.problems)]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {"good": self.good, "complete": self.complete, **asdict(self)}
