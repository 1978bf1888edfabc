"""Signs requests with an access key: SDK-HMAC-SHA256.

Every stage is a function of its own, so that a wrong signature can be found stage by stage.
Source: API Reference, Authentication, AK/SK.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from console.sparkrtc.credentials import AccessKey

__all__ = [
    "ALGORITHM",
    "DATE_HEADER",
    "canonical_query",
    "canonical_request",
    "sign",
    "string_to_sign",
    "timestamp",
]

ALGORITHM = "SDK-HMAC-SHA256"
DATE_HEADER = "X-Sdk-Date"


def timestamp(moment: datetime) -> str:
    """Write a moment for the X-Sdk-Date header; the gateway refuses one that is 15 minutes off."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def canonical_query(query: Iterable[tuple[str, str]]) -> str:
    """Return the query as it is signed, and also sent: sorted by name, then value, before encoding."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(query))


def canonical_request(
    method: str, path: str, query: Iterable[tuple[str, str]], headers: Mapping[str, str], body: bytes | None
) -> str:
    """Return the text whose hash is signed.

    path: as sent, percent-encoded. headers: exactly those that are signed. body: the bytes that are sent.
    """
    segments = "/".join(_encoded(segment) for segment in unquote(path).split("/"))
    return "\n".join(
        (
            method.upper(),
            segments if segments.endswith("/") else f"{segments}/",
            canonical_query(query),
            "".join(f"{name}:{value}\n" for name, value in _signed(headers)),
            _names(headers),
            hashlib.sha256(body or b"").hexdigest(),
        )
    )


def string_to_sign(moment: str, canonical: str) -> str:
    """Return the text that is signed. moment: the X-Sdk-Date header's value."""
    return f"{ALGORITHM}\n{moment}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def sign(
    credentials: AccessKey,
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    body: bytes | None,
) -> str:
    """Return the Authorization header's value.

    headers: those to sign; Host and X-Sdk-Date must be among them. Names with "_" are left out, for the
    gateway does not see them.
    """
    moment = next(value for name, value in headers.items() if name.lower() == DATE_HEADER.lower())
    text = string_to_sign(moment, canonical_request(method, path, query, headers, body))
    signature = hmac.new(credentials.sk.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={credentials.ak}, SignedHeaders={_names(headers)}, Signature={signature}"


def _signed(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted((name.lower(), value.strip()) for name, value in headers.items() if "_" not in name)


def _names(headers: Mapping[str, str]) -> str:
    return ";".join(name for name, _ in _signed(headers))


def _encoded(text: str) -> str:
    return quote(text, safe="~")
