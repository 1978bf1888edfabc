"""What is asked of the cloud, in one form however it was put: so that everybody's question is the same question."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from console.connections.models import Connection
from console.sparkrtc.operation import Operation

__all__ = ["Question", "question"]


@dataclass(frozen=True)
class Question:
    """A reading operation with its parameters.

    params: as they are sent. written: the same as JSON can hold it. key: hash of both operation and parameters.
    """

    connection: Connection
    operation: Operation
    params: Mapping[str, Any]
    written: Mapping[str, Any]
    key: str

    @property
    def id(self) -> tuple[int, str]:
        """What tells this question from every other one."""
        return (self.connection.pk, self.key)


def question(connection: Connection, operation: Operation, params: Mapping[str, Any]) -> Question:
    """Put a question into its one form: nothing that is None, lists in order, times at their full minute (UTC).

    Raises ValueError for an operation that changes something.
    """
    if not operation.reads:
        raise ValueError(f"{operation.name} changes the cloud and has no answer to share")
    usual = {name: _usual(value) for name, value in sorted(params.items()) if value is not None}
    written = {name: _written(value) for name, value in usual.items()}
    text = json.dumps([operation.name, written], sort_keys=True)
    return Question(connection, operation, usual, written, hashlib.sha256(text.encode()).hexdigest())


def _usual(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(second=0, microsecond=0)
    if isinstance(value, list | tuple | set | frozenset):
        return sorted({_usual(item) for item in value}, key=str)
    return value


def _written(value: Any) -> Any:
    if isinstance(value, list):
        return [_written(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
