"""Whose quotas a connection spends: connections of one cloud account share them."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from console.connections import clocks
from console.connections.changeover import take_over
from console.connections.models import AccountMark, Bucket, Connection
from console.connections.rules import enforce
from console.sparkrtc.quotas import QUOTAS

__all__ = [
    "connections_of",
    "connections_sharing",
    "known_owner_of",
    "known_owners",
    "owner_of",
    "restore_budgets",
]


def owner_of(connection: Connection) -> str:
    """Return the owner of the quotas that the connection spends; the connection need not be saved.

    Two connections have one owner when they share a project, an access key or an account name at one endpoint.
    An owner seen for the first time gets buckets from which nothing was taken yet: nothing was sent for it.
    """
    marks = _marks(connection)
    known = dict(
        AccountMark.objects.filter(host=connection.host, mark__in=marks).values_list("mark", "owner")
    )
    owners = sorted(set(known.values()))
    if len(known) == len(marks) and len(owners) == 1:
        return owners[0]
    return _settle(connection.host, marks)


def known_owner_of(connection: Connection) -> str | None:
    """Return the owner without settling anything; None for a connection through which nothing was sent yet."""
    return known_owners(connection).first()


def known_owners(connection: Connection) -> QuerySet[AccountMark, str]:
    """Return the same as a query of one row or none, to be part of another query."""
    known = AccountMark.objects.filter(host=connection.host, mark__in=_marks(connection)).order_by("mark")
    return known.values_list("owner", flat=True)[:1]


def connections_sharing(connection: Connection) -> list[int]:
    """Return the keys of all connections that spend the same quotas, this one among them."""
    owner = known_owner_of(connection)
    if owner is None:
        return [connection.pk]
    return sorted({connection.pk, *(other.pk for other in connections_of(owner))})


def connections_of(owner: str) -> list[Connection]:
    """Return all connections that spend the owner's quotas, switched off or not. Two queries."""
    marks = set(AccountMark.objects.filter(owner=owner).values_list("host", "mark"))
    return [one for one in Connection.objects.all() if any((one.host, mark) in marks for mark in _marks(one))]


def restore_budgets(owner: str) -> None:
    """Bring the owner's budgets in line with the rules on its connections; lost ones are made anew, and start full."""
    enforce(owner, connections_of(owner))


def _marks(connection: Connection) -> list[str]:
    marks = [f"project:{connection.project_id}"]
    if connection.kind == Connection.Kind.ACCESS_KEY and connection.access_key:
        marks.append(f"key:{connection.access_key}")
    if connection.kind == Connection.Kind.IAM_USER and connection.iam_domain:
        marks.append(f"account:{connection.iam_domain}")
    return marks


@transaction.atomic
def _settle(host: str, marks: Sequence[str]) -> str:
    """Give all the marks one owner, and take over the permits where they had several."""
    fresh = uuid.uuid4().hex
    AccountMark.objects.bulk_create(
        [AccountMark(host=host, mark=mark, owner=fresh) for mark in marks], ignore_conflicts=True
    )
    rows = AccountMark.objects.select_for_update().filter(host=host, mark__in=marks).order_by("mark")
    owners = {row.owner for row in rows}
    before = sorted(owners - {fresh})
    owner = before[0] if before else fresh
    AccountMark.objects.filter(host=host, owner__in=owners).update(owner=owner)
    if not before:
        _open_buckets(owner)
    for other in before[1:]:
        _merge(other, owner)
    enforce(owner, connections_of(owner))
    return owner


def _open_buckets(owner: str) -> None:
    moment = clocks.store_moment()
    Bucket.objects.bulk_create(
        Bucket(owner=owner, quota=name, cell=name, stamp=moment.stamp, seen_at=moment.now) for name in QUOTAS
    )


def _merge(other: str, owner: str) -> None:
    """Move every permit of one owner to the other; its buckets point there for whoever still knows only them."""
    found = list(
        Bucket.objects.select_for_update().filter(owner__in=(other, owner), merged_into=None).order_by("pk")
    )
    buckets = {(bucket.owner, bucket.quota): bucket for bucket in found}
    for old in [bucket for bucket in found if bucket.owner == other]:
        new = buckets.get((owner, old.quota))
        if new is None:
            new = Bucket.objects.create(
                owner=owner, quota=old.quota, cell=old.cell, closed=True, stamp=old.stamp
            )
            new.limit, new.seconds = old.limit, old.seconds
        Bucket.objects.filter(merged_into=old).update(merged_into=new)
        take_over(new, old, QUOTAS[old.cell])
        old.merged_into = new
        old.save(update_fields=["merged_into"])
