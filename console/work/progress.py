"""How far runs have come, and when they will be through: from our own tables alone, however many people look."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.connections.planning import plan
from console.sparkrtc.permits import Lane
from console.work.kinds import UnknownKind, get_kind, kind_label
from console.work.models import Run, RunItem

__all__ = ["SECTIONS", "Progress", "Share", "get_run", "items_of", "list_runs", "progress_of"]

_STATE = RunItem.State
# Failing items first: they are why somebody looks.
SECTIONS: tuple[str, ...] = (
    _STATE.FAILED,
    _STATE.UNKNOWN,
    _STATE.DOING,
    _STATE.WAITING,
    _STATE.SKIPPED,
    _STATE.DONE,
)
_BAR = (_STATE.DONE, _STATE.FAILED, _STATE.UNKNOWN, _STATE.SKIPPED)


@dataclass(frozen=True)
class Share:
    """A state's part of a run's bar. start, width: in hundredths of the bar."""

    state: str
    label: str
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class Progress:
    """A run, and its items by state.

    seconds_left: until the last item, as the quota allows it; None when nobody knows. limit, window: of the quota that
    takes longest, requests in so many seconds; 0 where no request is sent.
    """

    run: Run
    counts: dict[str, int]
    seconds_left: float | None = None
    limit: int = 0
    window: float = 0.0

    @property
    def label(self) -> str:
        """What kind of work it is, in words."""
        return kind_label(self.run.kind)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.counts.get(_STATE.DONE, 0)

    @property
    def failed(self) -> int:
        return self.counts.get(_STATE.FAILED, 0)

    @property
    def unknown(self) -> int:
        return self.counts.get(_STATE.UNKNOWN, 0)

    @property
    def skipped(self) -> int:
        return self.counts.get(_STATE.SKIPPED, 0)

    @property
    def left(self) -> int:
        """How many are still to do, the one being done among them."""
        return self.counts.get(_STATE.WAITING, 0) + self.counts.get(_STATE.DOING, 0)

    @property
    def running(self) -> bool:
        return self.run.state == Run.State.RUNNING

    @property
    def paused(self) -> bool:
        return self.run.state == Run.State.PAUSED

    @property
    def over(self) -> bool:
        """Whether nothing more will be done."""
        return self.run.state in (Run.State.CANCELLED, Run.State.ENDED)

    @property
    def percent(self) -> int:
        """How many of 100 are over, however they ended."""
        return 100 - round(100 * self.left / self.total) if self.total else 100

    @property
    def shares(self) -> list[Share]:
        """The parts of the bar, without what is left."""
        shares, start = [], 0.0
        for state in _BAR:
            count = self.counts.get(state, 0)
            if count:
                width = 100 * count / self.total
                shares.append(Share(state, str(_STATE(state).label), count, round(start, 2), round(width, 2)))
                start += width
        return shares

    @property
    def url(self) -> str:
        """Where the results are; empty when nowhere."""
        try:
            kind = get_kind(self.run.kind)
        except UnknownKind:
            return ""
        return kind.url(self.run) if kind.url else ""

    @property
    def sentence(self) -> str:
        """Say how far it is, for those who don't see the bar."""
        return _("%(over)s of %(total)s done, %(failed)s failed, %(unknown)s unknown.") % {
            "over": self.done,
            "total": self.total,
            "failed": self.failed,
            "unknown": self.unknown,
        }


def list_runs(
    connection: Connection,
    *,
    owner_id: int | None,
    app_ids: Collection[str] | None,
    all_owners: bool = False,
) -> "QuerySet[Run]":
    """Return the runs of a connection that somebody may see, latest first.

    owner_id: the viewer's; with all_owners also those of others. app_ids: the applications that they reach, None for
    all; a run that spans several is seen by its owner, and by whoever reaches all.
    """
    seen = Q(owner=owner_id) & (Q() if app_ids is None else Q(app_id__in=["", *app_ids]))
    if all_owners:
        seen |= Q() if app_ids is None else Q(app_id__in=list(app_ids))
    found = Run.objects.filter(connection=connection).select_related("connection")
    return found if all_owners and app_ids is None else found.filter(seen)


def progress_of(runs: Iterable[Run], *, with_time: bool = False) -> list[Progress]:
    """Return how far runs have come: one query for all; with_time: two more for each that goes on."""
    runs = list(runs)
    counts: dict[object, dict[str, int]] = {run.pk: {} for run in runs}
    rows = RunItem.objects.filter(run__in=runs).order_by().values_list("run_id", "state")
    for run_id, state, count in rows.annotate(count=Count("pk")):
        counts[run_id][state] = count
    found = [Progress(run, counts[run.pk]) for run in runs]
    return [_timed(one) if with_time else one for one in found]


def get_run(runs: "QuerySet[Run]", run_id: uuid.UUID) -> Progress:
    """Return one of the runs, with the time it still takes. Raises Run.DoesNotExist."""
    return progress_of([runs.get(pk=run_id)], with_time=True)[0]


def items_of(run: Run, section: str, *, offset: int = 0, size: int = 50) -> list[RunItem]:
    """Return items of one state, those that ended last first, waiting ones in their order."""
    order = ("number",) if section in (_STATE.WAITING, _STATE.DOING) else ("-ended_at", "-number")
    return list(run.items.filter(state=section).order_by(*order)[offset : offset + size])


def _timed(progress: Progress) -> Progress:
    run = progress.run
    try:
        cost = get_kind(run.kind).cost
    except UnknownKind:
        return progress
    if progress.over or not progress.left or not cost:
        return progress
    needed = {operation: count * progress.left for operation, count in cost.items()}
    planned = plan(run.connection, needed, lane=Lane.BACKGROUND)
    slowest = max(planned.parts, key=lambda part: part.seconds)
    return Progress(run, progress.counts, planned.seconds, slowest.limit, slowest.window)
