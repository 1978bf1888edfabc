"""Evidence and verdicts as JSON and back: to keep them, to compare them, to judge again."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from console.investigate.verdict.enough import CURVES_KEPT
from console.investigate.verdict.evidence import Complaint, Evidence
from console.investigate.verdict.result import Verdict

__all__ = ["Unreadable", "evidence_from", "fingerprint", "packed", "plain", "verdict_from"]

T = TypeVar("T")


class Unreadable(ValueError):
    """What was kept is not what this version writes."""


def plain(value: Evidence | Verdict | Complaint) -> dict[str, Any]:
    """Return dictionaries, lists, texts and numbers, as a JSON column wants them."""
    found: dict[str, Any] = msgspec.to_builtins(value)
    return found


def packed(value: Evidence | Verdict | Complaint) -> bytes:
    """Return JSON, always the same for equal values."""
    return msgspec.json.encode(value, order="deterministic")


def evidence_from(data: bytes | str | dict[str, Any]) -> Evidence:
    """Read evidence that packed() or plain() wrote. Raises Unreadable."""
    return _read(data, Evidence)


def verdict_from(data: bytes | str | dict[str, Any]) -> Verdict:
    """Read a verdict that packed() or plain() wrote. Raises Unreadable."""
    return _read(data, Verdict)


def fingerprint(evidence: Evidence, complaint: Complaint, limits: dict[str, float]) -> str:
    """Return the SHA-256 of everything that a verdict follows from.

    When it was read is left out of an ended call's evidence, where nothing follows from that any more.
    """
    digest = sha256()
    for part in (_lasting(evidence, limits), complaint, limits):
        digest.update(msgspec.json.encode(part, order="deterministic"))
        digest.update(b"\n")
    return digest.hexdigest()


def _lasting(evidence: Evidence, limits: dict[str, float]) -> Evidence:
    """Return evidence with a time of reading that stays, from when all is known until some is forgotten, and after."""
    started, ended = evidence.started_at, evidence.ended_at
    if started is None or ended is None:
        return evidence
    known = ended + timedelta(seconds=limits["data_lag"])
    if known <= evidence.taken_at < started + CURVES_KEPT:
        taken_at = known
    elif evidence.taken_at > max(known, ended + CURVES_KEPT):
        taken_at = ended + CURVES_KEPT
    else:
        return evidence
    sources = tuple(msgspec.structs.replace(source, taken_at=None) for source in evidence.sources)
    return msgspec.structs.replace(evidence, taken_at=taken_at, sources=sources)


def _read(data: bytes | str | dict[str, Any], kind: type[T]) -> T:
    try:
        if isinstance(data, dict):
            return msgspec.convert(data, kind)
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as problem:
        raise Unreadable(str(problem)) from None
