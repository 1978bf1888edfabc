"""The catalogue as a whole: short checks over all 42 operations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from console.sparkrtc import Effect, Operation, Param, Quota
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.messages import TEXTS
from console.sparkrtc.operation import Kind, Place, Shape
from console.sparkrtc.quotas import QUOTAS
from console.sparkrtc.reading import Reply

EVERY = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def _fields(fields: tuple[Param, ...]) -> Iterator[Param]:
    for param in fields:
        yield param
        if isinstance(param.kind, Shape):
            yield from _fields(param.kind.fields)


def test_there_are_42_operations_and_no_two_ask_the_same() -> None:
    assert len(OPERATIONS) == 42
    assert len({(op.method, op.path) for op in OPERATIONS.values()}) == 42


def test_each_quota_has_as_many_operations_as_the_reference_says() -> None:
    counted = Counter(op.quota.name for op in OPERATIONS.values())
    assert counted == {"app_config": 15, "jobs": 8, "rooms": 2, "obs": 3, "analytics": 14}
    limits = {quota.name: (quota.limit, quota.seconds) for quota in QUOTAS.values()}
    assert limits == {
        "app_config": (60, 60),
        "jobs": (10, 1),
        "rooms": (60, 60),
        "obs": (2, 1),
        "analytics": (30, 60),
    }


def test_effects() -> None:
    named: dict[Effect, set[str]] = {}
    for operation in OPERATIONS.values():
        named.setdefault(operation.effect, set()).add(operation.name)
    assert named[Effect.CREATES] == {
        "applications.application.create",
        "recording.mix_job.start",
        "recording.single_job.start",
    }
    assert named[Effect.DELETES] == {"applications.application.delete", "recording.template.delete"}
    assert {op.name for op in OPERATIONS.values() if op.method == "GET"} == named[Effect.READS]
    assert len(named[Effect.READS]) == 24


@EVERY
def test_the_quota_is_a_published_one(operation: Operation) -> None:
    assert isinstance(operation.quota, Quota)
    assert QUOTAS[operation.quota.name] is operation.quota


@EVERY
def test_placeholders_and_path_parameters_are_the_same(operation: Operation) -> None:
    in_path = [param for param in operation.params if param.place is Place.PATH]
    assert sorted(operation.placeholders()) == sorted(param.wire_name for param in in_path)
    assert all(param.required and param.kind is Kind.TEXT for param in in_path)


@EVERY
def test_names_are_dotted_and_unique(operation: Operation) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+\.[a-z]+", operation.name)
    names = [param.name for param in operation.params]
    assert len(names) == len(set(names))
    wires = [(param.place, param.wire_name) for param in operation.params]
    assert len(wires) == len(set(wires))


@EVERY
def test_ranges_have_units_and_are_ranges(operation: Operation) -> None:
    for param in _fields(operation.params):
        if param.kind in (Kind.WHOLE, Kind.NUMBER):
            assert param.unit, param.name
            assert param.low is not None, param.name
            assert param.high is None or param.low < param.high
        else:
            assert not param.unit, param.name
            assert param.low is None
            assert param.high is None


@EVERY
def test_defaults_are_values_that_can_be_given(operation: Operation) -> None:
    for param in _fields(operation.params):
        assert not (param.required and param.default is not None), param.name
        assert param.default is not None or not param.always, param.name
        if param.choices and param.default is not None:
            assert param.default in param.choices
        if param.low is not None and param.default is not None:
            assert param.low <= param.default <= (param.high or param.default)


@EVERY
def test_it_says_where_it_comes_from_and_what_it_answers(operation: Operation) -> None:
    assert re.fullmatch(r"API Reference, [A-Z]\w+", operation.source)
    assert operation.success
    assert all(200 <= status < 300 for status in operation.success)
    if operation.reply is None:
        assert set(operation.success) <= {200, 202, 204}
    else:
        assert issubclass(operation.reply, Reply)
        assert 204 not in operation.success


@EVERY
def test_bodies_are_only_sent_with_post_and_put(operation: Operation) -> None:
    has_body = any(param.place is Place.BODY for param in operation.params)
    assert not has_body or operation.method in ("POST", "PUT")
    assert (operation.method == "GET") == operation.reads


def test_success_statuses_differ_where_the_reference_says_so() -> None:
    unusual = {op.name: op.success for op in OPERATIONS.values() if op.success != (200,)}
    assert unusual == {
        "applications.application.create": (201,),
        "recording.mix_job.start": (201,),
        "recording.single_job.start": (201,),
        "recording.template.replace": (201, 200),
        "rooms.participant.remove": (202,),
        "rooms.room.dismiss": (202,),
        "applications.application.delete": (204,),
        "recording.template.delete": (204,),
        "recording.mix_job.stop": (204,),
        "recording.single_job.stop": (204,),
    }


def test_no_two_messages_share_an_id_and_all_places_are_named() -> None:
    assert len(TEXTS) == len(set(TEXTS))
    for text in TEXTS.values():
        assert not re.search(r"%(?!\(\w+\)s)", text), text
