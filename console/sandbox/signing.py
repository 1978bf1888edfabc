"""Check signatures of the scheme SDK-HMAC-SHA256. Source: API reference, AK/SK authentication."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

__all__ = ["ALGORITHM", "Authorization", "canonical_request", "parse_authorization", "sdk_date", "signature"]

ALGORITHM = "SDK-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    ALGORITHM
    + r" Access=(?P<ak>[^,\s]+), ?SignedHeaders=(?P<names>[a-z0-9;-]+), ?Signature=(?P<hex>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Authorization:
    """What an Authorization header says. names: the signed headers, lower case, in order."""

    ak: str
    names: tuple[str, ...]
    signature: str


def parse_authorization(text: str) -> Authorization | None:
    """Read an Authorization header, None when it is not of this scheme."""
    match = _AUTHORIZATION.fullmatch(text.strip())
    if match is None:
        return None
    return Authorization(match["ak"], tuple(match["names"].split(";")), match["hex"])


def sdk_date(text: str) -> float | None:
    """Read an X-Sdk-Date (yyyyMMddTHHmmssZ, UTC) as seconds since the epoch, None when it is malformed."""
    if not re.fullmatch(r"\d{8}T\d{6}Z", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def canonical_request(
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    names: Iterable[str],
    body: bytes,
) -> str:
    """Write the canonical form of a request.

    path: as sent, percent-encoded or not. query: decoded pairs. headers: by lower-case name; names: the signed ones.
    """
    segments = "/".join(_encode(segment) for segment in unquote(path).split("/"))
    names = list(names)
    return "\n".join(
        (
            method.upper(),
            segments if segments.endswith("/") else segments + "/",
            "&".join(f"{_encode(name)}={_encode(value)}" for name, value in sorted(query)),
            "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names),
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        )
    )


def signature(secret: str, date: str, canonical: str) -> str:
    """Sign a canonical request; date is its X-Sdk-Date."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{date}\n{digest}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _encode(text: str) -> str:
    return quote(text, safe="~")
