"""Objects by signed links, the way object storage gives them: `/bucket/name?AccessKeyId=…&Expires=…&Signature=…`.

Source: OBS, API Reference, "Authentication of Signature in a URL" and "Obtaining Object Content".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote

from console.sandbox.cloud import Cloud
from console.sandbox.state.buckets import Bucket, StoredObject
from console.sandbox.state.contents import Content, content_of
from console.sandbox.transmission import Answer

__all__ = ["get_object", "is_signed_link"]

_KEYS = ("AccessKeyId", "AWSAccessKeyId")
_ANSWERED_BY_QUERY = {
    "response-cache-control": "Cache-Control",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
    "response-content-language": "Content-Language",
    "response-content-type": "Content-Type",
    "response-expires": "Expires",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")

Pairs = Sequence[tuple[str, str]]


class _Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def is_signed_link(query: Pairs) -> bool:
    """Tell whether a request comes with a signature in its address."""
    names = {name for name, _value in query}
    return "Signature" in names and not names.isdisjoint(_KEYS)


def get_object(method: str, path: str, query: Pairs, headers: Mapping[str, str], cloud: Cloud) -> Answer:
    """Answer a signed link: 200, 206 for a range, or an error as object storage writes it. path: as sent."""
    try:
        _check(method, path, query, headers, cloud)
        bucket_name, _, name = path[1:].partition("/")
        content, stored = _find(unquote(bucket_name), unquote(name), cloud)
        start, end = _range(headers.get("range", ""), content.size)
    except _Refusal as refusal:
        return _refused(refusal)
    told = {
        "Content-Type": content.kind,
        "Accept-Ranges": "bytes",
        "ETag": f'"{hashlib.md5(stored.name.encode(), usedforsecurity=False).hexdigest()}"',
    }
    told |= {_ANSWERED_BY_QUERY[name]: value for name, value in query if name in _ANSWERED_BY_QUERY}
    status = 200
    if "range" in headers:
        status = 206
        told["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    return Answer(status, told, manner="streamed", size=end - start, stream=content.pieces(start, end))


def _check(method: str, path: str, query: Pairs, headers: Mapping[str, str], cloud: Cloud) -> None:
    if method != "GET":
        raise _Refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
    given = dict(query)
    if not given.get("Expires", "").isdecimal():
        raise _Refusal(403, "AccessDenied", "Query-string authentication requires Expires.")
    if cloud.clock.gateway() > int(given["Expires"]):
        raise _Refusal(403, "AccessDenied", "Request has expired.")
    key = next(given[name] for name in _KEYS if name in given)
    if key != cloud.options.ak:
        raise _Refusal(403, "InvalidAccessKeyId", "The access key Id you provided does not exist.")
    if given.get("x-obs-security-token", "") != cloud.options.security_token:
        raise _Refusal(403, "AccessDenied", "The security token is not that of this access key.")
    content = _to_sign(method, path, query, headers, given["Expires"])
    ours = hmac.new(cloud.options.sk.encode(), content.encode(), hashlib.sha1).digest()
    if not hmac.compare_digest(base64.b64encode(ours).decode(), given["Signature"]):
        raise _Refusal(
            403, "SignatureDoesNotMatch", "The signature does not match. Check your key and signing method."
        )


def _to_sign(method: str, path: str, query: Pairs, headers: Mapping[str, str], expires: str) -> str:
    own = sorted((name, value) for name, value in headers.items() if name.startswith("x-obs-"))
    lines = [method, headers.get("content-md5", ""), headers.get("content-type", ""), expires]
    lines += [f"{name}:{value.strip()}" for name, value in own]
    signed = sorted(pair for pair in query if pair[0] in _ANSWERED_BY_QUERY or pair[0].startswith("x-obs-"))
    # The name is signed as the standard encoding writes it, however it came.
    resource = quote(unquote(path), safe="/~")
    if signed:
        resource += "?" + "&".join(f"{name}={value}" for name, value in signed)
    return "\n".join([*lines, resource])


def _find(bucket_name: str, name: str, cloud: Cloud) -> tuple[Content, StoredObject]:
    with cloud.lock:
        now = cloud.clock()
        cloud.recorder.advance(now)
        bucket = next((known for known in cloud.buckets if known.name == bucket_name), None)
        if bucket is None:
            raise _Refusal(404, "NoSuchBucket", "The specified bucket does not exist.")
        siblings = _below(bucket, name.removesuffix(".m3u8"), cloud, now)
    stored = next((item for item in siblings if item.name == name), None)
    if stored is None:
        raise _Refusal(404, "NoSuchKey", "The specified key does not exist.")
    return content_of(stored, siblings), stored


def _below(bucket: Bucket, prefix: str, cloud: Cloud, now: float) -> list[StoredObject]:
    found = [item for item in bucket.objects if item.name.startswith(prefix)]
    return [*found, *cloud.recorder.objects_in(bucket, prefix, now)]


def _range(written: str, size: int) -> tuple[int, int]:
    """Return the first byte wanted, and the one after the last."""
    if not written:
        return 0, size
    found = _RANGE.fullmatch(written)
    if found is None or not (found[1] or found[2]):
        raise _Refusal(416, "InvalidRange", "The requested range cannot be satisfied.")
    start = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = min(int(found[2]) + 1, size) if found[1] and found[2] else size
    if start >= end:
        raise _Refusal(416, "InvalidRange", "The requested range cannot be satisfied.")
    return start, end


def _refused(refusal: _Refusal) -> Answer:
    text = f"<Error><Code>{refusal.code}</Code><Message>{refusal.message}</Message></Error>"
    body = f"<?xml version='1.0' encoding='UTF-8'?>{text}".encode()
    return Answer(refusal.status, {"Content-Type": "application/xml"}, body)
