"""Every word with the store about a bucket: what became of permits goes in, new ones and times to ask again come out.

One transaction locks the bucket's row, then reads the store's clock, then decides (console/sparkrtc/throttle.py) and
writes the row; so all processes decide one after the other, by one clock. It commits by itself: permits cannot be taken
inside somebody's transaction, where a rollback would forget a request that was sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.utils import timezone

from console.connections import clocks, tallies
from console.connections.books import book_of, keep
from console.connections.bucket_rows import lock_row, write_row
from console.connections.changeover import await_drained, limit_in_force, settle_change
from console.connections.clocks import Moment
from console.connections.models import Bucket, LimitFall
from console.connections.scopes import quota_of
from console.sparkrtc.book import Book, Outcome, Report, Rule
from console.sparkrtc.operation import Quota
from console.sparkrtc.strangers import Cut
from console.sparkrtc.throttle import Grant, Later, TooLate, Verdict, Want, serve
from console.sparkrtc.uptime import uptime

__all__ = ["LEASE_SECONDS", "BucketStore", "Told"]

# A holder that has not reported so long after its start is dead. Longer than any request may live.
LEASE_SECONDS = 90.0
_CLOCK_NOISE = 0.001  # seconds by which two readings may seem to go backwards
_STEP, _DRIFT = 0.1, 0.001  # seconds, and a share: by how much the store's clock may get ahead of ours


class Told(msgspec.Struct, frozen=True):
    """What the store said, by this process's clock.

    verdicts: one for each wish. paused_until: nothing starts before. window: seconds of the quota in force.
    closed: the quota is divided otherwise by now; no wish was looked at.
    """

    verdicts: list[Verdict]
    paused_until: float
    window: float
    closed: bool = False


class _Look(msgspec.Struct, frozen=True):
    """A reading of the store's clock. before, after: this process's clock around it."""

    moment: Moment
    before: float
    after: float

    @property
    def ours(self) -> float:
        """Seconds that this process's clock is ahead of the store's at least, so that starts are never too early."""
        return self.after - self.moment.now

    @property
    def theirs(self) -> float:
        """Seconds that the store's clock is ahead of this process's at most, so that answers are never too old."""
        return self.moment.now - self.before


class BucketStore:
    """One budget of one account, as one process sees it. Threads may share it.

    quota: names the budget; its numbers are those published. What is in force stands in the bucket's row.
    """

    def __init__(
        self,
        owner: str,
        quota: Quota,
        *,
        lease: float = LEASE_SECONDS,
        clock: Callable[[], float] = uptime,
    ) -> None:
        self._owner, self._quota, self._lease, self._clock = owner, quota, lease, clock
        self._lock = threading.Lock()
        self._last: _Look | None = None
        self._pk = 0  # of the row, once it is known

    def exchange(
        self, front: str, path: str, reports: Sequence[Report], wants: Sequence[Want] | None
    ) -> Told:
        """Book reports, and decide about wishes, in one transaction.

        Reports and what is told are by this process's clock. front: names who asks, path: between whom its requests
        travel. wants: all wishes of the front; None leaves them as they are. Raises RuntimeError inside a transaction.
        """
        told = None
        with transaction.atomic(durable=True):
            bucket, book = self._locked()
            here = [] if bucket.closed else [one for one in reports if one.permit in book.taken]
            if not bucket.closed:
                told = self._decided(bucket, book, front, path, here, wants)
        if told is None or len(here) < len(reports):
            # After a change of what the limit holds for, permits from before may be kept in another bucket.
            paused_until = self._settle_elsewhere(bucket, [one for one in reports if one not in here])
            told = told or Told([], paused_until, self._quota.seconds, closed=True)
        return told

    def _locked(self) -> tuple[Bucket, Book]:
        """Lock the bucket, or the one that took over from it, and read its book."""
        found = lock_row(self._pk) if self._pk else None
        while found is None or found[0].quota != self._quota.name or found[0].merged_into_id is not None:
            bucket = self._found()
            found = bucket, book_of(bucket)
        self._pk = found[0].pk
        return found

    def _found(self) -> Bucket:
        owner, quota = self._owner, self._quota.name
        while heir := _heir_of(owner):
            owner = heir
        bucket = Bucket.objects.select_for_update().filter(owner=owner, quota=quota).first()
        if bucket is None:
            # Buckets are made together with their owner. One that is missing was lost, and with it what was sent.
            lost = Bucket(owner=owner, quota=quota, cell=quota_of(quota), stamp="")
            Bucket.objects.bulk_create([lost], ignore_conflicts=True)
            bucket = Bucket.objects.select_for_update().get(owner=owner, quota=quota)
        return bucket

    def _look(self) -> _Look:
        before = self._clock()
        moment = clocks.store_moment()
        return _Look(moment, before, self._clock())

    def _decided(
        self,
        bucket: Bucket,
        book: Book,
        front: str,
        path: str,
        reports: Sequence[Report],
        wants: Sequence[Want] | None,
    ) -> Told:
        look = self._look()
        moment = look.moment
        quota = limit_in_force(bucket, self._quota)
        self._mind_the_clock(bucket, book, quota, look)
        before = book.cut
        book.settle([report.moved(look.theirs) for report in reports], Rule.of(quota), moment.now)
        if book.cut is not None and book.cut is not before:
            tallies.note_fall(_fall(bucket, before, book.cut, quota, moment.now))
        await_drained(bucket, book, quota, moment)
        quota = settle_change(bucket, book, quota, moment.now)
        verdicts = []
        if wants is not None:
            verdicts = serve(
                book, Rule.of(quota), wants, now=moment.now, front=front, path=path, lease=self._lease
            )
        write_row(bucket, book, moment)
        if refusals := _refusals(reports):
            Bucket.objects.filter(pk=bucket.pk).update(
                refused_at=timezone.now(), refusals=bucket.refusals + refusals
            )
        told = [_moved(verdict, look.ours) for verdict in verdicts]
        return Told(told, book.blocked_until + look.ours, quota.seconds)

    def _settle_elsewhere(self, bucket: Bucket, reports: Sequence[Report]) -> float:
        """Book reports in whichever bucket of the quota knows the permit; return until when all are paused."""
        with transaction.atomic(durable=True):
            found = Bucket.objects.select_for_update().filter(
                owner=bucket.owner, cell=bucket.cell, merged_into=None
            )
            buckets, look = list(found.order_by("pk")), self._look()
            moved, paused = [report.moved(look.theirs) for report in reports], look.moment.now
            for one in buckets:
                book = book_of(one)
                if one.stamp == look.moment.stamp:
                    book.settle(moved, Rule.of(limit_in_force(one, self._quota)), look.moment.now)
                    paused = max(paused, book.blocked_until)
                keep(one, book)
            if refusals := _refusals(reports):
                _pause_all([one for one in buckets if not one.closed], paused, refusals)
            Bucket.objects.bulk_update(buckets, ["book", "refused_at", "refusals"])
        return paused + look.ours

    def _mind_the_clock(self, bucket: Bucket, book: Book, quota: Quota, look: _Look) -> None:
        """Notice when the store may have forgotten something, or its clock was set."""
        moment, rule = look.moment, Rule.of(quota)
        with self._lock:
            last, self._last = self._last, look
        if bucket.stamp != moment.stamp:
            since = moment.nothing_before(bucket.stamp)
            lease = self._lease if since >= moment.now else None  # after a restart nobody is left who waits
            book.start_over(rule, last=since, now=moment.now, lease=lease)
        elif moment.now < bucket.seen_at - _CLOCK_NOISE:
            book.move(moment.now - bucket.seen_at)
        elif last is not None and _stepped(last, look) and book.stepped_at <= last.moment.now:
            book.start_over(rule, last=moment.now, now=moment.now, lease=self._lease)


def _heir_of(owner: str) -> str | None:
    """Return the owner that took over when two accounts turned out to be one."""
    found = Bucket.objects.filter(owner=owner, merged_into__isnull=False)
    return found.values_list("merged_into__owner", flat=True).first()


def _stepped(last: _Look, look: _Look) -> bool:
    """Say whether the store's clock was put forward between two readings: by more than time can have passed here."""
    if last.moment.stamp != look.moment.stamp:
        return False
    passed = look.after - last.before
    return look.moment.now - last.moment.now > passed * (1 + _DRIFT) + _STEP


def _fall(bucket: Bucket, before: Cut | None, cut: Cut, quota: Quota, now: float) -> LimitFall:
    """Return what is remembered of a limit that fell just now."""

    def on_the_wall(instant: float) -> datetime:
        return timezone.now() + timedelta(seconds=instant - now)

    return LimitFall(
        owner=bucket.owner,
        quota=bucket.quota,
        at=on_the_wall(cut.at),
        before=quota.limit if before is None else before.limit_at(cut.at, quota.limit, quota.seconds),
        after=cut.limit,
        whole=quota.limit,
        accepted=cut.accepted,
        whole_at=on_the_wall(cut.full_at(quota.limit, quota.seconds)),
    )


def _refusals(reports: Sequence[Report]) -> int:
    return sum(report.outcome is Outcome.REFUSED for report in reports)


def _pause_all(buckets: Sequence[Bucket], until: float, refusals: int) -> None:
    for bucket in buckets:
        book = book_of(bucket)
        book.block(until)
        keep(bucket, book)
        bucket.refused_at, bucket.refusals = timezone.now(), bucket.refusals + refusals


def _moved(verdict: Verdict, seconds: float) -> Verdict:
    """Return the same by a clock that is so many seconds ahead."""
    if isinstance(verdict, Later):
        return Later(verdict.start + seconds, verdict.ask_at + seconds)
    if isinstance(verdict, Grant):
        return Grant(verdict.start + seconds)
    return TooLate(verdict.start + seconds)
