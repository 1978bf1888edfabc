"""The canonical form of a ledger row, and the chain of fingerprints over it.

The form is what an outsider needs to compute the same fingerprints in any language:

1. A row is an object of the fields in FIELDS. Text, whole numbers, booleans, null, lists and objects occur; numbers
   with a fraction do not (they are kept as text), nor do whole numbers beyond 2**53 - 1.
2. It is written as JSON in UTF-8: keys sorted by code point, no space after "," and ":", characters beyond ASCII as
   themselves; of the control characters \\b \\t \\n \\f \\r have their short escapes and the others \\u00xx.
3. Times are UTC with microseconds and a Z: "2026-05-04T12:00:00.000000Z". Ids are lower-case UUIDs with dashes.
4. digest = sha256(form), hash = sha256(previous hash + digest): both inputs as their 64 lower-case hexadecimal
   digits in ASCII. The first row's previous hash is 64 zeros.

The digest stands between so that a filtered export can carry the chain over the rows it leaves out without
showing them: their digests are enough.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

__all__ = ["FIELDS", "GENESIS", "VERSION", "canonical", "chain", "digest", "dump", "iso", "load"]

VERSION = 1
GENESIS = "0" * 64
FIELDS = (
    "version",
    "ledger",
    "number",
    "uuid",
    "kind",
    "attempt_id",
    "at",
    "actor_id",
    "actor_username",
    "actor_name",
    "actor_role",
    "on_behalf_of",
    "address",
    "user_agent",
    "click_id",
    "action",
    "target_kind",
    "target_id",
    "target_name",
    "app_id",
    "connection_id",
    "connection_slug",
    "connection_name",
    "reason",
    "before",
    "after",
    "outcome",
    "status",
    "error_code",
    "error",
    "request_id",
    "finding",
    "details",
)


def dump(value: Any) -> str:
    """Write a value as canonical JSON. Raises ValueError for numbers that have no JSON form."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def load(text: str) -> Any:
    """Read what dump() wrote."""
    return json.loads(text)


def iso(moment: datetime) -> str:
    """Write an aware time as the canonical form has it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(row: dict[str, Any]) -> str:
    """Write a row (a value for each of FIELDS; times and UUIDs as objects or as text) in canonical form."""
    return dump({name: _plain(row[name]) for name in FIELDS})


def digest(form: str) -> str:
    """Return the fingerprint of a row's canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(form.encode()).hexdigest()


def chain(previous_hash: str, row_digest: str) -> str:
    """Return the row's hash: the fingerprint of everything in the ledger up to it."""
    return hashlib.sha256(f"{previous_hash}{row_digest}".encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, UUID):
        return str(value)
    return value
