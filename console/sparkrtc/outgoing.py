"""Makes the request of a call: checks every parameter, then puts each where the wire wants it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.sparkrtc.errors import InvalidParameters
from console.sparkrtc.messages import Problem
from console.sparkrtc.operation import Operation, Param, Place, Rule, Shape
from console.sparkrtc.values import InvalidValue, to_wire

__all__ = ["Outgoing", "make_request"]


@dataclass(frozen=True)
class Outgoing:
    """A request before it is signed. path is percent-encoded, query is not; body is UTF-8 JSON or None.

    content_type: sent and signed even without a body, as the reference asks.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes | None = field(repr=False)
    content_type: str = "application/json"


def make_request(
    operation: Operation, params: Mapping[str, Any], *, project_id: str, now: datetime
) -> Outgoing:
    """Check the parameters of a call and build its request.

    A parameter that is None counts as not given. project_id fills the parameters that the client fills.
    now: for the windows, which the cloud counts from its own clock. Raises InvalidParameters with every
    problem found, by dotted path.
    """
    check = _Check()
    for name in params.keys() - {param.name for param in operation.params}:
        check.add(Problem("unknown_name", {"field": name}))
    for param in operation.params:
        if param.filled and _given(params, param):
            check.add(Problem("filled", {"field": param.name}))
    given = {**params, **{param.name: project_id for param in operation.params if param.filled}}
    sent = check.object(operation.params, operation.rules, given, "", now)
    if check.problems:
        raise InvalidParameters(check.problems, operation=operation.name)
    by_place: dict[Place, dict[str, Any]] = {place: {} for place in Place}
    for param in operation.params:
        if param.wire_name in sent and param.place is not None:
            by_place[param.place][param.wire_name] = sent[param.wire_name]
    body = by_place[Place.BODY]
    return Outgoing(
        method=operation.method,
        path=operation.path.format_map({key: quote(v, safe="~") for key, v in by_place[Place.PATH].items()}),
        query=tuple(_pairs(by_place[Place.QUERY])),
        body=json.dumps(body, ensure_ascii=False, allow_nan=False).encode() if body else None,
        content_type=operation.body_type if body else "application/json",
    )


def _given(params: Mapping[str, Any], param: Param) -> bool:
    return params.get(param.name) is not None


def _pairs(query: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in query.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, str(item)


class _Check:
    """Walks parameters and nested objects, and collects what is wrong."""

    def __init__(self) -> None:
        self.problems: dict[str, Problem] = {}

    def add(self, problem: Problem) -> None:
        # The first finding about a field is the most basic one; further ones often follow from it.
        self.problems.setdefault(problem.values["field"], problem)

    def object(
        self,
        fields: tuple[Param, ...],
        rules: tuple[Rule, ...],
        given: Mapping[str, Any],
        path: str,
        now: datetime,
    ) -> dict[str, Any]:
        """Return {wire name: wire value} of an object; path is "" at the top, else ends in a dot."""
        before = len(self.problems)
        sent: dict[str, Any] = {}
        for param in fields:
            value = given.get(param.name)
            if value is None and param.always:
                value = param.default
            if value is not None:
                sent[param.wire_name] = self._field(param, value, f"{path}{param.name}", now)
            elif param.required:
                self.add(Problem("required", {"field": f"{path}{param.name}"}))
        if len(self.problems) == before:
            # Rules compare fields, which makes sense only when each of them is right by itself.
            self._rules(rules, fields, given, path, now)
        return sent

    def _field(self, param: Param, value: Any, path: str, now: datetime) -> Any:
        if param.many:
            return self._list(param, value, path, now)
        if isinstance(param.kind, Shape):
            return self._nested(param.kind, value, path, now)
        try:
            found = to_wire(param, value, path)
        except InvalidValue as error:
            return self.add(error.problem)
        if param.place is Place.PATH and _unsafe(found):
            self.add(Problem("path_unsafe", {"field": path}))
        return found

    def _list(self, param: Param, value: Any, path: str, now: datetime) -> Any:
        if not isinstance(value, list | tuple):
            return self.add(Problem("not_list", {"field": path}))
        if not value and param.required:
            self.add(Problem("empty", {"field": path}))
        one = _one_of(param)
        found = [self._field(one, item, f"{path}.{place}", now) for place, item in enumerate(value)]
        for place, item in enumerate(found):
            if item is not None and not isinstance(item, dict) and item in found[:place]:
                self.add(Problem("twice", {"field": path, "value": item}))
        if param.stands_alone is not None and param.stands_alone in found and len(found) > 1:
            self.add(Problem("alone", {"field": path, "value": param.stands_alone}))
        return ",".join(str(item) for item in found) if param.joined else found

    def _nested(self, shape: Shape, value: Any, path: str, now: datetime) -> Any:
        if not isinstance(value, Mapping):
            return self.add(Problem("not_object", {"field": path}))
        for name in value.keys() - {param.name for param in shape.fields}:
            self.add(Problem("unknown_name", {"field": f"{path}.{name}"}))
        return self.object(shape.fields, shape.rules, value, f"{path}.", now)

    def _rules(
        self,
        rules: tuple[Rule, ...],
        fields: tuple[Param, ...],
        given: Mapping[str, Any],
        path: str,
        now: datetime,
    ) -> None:
        known = {param.name: given[param.name] for param in fields if given.get(param.name) is not None}
        for rule in rules:
            for problem in rule.problems(known, now):
                placed = {
                    key: f"{path}{value}" if key in ("field", "other") else value
                    for key, value in problem.values.items()
                }
                self.add(Problem(problem.id, placed))


def _one_of(param: Param) -> Param:
    return replace(param, many=False, joined=False, stands_alone=None)


def _unsafe(segment: str) -> bool:
    """Whether a path segment could end up as another path: proxies fold dots and may decode slashes."""
    return segment in (".", "..") or any(c in "/\\" or ord(c) < 32 or ord(c) == 127 for c in segment)
