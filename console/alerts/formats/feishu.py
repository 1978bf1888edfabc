"""Feishu's and Lark's custom bots: a rich text of which each piece is text or a link, so that nothing is markup."""

import base64
import hashlib
import hmac
import json
from typing import Any

from console.alerts.formats.letter import Letter

__all__ = ["accepted", "build", "sign"]


def build(letter: Letter) -> dict[str, Any]:
    """Return the body."""
    rows: list[list[dict[str, str]]] = []
    for part in letter.parts:
        rows += [[_text(line)] for line in (part.title, *part.lines)]
        if part.links:
            rows.append(
                [piece for link in part.links for piece in (_link(link.label, link.url), _text("  "))]
            )
        rows.append([_text("")])
    rows.append([_text(letter.foot)])
    language = "zh_cn" if letter.language.startswith("zh") else "en_us"
    return {"msg_type": "post", "content": {"post": {language: {"title": letter.title, "content": rows}}}}


def sign(body: dict[str, Any], secret: str, timestamp: int) -> dict[str, Any]:
    """Return the body with what the bot's "signature verification" wants. timestamp: seconds."""
    key = f"{timestamp}\n{secret}".encode()
    digest = hmac.new(key, b"", hashlib.sha256).digest()
    return {"timestamp": str(timestamp), "sign": base64.b64encode(digest).decode(), **body}


def accepted(answer: bytes) -> str:
    """Return "" when the bot took it, else what it says: it refuses with status 200."""
    try:
        told = json.loads(answer)
        code, said = told.get("code", told.get("StatusCode")), told.get("msg", told.get("StatusMessage"))
    except (ValueError, AttributeError):
        return "no JSON"
    return "" if code == 0 else f"{code} {said}"


def _text(text: str) -> dict[str, str]:
    return {"tag": "text", "text": text}


def _link(label: str, url: str) -> dict[str, str]:
    return {"tag": "a", "text": label, "href": url}
