"""Signing the heads of ledgers, so that a tail that was cut off shows.

Each new signature is also logged: logs that leave the machine are a witness that an intruder cannot reach.
"""

import contextlib
from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from console.audit import canonical
from console.audit.keys import key_id, public_key, sign
from console.audit.models import SignedHead
from console.audit.statements import heads_in, sign_statement

__all__ = ["head_form", "sign_heads"]

log = structlog.get_logger(__name__)
_TRIES = 5


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
    """State all ledgers, sign the heads that moved since their last signature, and return those.

    ledgers: the names of those whose heads are signed; None means all. No head is signed that is not in a statement:
    where statements are missing, the heads tell. Any number of processes may do it at once. Raises KeyMissing.
    """
    key = key_id(public_key())
    statement = sign_statement()
    if statement is None:
        return []
    chosen = None if ledgers is None else set(ledgers)
    signed = [
        head
        for name, (number, its_hash) in sorted(heads_in(statement.heads_json).items())
        if (chosen is None or name in chosen) and (head := _sign(name, number, its_hash, key)) is not None
    ]
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


def _sign(ledger: str, number: int, its_hash: str, key: str) -> SignedHead | None:
    """Sign a head, unless it or a later one is; of two processes that would use one serial, one looks again."""
    for _try in range(_TRIES):
        last = SignedHead.objects.filter(ledger=ledger).order_by("-serial").first()
        if last is not None and last.number >= number:
            return None
        serial, now = (last.serial + 1 if last else 1), timezone.now()
        with contextlib.suppress(IntegrityError), transaction.atomic():
            return SignedHead.objects.create(
                ledger=ledger,
                serial=serial,
                number=number,
                hash=its_hash,
                signed_at=now,
                key_id=key,
                signature=sign(head_form(ledger, serial, number, its_hash, now)),
            )
    return None
