"""The console's own JSON, for programs."""

from typing import Any

from console.alerts.formats.letter import Letter, as_text

__all__ = ["build"]


def build(letter: Letter) -> dict[str, Any]:
    """Return the body: what happened, with numbers and ids beside the words. README.md describes it."""
    return {
        "version": 1,
        "key": letter.key,
        "kind": letter.kind,
        "sent_at": letter.sent_at,
        "connection": {"id": letter.connection, "name": letter.connection_name},
        "title": letter.title,
        "text": as_text(letter),
        "alerts": [
            {**(part.facts or {}), "title": part.title, "links": {link.name: link.url for link in part.links}}
            for part in letter.parts
        ],
    }
