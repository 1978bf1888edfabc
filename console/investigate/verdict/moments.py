"""Instants: seconds since the epoch inside, aware UTC at the edges."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["MINUTE", "iso", "moment", "seconds"]

MINUTE = 60


def seconds(instant: datetime) -> int:
    """Return whole seconds since the epoch. An instant without a zone counts as UTC, as the cloud's do."""
    return int(instant.timestamp() if instant.tzinfo else instant.replace(tzinfo=UTC).timestamp())


def moment(at: int) -> datetime:
    """Return an instant as results carry it."""
    return datetime.fromtimestamp(at, UTC)


def iso(at: int) -> str:
    """Return an instant as parameters of clauses carry it."""
    return moment(at).isoformat()
