"""The words for what entries hold: names of properties, their values, kinds of targets, names of applications.

The apps register theirs beside their actions, so that this one knows none of them. What nobody registers is shown as
it is stored; nothing here touches what is stored or exported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from console.audit.models import AuditEntry
from console.core import shell

__all__ = [
    "Names",
    "Word",
    "application_names",
    "known_applications",
    "register_target_kinds",
    "register_words",
    "target_kind",
    "word_of",
]

Said = str | Promise
Names = dict[tuple[int, str], str]  # by connection's and application's id


@dataclass(frozen=True)
class Word:
    """What a property is called. values: words for its values. line: where it happened, so a line of its own."""

    label: Said
    values: Mapping[str, Said] = field(default_factory=dict)
    line: bool = False


_words: dict[str, dict[str, Word]] = {}
_kinds: dict[str, Said] = {}


def register_words(app: str, words: Mapping[str, Word | Said]) -> None:
    """Add the words for what an app's entries hold, by the stored name. app: how its actions begin; "" for all apps."""
    known = _words.setdefault(app, {})
    known.update({name: word if isinstance(word, Word) else Word(word) for name, word in words.items()})


def word_of(action: str, name: str) -> Word | None:
    """Return the word for a property of an action's entries, or None."""
    own = _words.get(action.partition(".")[0], {})
    return own.get(name) or _words.get("", {}).get(name)


def register_target_kinds(kinds: Mapping[str, Said]) -> None:
    """Add words for kinds of targets."""
    _kinds.update(kinds)


def target_kind(kind: str) -> str:
    """Return the word for a kind of target, or the kind itself."""
    return str(_kinds.get(kind, kind))


def known_applications(connections: Iterable[int]) -> Names:
    """Return the remembered names of all applications on these connections."""
    found: Names = shell.ask("applications", connections, default={})
    return found


def application_names(entries: Iterable[AuditEntry]) -> Names:
    """Return the remembered names of the applications in which these entries happened."""
    asked = {entry.connection_id for entry in entries if entry.app_id and entry.connection_id is not None}
    return known_applications(asked) if asked else {}
