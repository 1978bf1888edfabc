"""Entries as their pages show them: words, comparisons, and where each link leads."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.audit.actions import action_label
from console.audit.forms import TrailForm
from console.audit.models import AuditEntry, Kind, Outcome

__all__ = ["Change", "Chip", "address", "changes", "chips", "facts", "who"]

_ORDER = ("target", "person", "action", "connection", "app_id", "outcome", "from", "to", "click")


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


def changes(before: Any, after: Any) -> list[Change]:
    """Compare two states property by property; a state that is no object counts as one property without a name.

    Where one of them is not on record nothing is called changed.
    """
    if before is None and after is None:
        return []
    both = before is not None and after is not None
    if not all(isinstance(state, dict) or state is None for state in (before, after)):
        return [Change("", _text(before), _text(after), both and before != after)]
    old, new = before or {}, after or {}
    names = dict.fromkeys([*old, *new])
    return [
        Change(name, _text(old.get(name)), _text(new.get(name)), both and old.get(name) != new.get(name))
        for name in names
    ]


def facts(details: Any) -> list[tuple[str, str]]:
    """Return the details as names and texts."""
    if not isinstance(details, dict):
        return [("", _text(details))] if details else []
    return [(name, _text(value)) for name, value in details.items()]


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return "\n".join(map(_line, value)) or "–"
    return json.dumps(value, ensure_ascii=False, indent=1)


def _line(record: dict[str, Any]) -> str:
    """One of several records on one line; what nobody filled in is left out."""
    return ", ".join(f"{name}: {_text(value)}" for name, value in record.items() if value not in (None, ""))
