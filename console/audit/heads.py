"""Signing the heads of ledgers, so that a tail that was cut off shows.

Each new signature is also logged: logs that leave the machine are a witness that an intruder cannot reach.
"""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from console.audit import canonical
from console.audit.keys import key_id, public_key, sign
from console.audit.ledger import locked
from console.audit.models import Ledger, SignedHead

__all__ = ["head_form", "sign_heads"]

log = structlog.get_logger(__name__)


def head_form(ledger: str, serial: int, number: int, head_hash: str, signed_at: datetime) -> str:
    """Return the canonical form of a head, which is what gets signed."""
    return canonical.dump(
        {
            "version": canonical.VERSION,
            "ledger": ledger,
            "serial": serial,
            "number": number,
            "hash": head_hash,
            "signed_at": canonical.iso(signed_at),
        }
    )


def sign_heads(ledgers: Iterable[str] | None = None) -> list[SignedHead]:
    """Sign the heads that moved since their last signature, and return the new signatures.

    ledgers: their names; None means all. Any number of processes may do it at once. Raises KeyMissing.
    """
    key = key_id(public_key())
    moved = Ledger.objects.filter(number__gt=0).order_by("name")
    if ledgers is not None:
        moved = moved.filter(name__in=list(ledgers))
    signed = [head for name in moved.values_list("name", flat=True) if (head := _sign(name, key)) is not None]
    for head in signed:
        log.info(
            "ledger head signed",
            ledger=head.ledger,
            serial=head.serial,
            number=head.number,
            hash=head.hash,
            key_id=head.key_id,
            signature=head.signature,
        )
    return signed


def _sign(ledger: str, key: str) -> SignedHead | None:
    last = _last(ledger)
    if last is not None and Ledger.objects.filter(name=ledger, number=last.number, hash=last.hash).exists():
        return None  # nothing to lock for
    with transaction.atomic():
        head = locked(ledger)
        last = _last(ledger)
        if last is not None and (last.number, last.hash) == (head.number, head.hash):
            return None
        serial, now = (last.serial + 1 if last else 1), timezone.now()
        return SignedHead.objects.create(
            ledger=ledger,
            serial=serial,
            number=head.number,
            hash=head.hash,
            signed_at=now,
            key_id=key,
            signature=sign(head_form(ledger, serial, head.number, head.hash, now)),
        )


def _last(ledger: str) -> SignedHead | None:
    return SignedHead.objects.filter(ledger=ledger).order_by("-serial").first()
