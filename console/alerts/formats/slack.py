"""Slack's incoming webhooks, which Mattermost and others take as well."""

from typing import Any

from console.alerts.formats.letter import Letter

__all__ = ["accepted", "build"]


def build(letter: Letter) -> dict[str, Any]:
    """Return the body. With <, > and & escaped no name can mention anybody or be a link."""
    blocks = [f"*{_safe(letter.title)}*"]
    for part in letter.parts:
        rows = [_safe(part.title), *map(_safe, part.lines)]
        if part.links:
            rows.append(" · ".join(f"<{_url(link.url)}|{_safe(link.label)}>" for link in part.links))
        blocks.append("\n".join(rows))
    return {"text": "\n\n".join([*blocks, _safe(letter.foot)]), "unfurl_links": False}


def accepted(answer: bytes) -> str:
    """Return "" for what says that it was taken; Slack's refusals come with a status of their own."""
    return ""


def _safe(text: str) -> str:
    # A zero-width space keeps stars, underscores, tildes and ticks of a name from being bold, italic or code.
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "*_~`":
        text = text.replace(sign, f"\u200b{sign}\u200b")
    return text


def _url(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
