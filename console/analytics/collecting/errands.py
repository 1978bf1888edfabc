"""The rows of errands: made for each application, claimed by one, ended by who claimed it."""

import uuid
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from console.analytics.collecting.kinds import KINDS, Kind
from console.analytics.collecting.windows import next_due
from console.analytics.models import CloudProject, Errand, KnownApplication
from console.core.told import Told

__all__ = ["any_due", "bring_forward", "claim", "done", "ensure", "put_off", "release"]

_LEASE = timedelta(seconds=120)
_AT_RISK = timedelta(hours=6)  # before the cloud begins to forget, an errand goes first
_LATE_SECONDS, _LATE_AGAIN_SECONDS = 6 * 3600, 3600  # so long is what is late asked for again, every hour
_STAGGERED_SECONDS = 20 * 60  # what comes once a day or hour is spread over so long


def ensure(applications: Iterable[KnownApplication], now: datetime) -> None:
    """See to it that every application has an errand of every kind; people online first, of all applications."""
    known = list(applications)
    Errand.objects.bulk_create(
        [Errand(application=app, kind=name, due_at=now) for name in KINDS for app in known],
        ignore_conflicts=True,
    )


def _of(project: CloudProject) -> QuerySet[Errand]:
    return Errand.objects.filter(application__project=project, application__gone_at=None)


def any_due(project: CloudProject, now: datetime) -> bool:
    """Say whether there is anything to go out for."""
    return _of(project).filter(due_at__lte=now).exists()


def bring_forward(project: CloudProject, now: datetime) -> None:
    """Let what somebody looks at be due sooner."""
    watched = _of(project).filter(application__watched_until__gt=now, due_at__gt=now, failures=0)
    steps: dict[int, list[str]] = {}
    for kind in KINDS.values():
        if kind.watched_every:
            steps.setdefault(kind.watched_every, []).append(kind.name)
    for seconds, names in steps.items():
        old = now - timedelta(seconds=seconds)
        due = watched.filter(kind__in=names, answered_at__lte=old).values_list("pk", flat=True)
        Errand.objects.filter(pk__in=list(due)).update(due_at=now)


def claim(project: CloudProject, now: datetime) -> Errand | None:
    """Return the most urgent errand that is due, to one caller only; None when there is none.

    First goes what the cloud is about to forget, then what somebody looks at and may have grown old, then what waits
    longest. Who claims and dies loses the lease.
    """
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    shown = [kind.name for kind in KINDS.values() if kind.watched_every]
    urgency = Case(
        When(keep_by__lte=now + _AT_RISK, then=Value(0)),
        When(application__watched_until__gt=now, kind__in=shown, answered_at__isnull=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    due = (
        _of(project).filter(free, due_at__lte=now).alias(urgency=urgency).order_by("urgency", "due_at", "pk")
    )
    for errand in due.select_related("application")[:5]:
        lease = uuid.uuid4().hex
        mine = Errand.objects.filter(free, pk=errand.pk, due_at=errand.due_at)
        if mine.update(lease=lease, leased_until=now + _LEASE):
            errand.lease = lease
            return errand
    return None


def done(errand: Errand, kind: Kind, reached: int, now: datetime, *, late: bool = False) -> bool:
    """End an errand that was answered, and say when it is due again; False when the lease was lost meanwhile.

    now: when it was asked. late: the newest of what was asked for was not there yet.
    """
    span, at = kind.span, now.timestamp()
    due = next_due(span, reached, at, stagger=_stagger(errand, kind))
    if late and at % span.unit < _LATE_SECONDS:
        due = min(due, at + _LATE_AGAIN_SECONDS)
    return _end(
        errand,
        reached=reached,
        due_at=datetime.fromtimestamp(due, UTC),
        keep_by=datetime.fromtimestamp(reached * span.unit + span.reach, UTC),
        answered_at=now,
        failures=0,
        problem=[],
    )


def put_off(
    errand: Errand, until: datetime, problem: Told, *, failed: bool = True, shorter: bool = False
) -> None:
    """End an errand without an answer. shorter: ask for less next time."""
    failures = min(errand.failures + failed, 1000)
    _end(errand, due_at=until, problem=problem, failures=failures, shorter=shorter or errand.shorter)


def release(errand: Errand) -> None:
    """Give an errand back as it was: nothing was sent."""
    _end(errand)


def _end(errand: Errand, **fields: object) -> bool:
    mine = Errand.objects.filter(pk=errand.pk, lease=errand.lease)
    return bool(mine.update(lease="", leased_until=None, **fields))


def _stagger(errand: Errand, kind: Kind) -> float:
    """Return the seconds by which this application goes later than others: always the same."""
    if kind.span.every:
        return 0.0
    place = zlib.crc32(f"{errand.application.app_id} {kind.name}".encode())
    return float(place % _STAGGERED_SECONDS)
