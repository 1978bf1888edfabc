"""Text that others wrote: shown whole, harmless, and without letting it rearrange what stands around it."""

import unicodedata
from collections.abc import Iterable

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

__all__ = [
    "aside",
    "clauses",
    "explained",
    "ident",
    "listed",
    "percent_of",
    "plain",
    "sentences",
    "shorten",
    "shown",
]

_NAMED = {"\t": "␉", "\n": "␊", "\r": "␍", "\x00": "␀", "\x1b": "␛", "\x7f": "␡"}
_JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}  # inside emoji and several scripts: harmless, and needed there
_TAIL = 6


def _invisible(character: str) -> bool:
    """Say whether a reader would not see this character, or see it move others: controls, bidi marks, fillers."""
    if character in _JOINERS:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def plain(text: str) -> str:
    """Return the text with what cannot be seen written out, for attributes and titles."""
    text = str(text)
    if text.isprintable():  # the common case, and quick
        return text
    return "".join(_spelled(character) if _invisible(character) else character for character in text)


def percent_of(part: int, whole: int) -> int:
    """Return a part in whole per cent, rounded down: 0 only for nothing, 100 only for all of it."""
    return max(part * 100 // whole, 1) if part and whole else 0


def shorten(text: str, most: int) -> str:
    """Cut the middle out of a text longer than `most` characters; the ends are what tells names apart."""
    if len(text) <= most:
        return text
    head, tail = most - most // 3 - 1, most // 3
    return f"{text[: _whole(text, head)]}…{text[_whole(text, len(text) - tail) :]}"


def shown(text: str, most: int = 0, *, lines: bool = False) -> SafeString:
    """Return hostile text as HTML: isolated from its surroundings, unseen characters visible, the middle cut out.

    most: characters left when shortened (the whole text is in the title); 0 shows everything.
    lines: whole, and a line break breaks the line instead of being written out; for text that stands by itself in an
    element with white-space: pre-wrap. Each line is isolated from the others.
    """
    text = str(text)
    if lines:
        parts = text.replace("\r\n", "\n").split("\n")
        return format_html_join("\n", "<bdi>{}</bdi>", ((_visible(part),) for part in parts))
    short = shorten(text, most) if most else text
    body = _visible(short)
    if short == text:
        return format_html("<bdi>{}</bdi>", body)
    return format_html('<bdi title="{}">{}</bdi>', plain(text), body)


def ident(text: str) -> SafeString:
    """Return an id as HTML whose middle gives way first when there is no room: head and tail as two pieces.

    Nothing is left out of the page, so that searching in it and copying from it find the whole id.
    """
    if len(text) <= 2 * _TAIL:
        return format_html('<bdi class="id-text">{}</bdi>', _visible(text))
    cut = _whole(text, len(text) - _TAIL)
    return format_html(
        '<bdi class="id-text" title="{}"><span class="id-head">{}</span><span class="id-tail">{}</span></bdi>',
        plain(text),
        _visible(text[:cut]),
        _visible(text[cut:]),
    )


def _visible(text: str) -> SafeString:
    """Return text as HTML with every unseen character spelled out and marked."""
    if text.isprintable():  # the common case, and quick
        return escape(text)
    return format_html_join("", "{}", ((_marked(character),) for character in text))


def _marked(character: str) -> SafeString:
    if not _invisible(character):
        return escape(character)
    return format_html('<span class="unseen">{}</span>', _spelled(character))


def _spelled(character: str) -> str:
    return _NAMED.get(character) or f"U+{ord(character):04X}"


def _whole(text: str, cut: int) -> int:
    """Move a cut to the left so that it parts no emoji and no letter from its marks."""
    while 0 < cut < len(text) and (
        text[cut] in _JOINERS
        or text[cut - 1] == "\u200d"
        or unicodedata.combining(text[cut])
        or _modifies(text[cut])
    ):
        cut -= 1
    return cut


def _modifies(character: str) -> bool:
    return 0x1F3FB <= ord(character) <= 0x1F3FF  # skin tones


def listed(items: Iterable[str]) -> str:
    """Return items one after the other, with the mark that the reader's language puts between them."""
    return pgettext("between items", ", ").join(items)


def clauses(parts: Iterable[str]) -> str:
    """Return parts of a sentence one after the other, with the mark that the reader's language puts between them."""
    return pgettext("between clauses", "; ").join(parts)


def explained(term: str, said: str) -> str:
    """Return a term and what is said of it, with the mark that the reader's language puts between them."""
    return f"{term}{pgettext('between a term and what is said of it', ': ')}{said}"


def aside(text: str, note: str) -> str:
    """Return a text with a note behind it, in the brackets of the reader's language; without a note just the text."""
    return f"{text}{pgettext('a note behind a text', ' (%(note)s)') % {'note': note}}" if note else text


def sentences(parts: Iterable[str]) -> str:
    """Return sentences one after the other, as far apart as the reader's language has them. Empty ones are left out."""
    found = [part for part in parts if part]
    together = found[0] if found else ""
    for part in found[1:]:
        together = pgettext("two sentences", "%(first)s %(second)s") % {"first": together, "second": part}
    return together
