"""What an entry of the catalogue consists of: an operation, its parameters, its quota and its effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from console.sparkrtc.messages import Problem
from console.sparkrtc.secret import MASK

__all__ = [
    "Effect",
    "Kind",
    "Operation",
    "Param",
    "Pattern",
    "Place",
    "Quota",
    "Rule",
    "Shape",
    "day",
    "flag",
    "in_body",
    "in_path",
    "in_query",
    "moment",
    "number",
    "switch",
    "text",
    "whole",
]


class Effect(Enum):
    """What an operation does to the cloud; decides whether a request may be sent again."""

    READS = "reads"
    CHANGES = "changes"
    CREATES = "creates"
    DELETES = "deletes"


class Place(Enum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"


class Kind(Enum):
    """The type of a value, in Python and on the wire."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    SWITCH = "true or false, sent as 1 or 0"
    MOMENT = "aware datetime, sent as UTC YYYY-MM-DDThh:mm:ssZ"
    DAY = "date, sent as YYYY-MM-DD"


in_path, in_query, in_body = Place.PATH, Place.QUERY, Place.BODY
text, whole, number, flag = Kind.TEXT, Kind.WHOLE, Kind.NUMBER, Kind.FLAG
switch, moment, day = Kind.SWITCH, Kind.MOMENT, Kind.DAY


@dataclass(frozen=True)
class Quota:
    """A published limit: at most `limit` requests in any `seconds` seconds, over its operations together."""

    name: str
    limit: int
    seconds: float


@dataclass(frozen=True)
class Pattern:
    """What a text must look like. form: the same in words, for "must be …"."""

    expression: re.Pattern[str]
    form: str


class Rule(Protocol):
    """Something that several fields must obey together."""

    def problems(self, values: Mapping[str, Any], now: datetime) -> Iterator[Problem]:
        """Yield what is wrong; the problems name fields of `values`, without a path before them."""
        ...


@dataclass(frozen=True)
class Shape:
    """A nested object of a body: its fields and what they must obey together."""

    name: str
    fields: tuple[Param, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Param:
    """One parameter of an operation, or one field of a nested object.

    name: what callers use. wire: what the cloud uses, where it differs. place: None inside a Shape.
    low, high: inclusive range in `unit`; above: the range excludes `low`; also: one value outside it.
    shortest, longest: characters. choices: the only values allowed. many: a list of values, sent as repeated
    query parameters or as a JSON list; joined: sent as one comma-separated text instead. stands_alone: a value
    that excludes all others. default: what the cloud takes when nothing is sent (None: not documented);
    always: then send the default ourselves. rewrite: (old, new) replaced in the text before it is checked.
    filled: given by the client itself. secret: masked wherever parameters are shown.
    """

    name: str
    place: Place | None
    kind: Kind | Shape
    wire: str = ""
    required: bool = False
    low: float | None = None
    high: float | None = None
    above: bool = False
    also: float | None = None
    unit: str = ""
    shortest: int = 0
    longest: int | None = None
    pattern: Pattern | None = None
    choices: tuple[str, ...] = ()
    many: bool = False
    joined: bool = False
    stands_alone: str | None = None
    default: Any = None
    always: bool = False
    rewrite: tuple[str, str] | None = None
    filled: bool = False
    secret: bool = False

    @property
    def wire_name(self) -> str:
        """The name the cloud uses."""
        return self.wire or self.name


@dataclass(frozen=True, eq=False, repr=False)
class Operation:
    """One function of the cloud's API, as data.

    name: dotted, `<category>.<thing>.<verb>`. path: with {placeholders}. success: statuses that mean done or
    accepted. reply: the Struct its answer is read into; None when it answers without a body.
    body_type: the Content-Type of its body, as the vendor's SDK signs it.
    notes: what the reference says and a caller must know. source: the page of the API reference.
    """

    name: str
    method: str
    path: str
    quota: Quota
    effect: Effect
    params: tuple[Param, ...]
    reply: type[Any] | None
    success: tuple[int, ...]
    source: str
    rules: tuple[Rule, ...] = ()
    notes: tuple[str, ...] = ()
    body_type: str = "application/json;charset=utf-8"

    def __repr__(self) -> str:
        return f"Operation({self.name!r})"

    @property
    def reads(self) -> bool:
        """Whether the operation leaves the cloud as it is."""
        return self.effect is Effect.READS

    def param(self, name: str) -> Param:
        """Return the parameter of that name. Raises KeyError when there is none."""
        for candidate in self.params:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def shown(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters of a call as they may be shown or kept: secrets masked."""
        hidden = {param.name for param in self.params if param.secret}
        return {name: MASK if name in hidden and value else value for name, value in params.items()}

    def placeholders(self) -> tuple[str, ...]:
        """Return the names between braces in the path."""
        return tuple(re.findall(r"{(\w+)}", self.path))
