"""Reading a kept call: its answers from our own tables, as if the cloud were asked on the day that it was kept.

What was not asked then is asked of the cloud while it still remembers.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import structs

from console.connections.reads import Reading
from console.investigate.models import KeptAnswer, KeptCall
from console.investigate.services.calls import Reader
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.operation import Operation
from console.sparkrtc.reading import UnreadableAnswer, read_answer
from console.sparkrtc.replies import AbnormalEvents, QosDetails, Reply, restore

__all__ = ["KeptReader", "NotKept", "unpacked"]

# What makes two questions the same: whose it is. The range of time is that of the call.
_WHOSE = ("app_id", "room_id", "user_id", "peer_id", "mid", "offset")

# Kept answers never change, and reading a large one takes as long as the rest of a page: each process remembers a few.
_MOST_READ = 24
_read: dict[tuple[int, str], Any] = {}


class NotKept(LookupError):
    """This was not asked when the call was kept."""


def unpacked(kind: type[Reply], answer: KeptAnswer) -> Any:
    """Return a kept answer, read anew from what the cloud sent. Raises NotKept for one that can't be read any more."""
    known = (answer.pk, answer.digest)
    if known in _read:
        return _read[known]
    try:
        plain = zlib.decompress(bytes(answer.body))
        value = read_answer(kind, plain) if answer.form == KeptAnswer.Form.SENT else restore(kind, plain)
    except (zlib.error, msgspec.DecodeError, UnreadableAnswer) as problem:
        raise NotKept(f"answer {answer.pk} cannot be read") from problem
    if len(_read) >= _MOST_READ:
        _read.clear()
    _read[known] = value
    return value


class KeptReader:
    """Answers of a kept call. now: when it was kept, which is the time that everything is told as of.

    beyond: where to ask for what was not kept; None when the cloud has forgotten it as well.
    """

    def __init__(self, call: KeptCall, beyond: Reader | None = None) -> None:
        self._answers = list(call.answers.all())
        self._beyond = beyond
        self.now: datetime | None = call.kept_at

    def read(self, operation: Operation, **params: Any) -> Reading:
        """Return the kept answer. Raises NotKept; SparkError where the cloud had to be asked."""
        wanted = _whose(params)
        for answer in self._answers:
            if answer.operation == operation.name and _whose(answer.parameters) == wanted:
                assert operation.reply is not None
                value = _within(unpacked(operation.reply, answer), params)
                return Reading(value, answer.taken_at, False, None, answer.request_id)
        if operation is LIST_PARTICIPANTS and params.get("offset"):  # a page behind the last one
            assert operation.reply is not None
            return Reading(operation.reply(), self.now or datetime.min, False, None, "")
        if self._beyond is not None:
            return self._beyond.read(operation, **params)
        raise NotKept(operation.name)


def _within(value: Any, params: Mapping[str, Any]) -> Any:
    """Cut what is kept of the whole call down to the range that is asked for, as the cloud would."""
    start, end = params.get("start_time"), params.get("end_time")
    if start is None or end is None:
        return value
    if isinstance(value, QosDetails):
        cut = (
            structs.replace(
                one, points=tuple(point for point in one.points if _between(point.time, start, end))
            )
            for one in value.series
        )
        return structs.replace(value, series=tuple(one for one in cut if one.points))
    if isinstance(value, AbnormalEvents):
        events = tuple(event for event in value.events if _between(event.time, start, end))
        return structs.replace(value, events=events, total=len(events))
    return value


def _between(moment: datetime | None, start: datetime, end: datetime) -> bool:
    """Times are asked by full minutes, as the shared reads do."""
    if moment is None:
        return False
    return start.replace(second=0, microsecond=0) <= moment < end.replace(second=0, microsecond=0)


def _whose(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, params[name]) for name in _WHOSE if params.get(name) not in (None, 0))
