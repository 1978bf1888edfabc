"""Reads a pasted sentence, id or link: who, where, when, and what hurt.

What a word is stands in the text itself where somebody said it ("room lecture-7", "用户 u-4711"); an id without such a
word may be several things, and whoever looks for it tries them in turn.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from urllib.parse import parse_qs, unquote, urlsplit

from console.investigate.pasted.moments import Moment, read_epoch, read_moment
from console.investigate.pasted.numbers import likeliest_first, without_amounts, without_devices
from console.investigate.pasted.words import ID, NOT_IDS, SAID, TICKET, symptom_in
from console.investigate.verdict.evidence import Symptom

__all__ = ["LONGEST_TEXT", "Pasted", "Place", "read_pasted"]

LONGEST_TEXT = 8000
_MOST_IDS = 5

_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{1,64}(?![A-Za-z0-9_-])")
_LONG_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_LINK = re.compile(r"(?:https?://[^\s<>\"']+|/c/[^\s<>\"']+)")
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9_.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![A-Za-z0-9_.:])"
)
_QUOTED = re.compile(
    r"[\"“”«»「」『』`]([^\"“”«»「」『』`\n]{1,120})[\"“”«»「」『』`]|(?<![A-Za-z0-9_])'([^'\n]{1,120})'(?![A-Za-z0-9_])"
)


_FULL_STOP = re.compile(r"(?<!\b\w)\.+$")  # of a sentence; not the one behind an initial: "Kira D."


@dataclass(frozen=True)
class Place:
    """Where a link of this console leads. slug: the connection's; "" for parts that the link doesn't name."""

    slug: str
    app_id: str = ""
    room_id: str = ""
    user_id: str = ""
    path: str = ""
    at: str = ""


@dataclass(frozen=True)
class Pasted:
    """What a text says. Every id is at most 64 letters, digits, "_" and "-".

    users, rooms, sessions, names: as the text calls them. ids: that may be any of them, in the text's order.
    addresses: IP addresses. apps: application ids that it names. moment: None without a time.
    """

    text: str
    users: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    moment: Moment | None = None
    symptom: Symptom | None = None
    place: Place | None = None
    cut: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing in it can be looked for."""
        return not any(
            (self.users, self.rooms, self.sessions, self.names, self.addresses, self.ids, self.place)
        )

    @property
    def wanted(self) -> str:
        """The one thing that is looked for first, for titles."""
        for found in (self.users, self.ids, self.rooms, self.sessions, self.names, self.addresses):
            if found:
                return found[0]
        return ""


@dataclass
class _Found:
    users: list[str] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    apps: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    @property
    def somebody(self) -> bool:
        """Whether the text says who or which session is meant."""
        return bool(self.users or self.sessions or self.names or self.ids)

    @property
    def anything(self) -> bool:
        return self.somebody or bool(self.rooms)


def read_pasted(text: str, *, zone: tzinfo, now: datetime, apps: Mapping[str, str] | None = None) -> Pasted:
    """Read a text. zone: the customer's. apps: {id: name} of the applications that the viewer may look at."""
    cut = len(text) > LONGEST_TEXT
    text = text[:LONGEST_TEXT].strip()
    place, rest = _link(text)
    symptom = symptom_in(rest)
    addresses, rest = _addresses(rest)
    found = _Found()
    rest = _hinted(rest, found)
    rest = TICKET.sub(" ", rest).strip() or rest
    rest = _applications(rest, found, apps or {})
    said = rest
    if not _alone(rest):
        rest = without_devices(rest)
    moment, rest = read_moment(rest, zone, now)
    rest = _quoted(rest, found)
    alone = _alone(rest) and not (addresses or place or found.somebody) and not (moment and symptom_in(rest))
    _tokens(rest if alone else without_amounts(rest), found, alone=alone)
    if not (found.anything or addresses or place):
        name = _FULL_STOP.sub("", (rest.strip() or said).strip(" \t,;:，。；：")).lstrip(".")
        if _can_be_name(name) and moment is None and symptom is None:
            found.names.append(name)
    if moment is None:
        moment = _epoch(found, now)
    return Pasted(
        text=text,
        users=_once(found.users),
        rooms=_once(found.rooms),
        sessions=_once(found.sessions),
        names=_once(found.names),
        addresses=addresses,
        ids=_once(token for token in found.ids if token not in {*found.users, *found.rooms, *found.sessions}),
        apps=_once(found.apps),
        moment=moment,
        symptom=symptom,
        place=place,
        cut=cut,
    )


def _link(text: str) -> tuple[Place | None, str]:
    found = _LINK.search(text)
    if found is None:
        return None, text
    rest = text[: found.start()] + " " + text[found.end() :]
    parts = urlsplit(found[0].rstrip(".,;)"))
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if len(steps) < 2 or steps[0] != "c":
        return None, rest
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    slug, area, ids = steps[1], steps[2] if len(steps) > 2 else "", steps[3:]
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    app_id, room_id, user_id = query.get("app", ""), query.get("room", ""), query.get("user", "")
    if area == "rooms" and len(ids) >= 2 and ids[0] != "actions":
        app_id, room_id = ids[0], ids[1]
    elif area == "investigate" and len(ids) >= 3 and ids[0] == "calls":
        app_id, room_id = ids[1], ids[2]
    elif area == "investigate" and len(ids) >= 3 and ids[0] == "users":
        app_id, user_id = ids[1], ids[2]
    return Place(slug, app_id, room_id, user_id, path, query.get("at") or query.get("use", "")), rest


def _addresses(text: str) -> tuple[tuple[str, ...], str]:
    found = []
    for match in reversed(list(_ADDRESS.finditer(text))):
        try:
            found.append(str(ipaddress.ip_address(match[0])))
        except ValueError:
            if ":" in match[0]:  # a time of day
                continue
        text = text[: match.start()] + " " + text[match.end() :]
    return _once(reversed(found)), text


def _hinted(text: str, found: _Found) -> str:
    """Take out what the text itself says to be a user, a room, a session, a name or an application."""
    targets = {
        "session": found.sessions,
        "user": found.users,
        "room": found.rooms,
        "name": found.names,
        "app": found.apps,
    }
    for kind in targets:
        for match in reversed(list(SAID[kind].finditer(text))):
            value = match["value"].rstrip(".:!?")
            is_id = ID.fullmatch(value) is not None
            if kind != "name" and (not is_id or not _looks_like_id(value)):
                continue
            if kind == "name" and value.casefold() in NOT_IDS:
                continue
            targets[kind].insert(0, value)
            text = text[: match.start()] + " " + text[match.end() :]
    return text


def _applications(text: str, found: _Found, apps: Mapping[str, str]) -> str:
    """Find applications by id or by their whole name."""
    found.apps[:] = [app for app in found.apps if app in apps] if apps else found.apps
    for app_id, name in apps.items():
        for word in (app_id, name):
            if len(word) < 3:
                continue
            match = re.search(rf"(?<![A-Za-z0-9_-]){re.escape(word)}(?![A-Za-z0-9_-])", text, re.I)
            if match:
                found.apps.append(app_id)
                text = text[: match.start()] + " " + text[match.end() :]
                break
    return text


def _quoted(text: str, found: _Found) -> str:
    for match in reversed(list(_QUOTED.finditer(text))):
        value = (match[1] or match[2]).strip()
        if not value or value.casefold() in NOT_IDS:
            continue
        if ID.fullmatch(value) and _looks_like_id(value):
            found.ids.insert(0, value)
        else:
            found.names.insert(0, value)
        text = text[: match.start()] + " " + text[match.end() :]
    return text


def _tokens(text: str, found: _Found, *, alone: bool) -> None:
    tokens = [match[0] for match in _TOKEN.finditer(text)]
    fitting = [token for token in tokens if (alone or _looks_like_id(token)) and token.strip("_-")]
    found.sessions += [token for token in fitting if _LONG_ID.fullmatch(token)]
    found.ids += likeliest_first(fitting, known=found.anything)


def _epoch(found: _Found, now: datetime) -> Moment | None:
    """Take a number for the time that it is in logs, where something else is there to look for."""
    for word in found.ids:
        others = any((found.users, found.rooms, found.names, len(found.ids) > 1))
        moment = read_epoch(word, now) if others else None
        if moment is not None:
            found.ids.remove(word)
            return moment
    return None


def _alone(text: str) -> bool:
    """Whether one word is all that there is: then it is an id, whatever it looks like."""
    return ID.fullmatch(text.strip()) is not None and text.strip().casefold() not in NOT_IDS


def _looks_like_id(token: str) -> bool:
    """Whether a word in a sentence is more likely an id than a word: it has a digit, or is put together."""
    if token.casefold() in NOT_IDS or not token.strip("_-"):
        return False
    if any(character.isdigit() for character in token):
        return len(token) > 1
    return "_" in token.strip("_") or ("-" in token.strip("-") and len(token) > 4)


def _can_be_name(text: str) -> bool:
    """Whether a text may be a nickname: not too long, and more than punctuation."""
    return len(text) <= 64 and any(one.isalnum() or not one.isascii() for one in text)


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:_MOST_IDS]
