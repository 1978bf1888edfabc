"""What the cloud sent, byte by byte: stored beside the shared answer of operations whose answers somebody may keep.

An app that keeps answers names the operations in its `AppConfig.ready()`. Answers that can hold secrets must not be
among them: a shared answer is stored without its secrets, but what was sent still has them.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.connections.models import Connection, SharedAnswer
from console.connections.questions import question
from console.sparkrtc.answers import Answer
from console.sparkrtc.operation import Operation

__all__ = ["MOST_BYTES", "RawAnswer", "keep_raw", "packed", "stored_raw"]

MOST_BYTES = 4 * 1024 * 1024  # compressed; what is larger is stored as it was read alone
_LEVEL = 3  # within a few per cent of the best, in a third of its time

_kept: set[str] = set()


@dataclass(frozen=True)
class RawAnswer:
    """An answer's body as it was sent, with when it was asked for and read, and the cloud's request id."""

    body: bytes
    asked_at: datetime | None
    taken_at: datetime
    request_id: str


def keep_raw(*operations: Operation) -> None:
    """Store from now on what the cloud sends for these operations. Their replies must hold no secrets."""
    _kept.update(operation.name for operation in operations)


def packed(answer: Answer[Any]) -> bytes | None:
    """Return an answer's body compressed, to be stored; None where nobody wants it, or where it is too large."""
    if answer.operation.name not in _kept or not answer.body:
        return None
    body = zlib.compress(answer.body, _LEVEL)
    return body if len(body) <= MOST_BYTES else None


def stored_raw(connection: Connection, operation: Operation, **params: Any) -> RawAnswer | None:
    """Return what the cloud sent last for a question that was just read, None where it is not stored. One query."""
    asked = question(connection, operation, params)
    row = (
        SharedAnswer.objects.filter(connection=connection, operation=operation.name, key=asked.key)
        .exclude(raw=None)
        .only("raw", "asked_at", "taken_at", "request_id")
        .first()
    )
    if row is None or row.raw is None or row.taken_at is None:
        return None
    return RawAnswer(zlib.decompress(bytes(row.raw)), row.asked_at, row.taken_at, row.request_id)
