"""What a message consists of, whatever it is written as. Everything is in the recipient's words already. Pure."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Letter", "Link", "Part", "as_text", "cut_bytes"]


@dataclass(frozen=True)
class Link:
    """Where to look. name: the same in every language."""

    name: str
    label: str
    url: str


@dataclass(frozen=True)
class Part:
    """One alert. title, lines: in words, one line each, harmless as plain text. facts: the same for machines."""

    title: str
    lines: tuple[str, ...]
    links: tuple[Link, ...] = ()
    facts: dict[str, Any] | None = None


@dataclass(frozen=True)
class Letter:
    """A message. kind: of models.Message. key: the same in a repetition. title: one line. foot: why one gets this."""

    key: str
    kind: str
    connection: str
    connection_name: str
    title: str
    parts: tuple[Part, ...]
    foot: str
    sent_at: str
    language: str = "en"


def as_text(letter: Letter, *, titled: bool = True, links: bool = True) -> str:
    """Write it as plain text. titled: begin with the title, for places without a subject."""
    blocks = [letter.title] if titled else []
    for part in letter.parts:
        rows = [part.title, *part.lines]
        rows += [f"{link.label}: {link.url}" for link in part.links] if links else []
        blocks.append("\n".join(rows))
    return "\n\n".join([*blocks, letter.foot])


def cut_bytes(text: str, most: int) -> str:
    """Cut a text to so many bytes of UTF-8, at the end of a line if there is one in the last half."""
    raw = text.encode()
    if len(raw) <= most:
        return text
    kept = raw[: most - 3].decode("utf-8", "ignore")
    line = kept.rfind("\n")
    return (kept[:line] if line > len(kept) // 2 else kept) + "…"
