"""A reply that somebody has changed: it stays as it is until they want it written anew, and is laid aside then.

The page carries all of it, so that it works without scripts and nothing of it is stored here.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from console.investigate.replies.words import Audience

__all__ = ["Choice", "Draft", "Drafts", "made_of"]


@dataclass(frozen=True)
class Choice:
    """For whom a reply is, in which language, and whether ids stand in it."""

    to: Audience
    language: str
    ids: bool

    def __str__(self) -> str:
        return f"{self.to.value} {self.language} {int(self.ids)}"

    @classmethod
    def read(cls, key: str, otherwise: "Choice") -> "Choice":
        """Return the choice that str() wrote; otherwise: where it is none."""
        to, _space, rest = key.partition(" ")
        language, _space, ids = rest.partition(" ")
        known = to in set(Audience) and language
        return cls(Audience(to), language, ids == "1") if known else otherwise


@dataclass(frozen=True)
class Draft:
    """A text that somebody changed, and the choice for which it had been written."""

    text: str
    choice: Choice


@dataclass(frozen=True)
class Drafts:
    """What a page of a reply was sent with. current: the text shown, None where nobody changed it.

    aside: the changed texts that gave way to others, the latest last. made: of the text that current was made from.
    """

    current: Draft | None = None
    aside: tuple[Draft, ...] = ()
    made: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str], aside: Sequence[tuple[str, str]], chosen: Choice) -> "Drafts":
        """Read what was sent. aside: (text, choice's key) of each. chosen: for a key that is none."""
        text, made = _lines(sent.get("text", "")), sent.get("made", "")
        current = Draft(text, Choice.read(sent.get("of", ""), chosen)) if made_of(text) != made else None
        laid = tuple(Draft(_lines(one), Choice.read(key, chosen)) for one, key in aside)
        return cls(current, laid, made)

    def anew(self) -> "Drafts":
        """Lay the text aside, to make room for one that nobody changed."""
        aside = (*self.aside, self.current) if self.current and self.current.text else self.aside
        return replace(self, current=None, aside=aside, made="")

    def back(self, number: int) -> "Drafts":
        """Take a text back that was laid aside; what stood in its place is laid aside, if it was changed."""
        if not 0 <= number < len(self.aside):
            return self
        rest = self.aside[:number] + self.aside[number + 1 :]
        return replace(replace(self, aside=rest).anew(), current=self.aside[number])


def made_of(text: str) -> str:
    """Return by what a text that nobody changed is known again."""
    return hashlib.sha256(_lines(text).encode()).hexdigest()


def _lines(text: str) -> str:
    """Return a text with the ends of lines that we write: browsers send others."""
    return text.replace("\r\n", "\n").strip()
