"""As what a message can be written, and how each is signed. Pure."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.alerts.formats import dingtalk, feishu, generic, slack, wecom
from console.alerts.formats.letter import Letter, Link, Part, as_text

__all__ = [
    "FORMATS",
    "Format",
    "KeyOf",
    "Letter",
    "Link",
    "Part",
    "Signed",
    "as_text",
    "sign_generic",
    "signed",
]


class KeyOf(StrEnum):
    """Whose key signs a message: the console's own, the chat tool's (one can do without), nobody's."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODY = ""


def _any(answer: bytes) -> str:
    return ""


@dataclass(frozen=True)
class Format:
    """A way to write a message for a webhook.

    accepted: what an answer with status 2xx says; "" when the message was taken.
    """

    name: str
    build: Callable[[Letter], dict[str, Any]]
    key: KeyOf = KeyOf.NOBODY
    accepted: Callable[[bytes], str] = _any


FORMATS = {
    one.name: one
    for one in (
        Format("generic", generic.build, KeyOf.OURS),
        Format("slack", slack.build, accepted=slack.accepted),
        Format("feishu", feishu.build, KeyOf.THEIRS, feishu.accepted),
        Format("dingtalk", dingtalk.build, KeyOf.THEIRS, dingtalk.accepted),
        Format("wecom", wecom.build, accepted=wecom.accepted),
    )
}


@dataclass(frozen=True)
class Signed:
    """A request to a webhook, ready to be sent. hidden: what must not be shown, should the answer repeat it."""

    url: str
    headers: dict[str, str]
    body: bytes
    hidden: tuple[str, ...] = ()


def signed(format_name: str, url: str, payload: str, secret: str, *, key: str, timestamp: int) -> Signed:
    """Sign a message the way its format wants. payload: JSON. key: tells repetitions. timestamp: seconds."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "SparkRTC-Console",
        "Connection": "close",
        "Idempotency-Key": key,
    }
    body = payload.encode()
    if format_name == "feishu" and secret:
        told = feishu.sign(json.loads(payload), secret, timestamp)
        return Signed(url, headers, json.dumps(told, ensure_ascii=False).encode(), (secret, told["sign"]))
    if format_name == "dingtalk" and secret:
        whole = dingtalk.sign(url, secret, timestamp)
        return Signed(whole, headers, body, (secret, whole.rpartition("sign=")[2]))
    if format_name == "generic":
        signature = sign_generic(secret, timestamp, body)
        headers |= {"Console-Timestamp": str(timestamp), "Console-Signature": f"v1={signature}"}
        return Signed(url, headers, body, (secret, signature))
    return Signed(url, headers, body)


def sign_generic(secret: str, timestamp: int, body: bytes) -> str:
    """Return the hexadecimal HMAC-SHA256 over the timestamp, a dot, and the body as it is sent."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
