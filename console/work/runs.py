"""Runs: started once, worked on in slices by whichever worker is free, paused, resumed, cancelled.

A slice is a few seconds of one run in one background process. Between slices others get their turn, so that a long run
keeps neither ticks nor other runs waiting. Everything that matters stands in the tables: after a restart the next beat
goes on where the last one was killed.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.tasks import async_task

from console import audit
from console.accounts.models import User
from console.audit.scrub import clean_id
from console.connections.models import Connection
from console.work.actions import CANCEL
from console.work.items import LEASE, claim_next, next_due, perform, recover_lost
from console.work.kinds import get_kind
from console.work.models import Run, RunItem

__all__ = [
    "SLICE_SECONDS",
    "Item",
    "cancel_run",
    "hand_out",
    "pause_run",
    "resume_run",
    "start_run",
    "work_on",
]

SLICE_SECONDS = 8.0
_BATCH = 500
_LOOK_AGAIN = timedelta(seconds=5)
_OPEN = (RunItem.State.WAITING, RunItem.State.DOING)


@dataclass(frozen=True)
class Item:
    """An item to be done. key: what it works on, once in a run. name: shown beside it. parameters: ids, no secrets."""

    key: str
    name: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def start_run(
    kind: str,
    items: Iterable[Item],
    *,
    connection: Connection,
    actor: User | None,
    subject: str = "",
    app_id: str = "",
    parameters: Mapping[str, Any] | None = None,
    run_id: uuid.UUID | None = None,
) -> Run:
    """Write down work to be done in the background, in the order of the items, and return the run.

    actor: whose run it is; None is the console itself. subject: what it is about, told to people (hostile).
    run_id: of the form; the same one starts one run, however often it is sent. Items with the same key are one.
    Costs the cloud nothing now. Raises UnknownKind.
    """
    get_kind(kind)
    run = Run(
        id=run_id or uuid.uuid4(),
        kind=kind,
        connection=connection,
        app_id=clean_id(app_id, 64),
        subject=clean_id(subject, 256),
        parameters=dict(parameters or {}),
        owner=actor,
        owner_name=str(actor)[:150] if actor else "",
    )
    rows = {clean_id(item.key, 256): item for item in items}
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            RunItem.objects.bulk_create(
                [
                    RunItem(
                        run=run,
                        number=number,
                        key=key,
                        name=clean_id(item.name, 256),
                        parameters=dict(item.parameters),
                    )
                    for number, (key, item) in enumerate(rows.items(), 1)
                ],
                batch_size=_BATCH,
            )
    except IntegrityError:
        return Run.objects.get(pk=run.pk)
    return run


def pause_run(run: Run) -> bool:
    """Stop before the next item; False when it is not running any more."""
    return _turn(run, Run.State.RUNNING, state=Run.State.PAUSED)


def resume_run(run: Run) -> bool:
    """Go on after a pause; False when it is not paused."""
    return _turn(run, Run.State.PAUSED, state=Run.State.RUNNING, next_at=timezone.now(), blocked=[])


def cancel_run(run: Run, *, actor: User | None) -> bool:
    """Stop before the next item, for good; False when it is over. What is being done is finished. On record."""
    now = timezone.now()
    with transaction.atomic():
        over = {"state": Run.State.CANCELLED, "ended_at": now, "blocked": []}
        if not (_turn(run, Run.State.RUNNING, **over) or _turn(run, Run.State.PAUSED, **over)):
            return False
        left = run.items.filter(state=RunItem.State.WAITING).update(state=RunItem.State.SKIPPED, ended_at=now)
        audit.record(
            CANCEL,
            actor=actor,
            connection=run.connection,
            target=audit.Target("run", str(run.pk), run.subject),
            app_id=run.app_id,
            details={"kind": run.kind, "owner": run.owner_name, "not_done": left},
        )
    return True


def hand_out(now: datetime | None = None, *, start: Callable[[str, str], object] | None = None) -> list[str]:
    """Give runs that can go on to background processes, those longest without a turn first; return their ids.

    One process of all stays free for ticks. Also sees to items and slices whose process died.
    """
    now = now or timezone.now()
    start = start or _in_background
    recover_lost(now)
    free = _most_slices() - Run.objects.filter(slice_until__gt=now).count()
    due = Run.objects.filter(_unclaimed(now), state=Run.State.RUNNING, next_at__lte=now)
    given: list[str] = []
    for run_id in due.order_by(F("sliced_at").asc(nulls_first=True), "created_at").values_list(
        "pk", flat=True
    ):
        if len(given) >= free:
            break
        token = uuid.uuid4().hex
        mine = Run.objects.filter(_unclaimed(now), pk=run_id, state=Run.State.RUNNING)
        if mine.update(slice_token=token, slice_until=now + LEASE):
            start(str(run_id), token)
            given.append(str(run_id))
    return given


def work_on(run_id: str, token: str, *, seconds: float = SLICE_SECONDS) -> None:
    """Work on a run for some seconds. token: of the slice; whoever comes with an old one does nothing."""
    deadline = time.monotonic() + seconds
    mine = Run.objects.filter(pk=run_id, slice_token=token)
    try:
        while time.monotonic() < deadline and mine.filter(state=Run.State.RUNNING).update(
            slice_until=timezone.now() + LEASE
        ):
            run = mine.select_related("connection").get()
            if not _go_on(run):
                break
    finally:
        mine.update(slice_token="", slice_until=None, sliced_at=timezone.now())


def _go_on(run: Run) -> bool:
    """Do one item; False when nothing more can be done in this slice."""
    item = claim_next(run)
    if item is None:
        _rest_or_end(run)
        return False
    if run.began_at is None:
        Run.objects.filter(pk=run.pk).update(began_at=item.began_at)
    item.run = run
    waits_for = perform(item)
    still = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING)
    if waits_for:  # a permit; the other items would wait for the same
        item.refresh_from_db()
        still.update(blocked=waits_for, next_at=item.due_at)
        return False
    if run.blocked:
        still.update(blocked=[])
    return True


def _rest_or_end(run: Run) -> None:
    """Wait until an item is due again; when all are over, so is the run."""
    still = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING)
    due_at = next_due(run)
    if due_at is not None:
        still.update(next_at=due_at)
    elif run.items.filter(state__in=_OPEN).exists():  # somebody else is at the last ones, or died over them
        still.update(next_at=timezone.now() + _LOOK_AGAIN)
    else:
        finish = get_kind(run.kind).finish
        if finish:
            import_string(finish)(run.pk)
        still.update(state=Run.State.ENDED, ended_at=timezone.now(), blocked=[])


def _turn(run: Run, before: Run.State, **changes: Any) -> bool:
    changed = Run.objects.filter(pk=run.pk, state=before).update(**changes)
    run.refresh_from_db()
    return bool(changed)


def _unclaimed(now: datetime) -> Q:
    return Q(slice_until=None) | Q(slice_until__lte=now)


def _most_slices() -> int:
    return max(1, int(str(settings.Q_CLUSTER["workers"])) - 1)


def _in_background(run_id: str, token: str) -> None:
    async_task("console.work.tasks.work_on", run_id, token, save=False, task_name="work.run")
