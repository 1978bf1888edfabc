"""Whose quotas a connection spends: connections of one cloud account share them."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from console.connections import clocks
from console.connections.models import AccountMark, Bucket, Connection, TakenPermit
from console.sparkrtc.quotas import QUOTAS

__all__ = ["connections_sharing", "known_owner_of", "known_owners", "owner_of"]


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
    marks = set(AccountMark.objects.filter(host=connection.host, owner=owner).values_list("mark", flat=True))
    return [
        other.pk
        for other in Connection.objects.all()
        if other.pk == connection.pk or (other.host == connection.host and marks.intersection(_marks(other)))
    ]


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
    return owner


def _open_buckets(owner: str) -> None:
    moment = clocks.store_moment()
    Bucket.objects.bulk_create(
        Bucket(owner=owner, quota=name, stamp=moment.stamp, seen_at=moment.now) for name in QUOTAS
    )


def _merge(other: str, owner: str) -> None:
    """Move every permit of one owner to the other; its buckets point there for whoever still knows only them."""
    for name in QUOTAS:
        pair = list(
            Bucket.objects.select_for_update().filter(quota=name, owner__in=(other, owner)).order_by("pk")
        )
        buckets = {bucket.owner: bucket for bucket in pair}
        old, new = buckets.get(other), buckets.get(owner)
        if old is None:
            continue
        if new is None:
            Bucket.objects.filter(pk=old.pk).update(owner=owner)
            continue
        TakenPermit.objects.filter(bucket=old).update(bucket=new)
        Bucket.objects.filter(merged_into=old).update(merged_into=new)
        new.last_start = max(new.last_start, old.last_start)
        new.blocked_until = max(new.blocked_until, old.blocked_until)
        new.stamp = new.stamp if new.stamp == old.stamp else ""  # unlike clocks: the next grant starts over
        new.save(update_fields=["last_start", "blocked_until", "stamp"])
        old.merged_into = new
        old.save(update_fields=["merged_into"])
