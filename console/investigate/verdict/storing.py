"""Evidence and verdicts as JSON and back: to keep them, to compare them, to judge again."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, TypeVar

import msgspec

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
    """Return the SHA-256 of everything that a verdict follows from."""
    digest = sha256()
    for part in (evidence, complaint, limits):
        digest.update(msgspec.json.encode(part, order="deterministic"))
        digest.update(b"\n")
    return digest.hexdigest()


def _read(data: bytes | str | dict[str, Any], kind: type[T]) -> T:
    try:
        if isinstance(data, dict):
            return msgspec.convert(data, kind)
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as problem:
        raise Unreadable(str(problem)) from None
