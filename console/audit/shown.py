"""Entries as their pages show them: words, comparisons, and where each link leads."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.audit.actions import action_label
from console.audit.forms import TrailForm
from console.audit.models import AuditEntry, Kind, Outcome
from console.audit.words import word_of
from console.core.text import aside, explained, listed
from console.core.times import zone_offset

__all__ = ["Change", "Chip", "address", "changes", "chips", "facts", "places", "who"]

_ORDER = ("target", "person", "action", "connection", "app_id", "outcome", "from", "to", "click")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Chip:
    """A filter that is set, with the address of the trail without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class Change:
    """One property before and after; text of any origin. changed: whether they differ."""

    name: str
    before: str
    after: str
    changed: bool


def address(query: QueryDict, *without: str, **more: str) -> str:
    """Return the trail's address with this query, without empty fields and without a cursor unless it is given."""
    kept = QueryDict(mutable=True)
    for name in _ORDER:
        value = query.get(name)
        if value and name not in without:
            kept[name] = str(value)
    kept.update({name: value for name, value in more.items() if value})
    return f"{reverse('audit:list')}?{kept.urlencode()}" if kept else reverse("audit:list")


def chips(form: TrailForm, query: QueryDict) -> list[Chip]:
    """Return the set filters in words; those that made no sense are left to the form's messages."""
    found = []
    for name in _ORDER:
        value = form.cleaned_data.get(name)
        if value:
            found.append(Chip(str(form.fields[name].label), _words(form, name, value), address(query, name)))
    return found


def _words(form: TrailForm, name: str, value: Any) -> str:
    if name in ("from", "to"):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if name == "action":
        return action_label(value)
    if name == "app_id" and value in form.application_names:
        return aside(form.application_names[value], value)
    return str(dict(getattr(form.fields[name], "choices", [])).get(value, value))


def who(entry: AuditEntry) -> str:
    """Name the actor; without one it was somebody not signed in, when it came from a browser, else the console."""
    if entry.actor_username:
        return entry.actor_name or entry.actor_username
    return _("not signed in") if entry.kind == Kind.RECORD and entry.address else _("the console")


def tone(outcome: str) -> str:
    """Return the colour of an outcome, by the names of the chip tag."""
    tones = {Outcome.SUCCEEDED: "good", Outcome.FAILED: "bad", Outcome.UNKNOWN: "unknown"}
    return tones.get(Outcome(outcome), "info") if outcome in Outcome.values else "neutral"


def changes(before: Any, after: Any, action: str = "") -> list[Change]:
    """Compare two states property by property; a state that is no object counts as one property without a name.

    Where one of them is not on record nothing is called changed. action: whose words the properties have.
    """
    if before is None and after is None:
        return []
    both = before is not None and after is not None
    if not all(isinstance(state, dict) or state is None for state in (before, after)):
        return [Change("", _text(before, action), _text(after, action), both and before != after)]
    old, new = before or {}, after or {}
    return [
        Change(
            _label(name, action),
            _text(old.get(name), action, name),
            _text(new.get(name), action, name),
            both and old.get(name) != new.get(name),
        )
        for name in dict.fromkeys([*old, *new])
    ]


def facts(details: Any, action: str = "") -> list[tuple[str, str]]:
    """Return the details as names and texts, in the words of the action."""
    if not isinstance(details, dict):
        return [("", _text(details, action))] if details else []
    return [(_label(name, action), _text(value, action, name)) for name, value in details.items()]


def places(rows: Iterable[AuditEntry]) -> list[tuple[str, str]]:
    """Return what says where an entry happened, beyond target and application, as names and texts."""
    found: dict[tuple[str, str], None] = {}
    for row in rows:
        for state in (row.before, row.after, row.details):
            for name, value in state.items() if isinstance(state, dict) else ():
                word = word_of(row.action, name)
                if word is not None and word.line and value and value != row.target_id:
                    found[str(word.label), _text(value, row.action, name)] = None
    return list(found)


def _label(name: str, action: str) -> str:
    word = word_of(action, name)
    return str(word.label) if word else name


def _text(value: Any, action: str = "", name: str = "") -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        word = word_of(action, name)
        return str(word.values[value]) if word and value in word.values else _local(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return ", ".join(_text(item, action, name) for item in value) or "–"
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return "\n".join(_line(item, action) for item in value) or "–"
    return json.dumps(value, ensure_ascii=False, indent=1)


def _local(text: str) -> str:
    """A moment in the reader's zone, which is named; any other text as it is."""
    if not _MOMENT.fullmatch(text):
        return text
    try:
        moment = timezone.localtime(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return text
    return f"{moment:%Y-%m-%d %H:%M:%S} {zone_offset(moment)}"


def _line(record: dict[str, Any], action: str) -> str:
    """One of several records on one line; what nobody filled in is left out."""
    return listed(
        explained(_label(name, action), _text(value, action, name))
        for name, value in record.items()
        if value not in (None, "")
    )
