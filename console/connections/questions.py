"""What is asked of the cloud, in one form however it was put: so that everybody's question is the same question."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from console.connections.models import Connection
from console.sparkrtc.operation import Operation, Param

__all__ = ["NOW", "Ago", "Question", "question"]


# Their answers have a field for each metric, so that one more costs nothing.
_ALL_METRICS = frozenset({"analytics.history_scale.get", "analytics.history_quality.get"})


@dataclass(frozen=True, order=True)
class Ago:
    """A time that moves with the clock, by full minutes: so a window up to now stays one question while it moves.

    seconds: before now, of which only whole minutes count.
    """

    seconds: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", self.seconds - self.seconds % 60)

    def at(self, now: datetime) -> datetime:
        """Return the time meant at this instant."""
        return _full_minute(now - timedelta(seconds=self.seconds))


NOW = Ago(0)


@dataclass(frozen=True)
class Question:
    """A reading operation with its parameters.

    params: in their usual form. written: the same as JSON can hold it. key: hash of both operation and parameters.
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

    def sent_at(self, now: datetime) -> dict[str, Any]:
        """Return the parameters as they are sent at this instant."""
        return {
            name: value.at(now) if isinstance(value, Ago) else value for name, value in self.params.items()
        }

    @property
    def moves(self) -> bool:
        """Whether its window moves with the clock."""
        return any(isinstance(value, Ago) for value in self.params.values())


def question(connection: Connection, operation: Operation, params: Mapping[str, Any]) -> Question:
    """Put a question into its one form, however it was put.

    Nothing that is None or what the cloud takes anyway, lists in order and without doubles, one value as a list of one,
    times at their full minute (UTC). Where one call answers for all metrics, all of them are asked for: take yours from
    the answer. Raises ValueError for an operation that changes something.
    """
    if not operation.reads:
        raise ValueError(f"{operation.name} changes the cloud and has no answer to share")
    given = {name: value for name, value in sorted(params.items()) if value is not None}
    known = {param.name: param for param in operation.params}
    usual = {name: _usual(value, known.get(name)) for name, value in given.items()}
    usual = {name: value for name, value in usual.items() if not _is_default(value, known.get(name))}
    if operation.name in _ALL_METRICS and "metric" in usual:
        usual["metric"] = sorted(known["metric"].choices)
    written = {name: _written(value) for name, value in usual.items()}
    text = json.dumps([operation.name, written], sort_keys=True)
    return Question(connection, operation, usual, written, hashlib.sha256(text.encode()).hexdigest())


def _usual(value: Any, param: Param | None) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return sorted({_usual(item, None) for item in value}, key=str)
    if param is not None and param.many:
        return [_usual(value, None)]
    return _full_minute(value.astimezone(UTC)) if isinstance(value, datetime) else value


def _is_default(value: Any, param: Param | None) -> bool:
    """Say whether the cloud takes this when nothing is sent; how many rows it gives by itself isn't always told."""
    if param is None or param.required or param.always or param.default is None or param.name == "limit":
        return False
    return bool(value == param.default)


def _written(value: Any) -> Any:
    if isinstance(value, list):
        return [_written(item) for item in value]
    if isinstance(value, Ago):
        return f"{value.seconds} s ago"
    return value.isoformat() if isinstance(value, date) else value


def _full_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
