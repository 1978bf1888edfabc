"""Ticks: what must happen again and again, on time, once, however many workers run.

An app registers a tick in its AppConfig.ready(). Every worker looks each second; whoever moves the row's due time
forward by a conditional update has won that beat and hands the tick to a background process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.tasks import async_task

from console.work.models import Beat

__all__ = ["Tick", "beat", "register_tick", "registered_ticks", "run_tick"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tick:
    """Work that comes back.

    name: dotted and unique, as it stands in logs.
    every: seconds between two runs, 1 or more.
    function: dotted path of a function without parameters; it may run twice and must claim what it works on.
    """

    name: str
    every: int
    function: str


_ticks: dict[str, Tick] = {}


def register_tick(tick: Tick) -> None:
    """Add a tick; the same name with another content is a mistake and raises ValueError."""
    if tick.every < 1:
        raise ValueError(f"{tick.name}: a tick comes at most once a second")
    if _ticks.setdefault(tick.name, tick) != tick:
        raise ValueError(f"{tick.name} is registered already")


def registered_ticks() -> list[Tick]:
    return list(_ticks.values())


def beat(now: datetime | None = None, start: Callable[[str], object] | None = None) -> list[str]:
    """Start every tick that is due, and return their names.

    A tick that was missed for hours runs once, not once for each time it was missed.
    """
    now = now or timezone.now()
    start = start or _in_background
    later = dict(Beat.objects.values_list("name", "due_at"))
    started = []
    for tick in _ticks.values():
        if tick.name in later and later[tick.name] > now:
            continue
        if _claim(tick, now, known=tick.name in later):
            start(tick.name)
            started.append(tick.name)
    return started


def _claim(tick: Tick, now: datetime, *, known: bool) -> bool:
    due_again = now + timedelta(seconds=tick.every)
    if known:
        return bool(Beat.objects.filter(name=tick.name, due_at__lte=now).update(due_at=due_again))
    try:
        Beat.objects.create(name=tick.name, due_at=due_again)
    except IntegrityError:  # another worker saw the new tick first
        return False
    return True


def _in_background(name: str) -> None:
    async_task("console.work.ticks.run_tick", name, save=False, task_name=name)


def run_tick(name: str) -> None:
    """Run one tick now. A surprise is logged with its trace; the next beat tries again."""
    tick: Callable[[], object] = import_string(_ticks[name].function)
    try:
        tick()
    except Exception:
        log.exception("tick failed", tick=name)
