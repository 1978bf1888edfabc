"""Sentences of ours that were written down in English, said later in the reader's language.

What stands in the trail is kept as text, in one language, so that it can be proved. Whoever reads it in another one
sees the sentences that we know in theirs, and everything else (somebody's own words) as it was written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override

__all__ = ["register_sayings", "say"]

_PLACE = re.compile(r"%\((\w+)\)[sd]")
_GLUE = re.compile(r"; |: | ")
_END = r"(?=; |: | |$)"


@dataclass(frozen=True)
class _Saying:
    text: str
    pattern: re.Pattern[str]

    @property
    def weight(self) -> int:
        """How much of it is fixed: of two that fit, the one with more of its own words is meant."""
        return len(_PLACE.sub("", self.text))


_sayings: dict[str, _Saying] = {}
_to_come: list[str | Promise] = []  # translated lazily; which English they are is asked when it is needed


def register_sayings(texts: Iterable[str | Promise]) -> None:
    """Make sentences known.

    texts: marked for translation (gettext_noop, gettext_lazy), with %(name)s for what varies.
    """
    _to_come.extend(texts)


def say(text: str) -> str:
    """Return the text with the known sentences at its beginning, one after the other, in the reader's words.

    Sentences may be joined by "; ", ": " or a space. From the first that isn't known on, the text stays as it is.
    """
    if not text or (get_language() or "en").startswith("en"):
        return text
    _learn()
    said, at = "", 0
    while at < len(text):
        found = _best(text, at)
        if found is None:
            return said + text[at:]
        words, at = found
        glue = _GLUE.match(text, at)
        said += words + (glue.group() if glue else "")
        at = glue.end() if glue else at
    return said


def _learn() -> None:
    with override("en"):
        while _to_come:
            text = str(_to_come.pop())
            _sayings[text] = _Saying(text, _pattern(text))


def _best(text: str, at: int) -> tuple[str, int] | None:
    fitting = [
        (saying, match)
        for saying in _sayings.values()
        if (match := saying.pattern.match(text, at)) is not None
    ]
    if not fitting:
        return None
    saying, match = max(fitting, key=lambda pair: (pair[0].weight, pair[1].end()))
    return gettext(saying.text) % match.groupdict(), match.end()


def _pattern(text: str) -> re.Pattern[str]:
    """Return what recognises the sentence with anything in its places; a name that comes twice is the same twice."""
    made, seen, at = "", set(), 0
    for place in _PLACE.finditer(text):
        made += re.escape(text[at : place.start()].replace("%%", "%"))
        name = place.group(1)
        made += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
        at = place.end()
    return re.compile(made + re.escape(text[at:].replace("%%", "%")) + _END, re.DOTALL)
