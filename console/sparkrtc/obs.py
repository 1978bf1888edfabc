"""Signed links to objects: good for one object, one method and a short time, without any other credentials.

Object storage (OBS) is a service of its own, with a signature of its own.
Source: OBS, API Reference, "Authentication of Signature in a URL".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from console.sparkrtc.credentials import AccessKey

__all__ = ["can_be_linked", "signed_link"]

_UNRESERVED = "/~"  # besides letters, digits, "_", "." and "-"
# A name that can be a label of a host name, and is covered by a certificate for *.obs.….
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])")
_SIGNED_PARAMETERS = re.compile(r"response-(cache-control|content-[a-z]+|expires)|x-obs-.+")


def can_be_linked(name: str) -> bool:
    """Say whether an address can carry an object's name: "." and ".." are folded away by whoever reads it."""
    return bool(name) and not name.startswith("/") and not {".", ".."} & set(name.split("/"))


def signed_link(
    key: AccessKey,
    endpoint: str,
    bucket: str,
    name: str,
    *,
    expires_at: int,
    query: Mapping[str, str] | None = None,
) -> str:
    """Return a link that gets an object until it expires, whoever follows it.

    endpoint: https://obs.<region>.…, without a path. expires_at: epoch seconds. query: parameters that change the
    answer's headers, such as response-content-disposition.
    """
    asked = dict(query or {})
    if key.security_token is not None:
        asked["x-obs-security-token"] = key.security_token.reveal()
    path = quote(name, safe=_UNRESERVED)
    signed = sorted((k, v) for k, v in asked.items() if _SIGNED_PARAMETERS.fullmatch(k))
    resource = f"/{bucket}/{path}"
    if signed:
        resource += "?" + "&".join(f"{k}={v}" for k, v in signed)
    content = "\n".join(["GET", "", "", str(expires_at), resource])
    digest = hmac.new(key.sk.reveal().encode(), content.encode(), hashlib.sha1).digest()
    asked |= {
        "AccessKeyId": key.ak,
        "Expires": str(expires_at),
        "Signature": base64.b64encode(digest).decode(),
    }
    written = "&".join(f"{k}={quote(v, safe='')}" for k, v in asked.items())
    return f"{_place(endpoint, bucket)}/{path}?{written}"


def _place(endpoint: str, bucket: str) -> str:
    """Return the address of the bucket: a host of its own where there can be one, else a folder."""
    parts = urlsplit(endpoint)
    if _is_address(parts.hostname or "") or not _LABEL.fullmatch(bucket):
        return f"{endpoint}/{quote(bucket, safe='')}"
    return f"{parts.scheme}://{bucket}.{parts.netloc}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
