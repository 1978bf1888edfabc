"""WeCom's group bots: plain text of at most 2,048 bytes, so the links of further alerts give way first."""

from typing import Any

from console.alerts.formats.dingtalk import accepted
from console.alerts.formats.letter import Letter, as_text, cut_bytes

__all__ = ["accepted", "build"]

_LONGEST = 2048  # bytes


def build(letter: Letter) -> dict[str, Any]:
    """Return the body."""
    text = _calm(as_text(letter))
    if len(text.encode()) > _LONGEST:
        first = next((part.links[0].url for part in letter.parts if part.links), "")
        room = _LONGEST - len(first.encode()) - 1
        text = cut_bytes(_calm(as_text(letter, links=False)), room) + f"\n{first}"
    return {"msgtype": "text", "text": {"content": text.rstrip()}}


def _calm(text: str) -> str:
    return text.replace("<@", "<\u200b@")  # would mention somebody
