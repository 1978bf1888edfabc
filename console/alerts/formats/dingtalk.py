"""DingTalk's custom bots: plain text, which mentions nobody by itself."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import quote_plus

from console.alerts.formats.letter import Letter, as_text, cut_bytes

__all__ = ["accepted", "build", "sign"]

_LONGEST = 18_000  # bytes; the bot takes 20,000 with everything around it


def build(letter: Letter) -> dict[str, Any]:
    """Return the body."""
    return {
        "msgtype": "text",
        "text": {"content": cut_bytes(as_text(letter), _LONGEST)},
        "at": {"isAtAll": False},
    }


def sign(url: str, secret: str, timestamp: int) -> str:
    """Return the URL with what the bot's "additional signature" wants. timestamp: seconds."""
    stamp = str(timestamp * 1000)
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    glue = "&" if "?" in url else "?"
    return f"{url}{glue}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


def accepted(answer: bytes) -> str:
    """Return "" when the bot took it, else what it says: it refuses with status 200."""
    try:
        told = json.loads(answer)
        code, said = told.get("errcode"), told.get("errmsg")
    except (ValueError, AttributeError):
        return "no JSON"
    return "" if code == 0 else f"{code} {said}"
