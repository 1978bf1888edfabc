"""Asking the shared reads so that a clock that moves on doesn't hide what is already known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from console.connections import answers, reads
from console.connections.models import Connection
from console.connections.policy import freshness_of
from console.connections.questions import question
from console.connections.reads import Reading
from console.sparkrtc.errors import SparkError
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane

__all__ = ["read_or_before"]


def read_or_before(
    connection: Connection,
    operation: Operation,
    asked: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    *,
    lane: Lane = Lane.PAGE,
    fresh_after: datetime | None = None,
) -> Reading:
    """Read; where the cloud gives nothing, fall back on what is stored for the question before it.

    before: the same question with the rounded start that it had an hour or a day ago; None when it has none. It is
    never asked, only looked up. Raises QuotaExhausted or another SparkError when that gives nothing either.
    """
    try:
        return reads.read(connection, operation, lane=lane, require_fresh_after=fresh_after, **asked)
    except SparkError as problem:
        reading = _stored(connection, operation, before, problem) if before and fresh_after is None else None
        if reading is None:
            raise
        return reading


def _stored(
    connection: Connection, operation: Operation, asked: Mapping[str, Any], problem: SparkError
) -> Reading | None:
    stored = answers.find(question(connection, operation, asked))
    if stored is None or stored.taken_at is None:
        return None
    if (timezone.now() - stored.taken_at).total_seconds() > freshness_of(operation).usable_for:
        return None
    return Reading(stored.value, stored.taken_at, True, problem, stored.request_id)
