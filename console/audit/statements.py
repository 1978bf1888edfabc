"""Statements: the heads of all ledgers at one moment, signed, numbered and chained.

A signed head proves its own ledger; nothing in it would tell that another ledger vanished with its heads. A statement
names all of them, so whoever takes one ledger away, or its end, has to take away every statement since, too. One
that is kept elsewhere shows even that.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from console.audit import canonical
from console.audit.keys import key_id, public_key, sign
from console.audit.models import AuditEntry, Ledger, Statement

__all__ = [
    "Head",
    "KeptStatement",
    "as_file",
    "fields_after",
    "form_of",
    "heads_in",
    "newest_statement",
    "read_file",
    "sign_statement",
]

log = structlog.get_logger(__name__)

Head = tuple[int, str]  # the number of a ledger's last entry, and its hash
_TRIES = 5


@dataclass(frozen=True)
class KeptStatement:
    """A statement as it stands in a file outside. form: what was signed. Nothing in it is checked yet."""

    serial: int
    heads: dict[str, Head]
    form: str
    signed_at: str
    key_id: str
    signature: str

    @property
    def hash(self) -> str:
        return canonical.digest(self.form)


def form_of(serial: int, heads: dict[str, Head], previous_hash: str, signed_at: str) -> str:
    """Return the canonical form of a statement, which is what gets signed."""
    return canonical.dump(
        {
            "version": canonical.VERSION,
            "statement": serial,
            "ledgers": {name: list(head) for name, head in heads.items()},
            "previous_hash": previous_hash,
            "signed_at": signed_at,
        }
    )


def heads_in(text: str) -> dict[str, Head]:
    """Read the heads that a statement holds. Raises ValueError for what is none."""
    read = json.loads(text)
    if not isinstance(read, dict):
        raise ValueError("no object of ledgers")
    return {str(name): _head(value) for name, value in read.items()}


def _head(value: Any) -> Head:
    if not isinstance(value, list) or [type(part) for part in value] != [int, str]:
        raise ValueError("no head of a ledger")
    return value[0], value[1]


def newest_statement() -> Statement | None:
    """Return the newest statement, or None before the first."""
    return Statement.objects.order_by("-serial").first()


def sign_statement() -> Statement | None:
    """Sign a statement over all ledgers when one of them moved; return the newest, or None without any entry.

    Any number of processes may do it at once: of two that would follow the same statement, one begins again. What was
    stated once stays stated: a ledger that is shorter now, or another one, does not replace it. Raises KeyMissing.
    """
    for _try in range(_TRIES):
        last = (
            newest_statement()
        )  # before the heads: what another process stated meanwhile fails by its number
        known = heads_in(last.heads_json) if last else {}
        heads = known | dict(_moved(known))
        if heads == known:
            return last
        fields = fields_after(last, heads, timezone.now())
        try:
            with transaction.atomic():
                made = Statement.objects.create(**fields)
        except IntegrityError:
            continue
        log.info("ledgers stated", **{name: fields[name] for name in fields if name != "signed_at"})
        return made
    return newest_statement()


def _moved(known: dict[str, Head]) -> Iterable[tuple[str, Head]]:
    for name, number, its_hash in (
        Ledger.objects.filter(number__gt=0).order_by("name").values_list("name", "number", "hash")
    ):
        stated = known.get(name)
        if stated is None or ((number, its_hash) != stated and _continues(name, number, stated)):
            yield name, (number, its_hash)


def _continues(name: str, number: int, stated: Head) -> bool:
    there = AuditEntry.objects.filter(ledger=name, number=stated[0]).values_list("hash", flat=True).first()
    if number > stated[0] and there == stated[1]:
        return True
    log.error(
        "a ledger is not what was signed: run verify_audit", ledger=name, stated=stated[0], found=number
    )
    return False


def fields_after(last: Any, heads: dict[str, Head], now: datetime) -> dict[str, Any]:
    """Return the fields of the statement that follows the last one (None: of the first). Raises KeyMissing."""
    serial, previous = (last.serial + 1, last.hash) if last else (1, canonical.GENESIS)
    form = form_of(serial, heads, previous, canonical.iso(now))
    return {
        "serial": serial,
        "heads_json": canonical.dump({name: list(head) for name, head in heads.items()}),
        "previous_hash": previous,
        "hash": canonical.digest(form),
        "signed_at": now,
        "key_id": key_id(public_key()),
        "signature": sign(form),
    }


def as_file(statement: Statement) -> str:
    """Write a statement as one line of JSON, to be kept where this console's operators can't reach it."""
    form = form_of(
        statement.serial,
        heads_in(statement.heads_json),
        statement.previous_hash,
        canonical.iso(statement.signed_at),
    )
    proof = {"hash": statement.hash, "key_id": statement.key_id, "signature": statement.signature}
    return canonical.dump({**canonical.load(form), **proof}) + "\n"


def read_file(text: str) -> KeptStatement:
    """Read what as_file() wrote. Raises ValueError for anything else."""
    read = json.loads(text)
    if not isinstance(read, dict):
        raise ValueError("no statement")
    try:
        serial, signed_at = int(read["statement"]), str(read["signed_at"])
        heads = heads_in(json.dumps(read["ledgers"]))
        form = form_of(serial, heads, str(read["previous_hash"]), signed_at)
        return KeptStatement(serial, heads, form, signed_at, str(read["key_id"]), str(read["signature"]))
    except (KeyError, TypeError) as problem:
        raise ValueError(f"no statement: {problem}") from None
