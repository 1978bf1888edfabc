"""What of the quotas' limits must be mended before the console may start; each finding says what to set, and where."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from console.connections.models import Bucket, QuotaWish
from console.sparkrtc.book import Rule
from console.sparkrtc.quotas import QUOTAS

__all__ = ["limits_are_ready", "limits_can_be_kept", "published_limits_can_be_kept"]


@register(Tags.compatibility)
def published_limits_can_be_kept(**_: Any) -> list[CheckMessage]:
    """Report published limits that cannot be meant."""
    return [
        Error(
            f"The published limit of {name} cannot be kept: {problem}.",
            hint="Set it in console/sparkrtc/quotas.py as the API reference says: Quota(name, limit=60, seconds=60).",
            id="console.E030",
        )
        for name, problem in _absurd((quota.name, quota.limit, quota.seconds) for quota in QUOTAS.values())
    ]


@register(Tags.database)
def limits_can_be_kept(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report limits in the database that cannot be meant, however they came there. Asked for by `migrate`."""
    if not databases:
        return []
    try:
        wished = list(_absurd(_wished()))
        in_force = list(_absurd(_in_force()))
    except DatabaseError:  # an empty database, before its first migration
        return []
    found: list[CheckMessage] = []
    for where, problem in wished:
        hint = (
            "Enter another under Settings › Connections › (the connection) › Limits, or take it back there."
        )
        found.append(Error(f"The limit of {where} cannot be kept: {problem}.", hint=hint, id="console.E031"))
    for where, problem in in_force:
        hint = (
            "Set limit and seconds of this row of connections_bucket to NULL: then the published limit holds."
        )
        found.append(
            Error(f"The limit in force of {where} cannot be kept: {problem}.", hint=hint, id="console.E032")
        )
    return found


def limits_are_ready() -> str:
    """Say for /readyz that every limit can be kept. Raises RuntimeError with what to set."""
    for finding in limits_can_be_kept(databases=["default"]):
        raise RuntimeError(f"{finding.msg} {finding.hint}")
    return "ok"


def _wished() -> Iterator[tuple[str, Any, Any]]:
    rows = QuotaWish.objects.order_by("pk").values_list("quota", "connection__slug", "limit", "seconds")
    for quota, connection, limit, seconds in rows:
        yield f"{quota} on the connection {connection}", limit, seconds


def _in_force() -> Iterator[tuple[str, Any, Any]]:
    rows = Bucket.objects.exclude(limit=None, seconds=None).order_by("pk")
    for pk, quota, limit, seconds, cell in rows.values_list("pk", "quota", "limit", "seconds", "cell"):
        published = QUOTAS.get(cell)
        if published is not None:
            limit = published.limit if limit is None else limit
            seconds = published.seconds if seconds is None else seconds
        yield f"{quota} (bucket {pk})", limit, seconds


def _absurd(limits: Iterable[tuple[str, Any, Any]]) -> Iterator[tuple[str, str]]:
    """Yield where a limit cannot be kept, and why."""
    for where, limit, seconds in limits:
        try:
            Rule(limit, seconds)
        except ValueError as problem:
            yield where, str(problem)
