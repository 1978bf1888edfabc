"""Two verdicts side by side: what another version of the rules, other limits or later evidence changed."""

from __future__ import annotations

from collections.abc import Iterator

from console.investigate.verdict.result import Changed, Comparison, Finding, Verdict

__all__ = ["compare"]


def compare(old: Verdict, new: Verdict) -> Comparison:
    """Return what differs. The answer is the same when outcome, first rule and the person at fault are."""
    changes = tuple(_changes(old, new))
    answer = {"outcome", "rule", "person"}
    return Comparison(
        same_inputs=old.inputs == new.inputs,
        same_engine=old.engine == new.engine,
        same_answer=not any(change.part in answer for change in changes),
        changes=changes,
    )


def _changes(old: Verdict, new: Verdict) -> Iterator[Changed]:
    before, after = _first(old), _first(new)
    parts = {
        "engine": (old.engine, new.engine),
        "outcome": (old.outcome.value, new.outcome.value),
        "rule": (old.rule, new.rule),
        "person": (before.person if before else "", after.person if after else ""),
        "confidence": (_sure(before), _sure(after)),
        "findings": (_rules(old), _rules(new)),
        "ruled_out": (_denied(old), _denied(new)),
        "hits": (str(_suffered(old)), str(_suffered(new))),
    }
    for part, (was, is_) in parts.items():
        if was != is_:
            yield Changed(part=part, before=was, after=is_)
    for name in sorted(old.limits.keys() | new.limits.keys()):
        was, is_ = _number(old.limits.get(name)), _number(new.limits.get(name))
        if was != is_:
            yield Changed(part=f"limit {name}", before=was, after=is_)


def _first(verdict: Verdict) -> Finding | None:
    return verdict.findings[0] if verdict.findings else None


def _sure(finding: Finding | None) -> str:
    return finding.confidence.word.value if finding else ""


def _rules(verdict: Verdict) -> str:
    return ", ".join(
        f"{finding.rule}.{finding.version} {finding.person}".strip() for finding in verdict.findings
    )


def _suffered(verdict: Verdict) -> int:
    return max(verdict.suffered, len(verdict.hits))


def _denied(verdict: Verdict) -> str:
    return ", ".join(dict.fromkeys(denial.rule for denial in verdict.ruled_out))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
