"""Names for those who spend the quota, and the background's part in it."""

from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django_q.signals import post_execute_in_worker, pre_execute

from console.core import navigation
from console.core.consumers import Consumer, acting_for

__all__ = ["label_of", "name_task", "register_tasks"]

_tasks: dict[str, str | Promise] = {}

_at_work: ContextVar[tuple[AbstractContextManager[None], ...]] = ContextVar("at_work", default=())


def name_task(name: str, label: str | Promise) -> None:
    """Say what people call a task of the worker; called by its app's ready()."""
    _tasks[name] = label


def label_of(kind: str, name: str) -> str:
    """Return what people call a page or task; its name in code stands beside it."""
    if kind == "page":
        return navigation.label_of(name) or _("a page")
    if kind == "task":
        return str(_tasks.get(name) or _("background work"))
    return _("the console itself")


def register_tasks() -> None:
    """Let every task of the worker be known by its name while it runs."""
    pre_execute.connect(_begin, dispatch_uid="consumers")
    post_execute_in_worker.connect(_end, dispatch_uid="consumers")


def _begin(task: dict[str, Any], **_more: Any) -> None:
    acting = acting_for(Consumer("task", str(task.get("name", ""))[:100]))
    acting.__enter__()
    _at_work.set((*_at_work.get(), acting))


def _end(**_more: Any) -> None:
    *before, acting = _at_work.get()
    _at_work.set(tuple(before))
    acting.__exit__(None, None, None)
