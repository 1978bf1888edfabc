"""Grant permits and book what became of them: every word with the store about a bucket is spoken here.

A grant locks the bucket's row, then reads the store's clock, then the permits; so all processes decide one after the
other and by one clock. It commits by itself: permits cannot be taken inside somebody's transaction, where a rollback
would forget a request that was sent.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from console.connections import clocks
from console.connections.clocks import Moment
from console.connections.models import Bucket, TakenPermit
from console.sparkrtc import throttle
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane

__all__ = ["LEASE_SECONDS", "Denied", "Grant", "ask", "book_done", "book_refused", "give_back", "limits_of"]

log = structlog.get_logger(__name__)

# How far ahead of its start a permit is given out. The further, the sooner a lane gets hold of the next free one;
# never so far that two machines' clocks could drift apart meanwhile.
AHEAD = {Lane.CLICK: 5.0, Lane.PAGE: 2.0, Lane.ALERT: 0.25, Lane.BACKGROUND: 0.05}
# A holder that has not reported so long after its start is dead. Longer than any request may live.
LEASE_SECONDS = 90.0
_LONGEST_BLOCK = 600.0  # seconds; what a Retry-After may cost at most
_RETURNING_SECONDS = 0.25  # how long those behind stay away after whoever waits should have come back
_SHORTEST_WAIT = 0.001
_CLOCK_NOISE = 0.001  # seconds by which two readings may seem to go backwards


@dataclass(frozen=True)
class Grant:
    """Leave to send. start_in: seconds from the asking until the request may start."""

    permit: int
    start_in: float


@dataclass(frozen=True)
class Denied:
    """Nothing now. No request of this lane starts before start_in seconds; asking before ask_in is no use."""

    start_in: float
    ask_in: float


def limits_of(quota: Quota) -> Quota:
    """Return the quota with the limit in force: the published one, unless settings.QUOTA_LIMITS has another.

    QUOTA_LIMITS: {name: (requests, seconds)}.
    """
    limit, seconds = getattr(settings, "QUOTA_LIMITS", {}).get(quota.name, (quota.limit, quota.seconds))
    return Quota(quota.name, limit, seconds)


def ask(
    owner: str, quota: Quota, lane: Lane, max_wait: float, *, lease: float = LEASE_SECONDS
) -> Grant | Denied:
    """Decide about one request that can wait for max_wait seconds at most. quota: with the limit in force.

    Raises RuntimeError inside a transaction.
    """
    with transaction.atomic(durable=True):
        bucket, moment = _locked(owner, quota)
        found = _decide(bucket, quota, lane, moment.now, max_wait)
        if isinstance(found, throttle.Grant):
            bucket.last_start = max(bucket.last_start, found.start)
            until = found.start + lease
            permit = TakenPermit.objects.create(
                bucket=bucket, lane=lane, send_at=found.start, lease_until=until
            )
        bucket.seen_at = moment.now
        bucket.save(update_fields=["seen_at", "last_start", "turn_at", "waiting"])
    return Grant(permit.pk, found.start - moment.now) if isinstance(found, throttle.Grant) else found


def book_done(permit: int) -> None:
    """Book that the request is over: its answer was read, or none will come and its socket is closed.

    The clock is read after the answer, so it needs no lock: until this is written the permit counts as busy.
    """
    _book("done", permit, lambda: _done(permit))


def book_refused(permit: int, quota: Quota, retry_after: float | None) -> None:
    """Book a 429: somebody else spends the quota too. Everybody waits as if all of it were used now.

    retry_after: seconds that the cloud named instead; at most ten minutes are believed.
    """
    wait = quota.seconds if retry_after is None else min(max(retry_after, 0.0), _LONGEST_BLOCK)

    def refuse() -> None:
        with transaction.atomic(durable=True):
            bucket = Bucket.objects.select_for_update().get(taken=permit)
            now = clocks.store_moment().now
            TakenPermit.objects.filter(pk=permit).update(done_at=now)
            Bucket.objects.filter(pk=bucket.pk).update(
                blocked_until=max(bucket.blocked_until, now + wait),
                refused_at=timezone.now(),
                refusals=F("refusals") + 1,
            )

    _book("refused", permit, refuse)


def give_back(permit: int) -> None:
    """Book that nothing was sent: the permit is free at once."""
    _book("unused", permit, lambda: TakenPermit.objects.filter(pk=permit).delete())


def _book(what: str, permit: int, write: Callable[[], object]) -> None:
    """Write, but never raise: a change that took effect must not look failed because of our books.

    What isn't written is on the safe side: the permit stays busy until its lease ends.
    """
    try:
        write()
    except (DatabaseError, Bucket.DoesNotExist):
        log.warning("permit not booked", outcome=what, permit=permit, exc_info=True)


def _done(permit: int) -> None:
    TakenPermit.objects.filter(pk=permit).update(done_at=clocks.store_now())


def _locked(owner: str, quota: Quota) -> tuple[Bucket, Moment]:
    """Lock the bucket and read the clock, in this order."""
    bucket = Bucket.objects.select_for_update().filter(owner=owner, quota=quota.name).first()
    if bucket is None:
        # Buckets are made together with their owner. One that is missing was lost, and with it what was sent.
        Bucket.objects.bulk_create([Bucket(owner=owner, quota=quota.name, stamp="")], ignore_conflicts=True)
        bucket = Bucket.objects.select_for_update().get(owner=owner, quota=quota.name)
    while bucket.merged_into_id is not None:
        bucket = Bucket.objects.select_for_update().get(pk=bucket.merged_into_id)
    moment = clocks.store_moment()
    if bucket.stamp != moment.stamp or moment.now < bucket.seen_at - _CLOCK_NOISE:
        _start_over(bucket, quota, moment)
    _forget_old(bucket, quota, moment.now)
    return bucket, moment


def _start_over(bucket: Bucket, quota: Quota, moment: Moment) -> None:
    """Take all permits as of the last instant at which something unknown may have been sent.

    Done when the store may have forgotten something: it is another one, or its clock went back or began anew.
    """
    last = moment.nothing_before(bucket.stamp) if bucket.stamp != moment.stamp else moment.now
    bucket.stamp, bucket.seen_at, bucket.turn_at = moment.stamp, moment.now, 0.0
    bucket.blocked_until = last + quota.seconds
    bucket.last_start, bucket.waiting = 0.0, {}
    bucket.save(update_fields=["stamp", "seen_at", "turn_at", "blocked_until", "last_start", "waiting"])
    under_way = TakenPermit.objects.filter(bucket=bucket, done_at=None)
    TakenPermit.objects.filter(bucket=bucket).exclude(done_at=None).delete()
    if last < moment.now:  # the host restarted: nobody is left who could be waiting for an answer
        under_way.delete()
    else:
        under_way.update(send_at=moment.now, lease_until=moment.now + LEASE_SECONDS)


def _forget_old(bucket: Bucket, quota: Quota, now: float) -> None:
    """Delete permits that no window can hold any more."""
    over = Q(done_at__lt=now - quota.seconds) | Q(done_at=None, lease_until__lt=now - quota.seconds)
    TakenPermit.objects.filter(over, bucket=bucket).delete()


def _decide(bucket: Bucket, quota: Quota, lane: Lane, now: float, max_wait: float) -> throttle.Grant | Denied:
    """Grant a start or say when to come back; note in the bucket who will, for the lanes behind."""
    rows = TakenPermit.objects.filter(bucket=bucket).values_list("send_at", "done_at", "lease_until")
    waiting = {
        int(name): until for name, until in bucket.waiting.items() if until > now and int(name) != lane
    }
    # Less than a window ahead: while all permits are out, asking sooner than that learns nothing.
    rule = throttle.Rule.of(quota, ahead=min(max_wait, AHEAD[lane], quota.seconds / 2))
    ahead = rule.background_ahead if lane is Lane.BACKGROUND else rule.ahead
    busy = [throttle.Busy(*row) for row in rows]
    found = throttle.decide(
        busy,
        rule,
        now=now,
        lane=lane,
        waiting=[Lane(other) for other in waiting],
        last_start=bucket.last_start,
    )
    start = found.start if isinstance(found, throttle.Grant) else found.until + ahead
    start = max(start, bucket.blocked_until)
    granted = isinstance(found, throttle.Grant) and start <= now + ahead
    if not granted and start - now <= max_wait:
        waiting[lane] = start + _RETURNING_SECONDS
    bucket.waiting = {str(name): until for name, until in waiting.items()}
    if granted:
        return throttle.Grant(start)
    if _depends_on_answers(busy, rule, start):
        ahead = rule.background_ahead  # asking much sooner would only meet the same requests, still under way
    ask_at = max(start - ahead, now + _SHORTEST_WAIT)
    if lane >= Lane.ALERT and start - now > rule.spacing:
        # Whoever is refused gets a turn of their own, instead of meeting all the others there again.
        ask_at = bucket.turn_at = max(ask_at, bucket.turn_at + quota.seconds / quota.limit)
    return Denied(start - now, ask_at - now)


def _depends_on_answers(busy: list[throttle.Busy], rule: throttle.Rule, start: float) -> bool:
    """Say whether a start is only the best that can happen: too few permits are known to be free by then."""
    return sum(row.free(rule) > start + _CLOCK_NOISE for row in busy) >= rule.limit
