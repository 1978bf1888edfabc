"""The console's own receivers: their addresses and keys, and how one takes the place of another.

A new address or key is good from before the cloud is told of it, and the old one for a while after: notifications that
are under way then are not lost. When nobody knows whether the cloud took the new one, both are good.
"""

import hmac
import re
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max, Q, Sum
from django.urls import reverse
from django.utils import timezone

from console.connections.models import Connection
from console.connections.resealing import Resealed
from console.connections.secrets import SecretUnreadable, reseal, seal, unseal
from console.recording.models import (
    CallbackAddress,
    CallbackDelivery,
    CallbackKey,
    CallbackReceiver,
    DroppedDeliveries,
    Standing,
)
from console.recording.shapes.callbacks import ReceiverFacts
from console.sparkrtc.secret import Secret

__all__ = [
    "FORMER_FOR",
    "adopt_address",
    "adopt_key",
    "facts_of",
    "find_by_url",
    "find_receiver",
    "good_keys",
    "is_key",
    "keep_key",
    "new_address",
    "receiver_of",
    "receivers_of",
    "reseal_keys",
    "url_of",
    "withdraw",
]

FORMER_FOR = timedelta(minutes=10)  # how long what was replaced is still good
_ID_BYTES = 24


def receiver_of(connection: Connection, app_id: str) -> CallbackReceiver:
    """Return the receiver of an application, made where there is none."""
    return CallbackReceiver.objects.get_or_create(connection=connection, app_id=app_id)[0]


def find_receiver(public_id: str, now: datetime) -> CallbackReceiver | None:
    """Return whose address this is, None when it is nobody's (any more). One query."""
    good = Q(until=None) | Q(until__gt=now)
    found = CallbackAddress.objects.filter(good, public_id=public_id).select_related("receiver").first()
    return found.receiver if found else None


def good_keys(receiver: CallbackReceiver, now: datetime) -> list[Secret]:
    """Return the keys that a notification may be signed with now; one that no sealing key opens is left out."""
    rows = CallbackKey.objects.filter(Q(until=None) | Q(until__gt=now), receiver=receiver)
    found = []
    for sealed in rows.values_list("sealed", flat=True):
        try:
            found.append(Secret(unseal(sealed)))
        except SecretUnreadable:
            continue
    return found


def new_address(receiver: CallbackReceiver) -> CallbackAddress:
    """Return an address that nobody has used and nobody can guess; pending until the cloud took it."""
    return CallbackAddress.objects.create(receiver=receiver, public_id=secrets.token_urlsafe(_ID_BYTES))


def keep_key(
    receiver: CallbackReceiver, key: Secret, origin: CallbackKey.Origin = CallbackKey.Origin.SET
) -> CallbackKey:
    """Store a key sealed; pending until it is known that the cloud uses it."""
    return CallbackKey.objects.create(receiver=receiver, sealed=seal(key.reveal()), origin=origin)


def adopt_address(receiver: CallbackReceiver, address_id: int, now: datetime | None = None) -> None:
    """Let an address be the one in use; the one before it serves for ten minutes more."""
    _adopt(CallbackAddress, receiver, address_id, now or timezone.now())


def adopt_key(receiver: CallbackReceiver, key_id: int | None, now: datetime | None = None) -> None:
    """Let a key be the one in use, the one before it for ten minutes more; None: the cloud signs nothing any more."""
    _adopt(CallbackKey, receiver, key_id, now or timezone.now())


def is_key(row: CallbackKey, key: Secret) -> bool:
    """Say whether the stored key is this one; False too when no sealing key opens it."""
    try:
        return hmac.compare_digest(unseal(row.sealed).encode(), key.reveal().encode())
    except SecretUnreadable:
        return False


def withdraw(address_id: int | None = None, key_id: int | None = None) -> None:
    """Delete a pending address or key that the cloud did not take."""
    if address_id is not None:
        CallbackAddress.objects.filter(pk=address_id, standing=Standing.PENDING).delete()
    if key_id is not None:
        CallbackKey.objects.filter(pk=key_id, standing=Standing.PENDING).delete()


def url_of(base: str, public_id: str) -> str:
    """Return a receiver's whole address. base: scheme and host by which the cloud reaches this console."""
    return base.rstrip("/") + reverse("callbacks:receive", args=[public_id])


def find_by_url(receiver: CallbackReceiver, url: str) -> CallbackAddress | None:
    """Return the receiver's address that a callback URL leads to, whatever its host; None when it leads elsewhere."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    found = re.fullmatch(r".*/([A-Za-z0-9_-]{16,64})/?", path)
    if found is None or not path.rstrip("/").endswith(
        reverse("callbacks:receive", args=[found[1]]).rstrip("/")
    ):
        return None
    return next((one for one in receiver.addresses.all() if one.public_id == found[1]), None)


def receivers_of(connection: Connection, app_ids: Collection[str]) -> dict[str, CallbackReceiver]:
    """Return the receivers of applications that have one, with their addresses and keys. Three queries."""
    found = CallbackReceiver.objects.filter(connection=connection, app_id__in=list(app_ids))
    return {one.app_id: one for one in found.prefetch_related("addresses", "keys")}


def facts_of(found: Iterable[CallbackReceiver]) -> dict[int, ReceiverFacts]:
    """Return what is known about receivers, by their primary keys. Three queries, however many they are."""
    rows = {one.pk: one for one in found}
    day = timezone.now() - timedelta(days=1)
    verified = _latest(rows, CallbackDelivery.Verdict.VERIFIED)
    refused = _latest(rows, CallbackDelivery.Verdict.REFUSED)
    dropped = DroppedDeliveries.objects.filter(receiver__in=rows, minute__gte=day)
    counts = dict(dropped.values_list("receiver").annotate(Sum("count")).order_by())
    facts = {}
    for pk, receiver in rows.items():
        address, key = _current(receiver.addresses.all()), _current(receiver.keys.all())
        facts[pk] = ReceiverFacts(
            public_id=address.public_id if address else "",
            key_known=key is not None,
            key_origin=key.origin if key else "",
            key_since=key.made_at if key else None,
            last_verified_at=verified.get(pk),
            last_refused_at=refused.get(pk),
            dropped=counts.get(pk, 0),
        )
    return facts


def reseal_keys() -> Resealed:
    """Seal every key with the newest sealing key; one that was replaced meanwhile is left alone."""
    done, unreadable = 0, []
    for key in CallbackKey.objects.select_related("receiver"):
        try:
            sealed = reseal(key.sealed)
        except SecretUnreadable:
            unreadable.append(f"callback of {key.receiver.app_id}")
            continue
        done += CallbackKey.objects.filter(pk=key.pk, sealed=key.sealed).update(sealed=sealed)
    return Resealed(done, tuple(unreadable))


def _current(rows: Iterable[Any]) -> Any:
    return next((row for row in rows if row.standing == Standing.CURRENT), None)


def _latest(rows: Collection[int], verdict: CallbackDelivery.Verdict) -> dict[int, datetime]:
    found = CallbackDelivery.objects.filter(receiver__in=rows, verdict=verdict)
    return dict(found.values_list("receiver").annotate(Max("received_at")).order_by())


def _adopt(
    kind: type[CallbackAddress] | type[CallbackKey],
    receiver: CallbackReceiver,
    chosen: int | None,
    now: datetime,
) -> None:
    with transaction.atomic():
        CallbackReceiver.objects.select_for_update().get(pk=receiver.pk)
        rows = kind.objects.filter(receiver=receiver)
        rows.filter(until__lte=now).delete()
        for row in rows.filter(standing=Standing.CURRENT):
            if row.pk != chosen:
                rows.filter(pk=row.pk).update(standing=Standing.FORMER, until=now + FORMER_FOR)
        if chosen is not None:
            # What was prepared earlier and never settled has been overtaken.
            earlier = rows.filter(standing=Standing.PENDING, pk__lt=chosen)
            earlier.update(standing=Standing.FORMER, until=now + FORMER_FOR)
            rows.filter(pk=chosen).update(standing=Standing.CURRENT, until=None)
