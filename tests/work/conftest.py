"""Kinds of work that exist in tests only: one that may be repeated, one that may not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import User
from console.connections.models import Connection
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.work import kinds
from console.work.kinds import Kind, register_kind
from console.work.models import Run, RunItem
from console.work.runs import Item, hand_out, start_run, work_on

performed: list[str] = []
finished: list[str] = []
problems: dict[str, list[BaseException]] = {}
watching: dict[str, Callable[[], object]] = {}


def perform(item_id: int) -> dict[str, str]:
    """Note the item; fail as the test ordered."""
    item = RunItem.objects.get(pk=item_id)
    performed.append(item.key)
    if item.key in watching:
        watching[item.key]()
    if problems.get(item.key):
        raise problems[item.key].pop(0)
    return {"seen": item.key}


def finish(run_id: Any) -> None:
    finished.append(str(run_id))


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    register_kind(
        Kind(
            "test.read",
            "Read things",
            f"{__name__}.perform",
            True,
            f"{__name__}.finish",
            {LIST_PARTICIPANTS: 1},
        )
    )
    register_kind(Kind("test.create", "Create things", f"{__name__}.perform", False))
    for kept in (performed, finished, problems, watching):
        kept.clear()


@pytest.fixture
def started(connection: Connection) -> Callable[..., Run]:
    """Return a function that starts a run over these keys."""

    def start(*keys: str, kind: str = "test.read", actor: User | None = None, **more: Any) -> Run:
        return start_run(kind, [Item(key) for key in keys], connection=connection, actor=actor, **more)

    return start


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    """Return a function that signs a person in."""

    def go(user: User) -> Client:
        client.force_login(user)
        return client

    return go


def go_on() -> None:
    """Let a worker do everything that is due."""
    while hand_out(start=work_on):
        pass


def states(run: Run) -> dict[str, str]:
    return dict(run.items.values_list("key", "state"))
