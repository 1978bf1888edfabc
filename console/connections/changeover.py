"""Changing a limit, or what it holds for, while requests are under way: never one too many, by the old rule or the new.

Another limit: until every permit that was granted before the change is free, the stricter of both holds, so each window
of the cloud's that reaches back before the change keeps to both. What a longer window would have to remember and the
shorter one has forgotten is waited for.
A stricter division (budgets become one): their permits move into the one, and count there.
A looser division (one budget becomes several): the one is closed, and the new ones open when its last permit is free;
until then nothing is sent, about one window.
The rule stands in the bucket's row and is read under its lock, so no process can go on by an older one.
"""

from collections.abc import Iterable, Sequence

from console.connections.books import book_of, keep
from console.connections.clocks import Moment
from console.connections.models import Bucket
from console.sparkrtc.book import Book
from console.sparkrtc.operation import Quota

__all__ = [
    "BudgetClosed",
    "await_drained",
    "change_limit",
    "divide",
    "limit_in_force",
    "settle_change",
    "strictest",
    "take_over",
    "unite",
]

_CHANGE_FIELDS = (
    *("limit", "seconds", "before_limit", "before_seconds"),
    *("closed", "draining", "stamp", "seen_at", "book"),
)


class BudgetClosed(Exception):
    """The quota is divided otherwise by now: look again which budget an operation is paid from."""


def strictest(one: Quota, other: Quota) -> Quota:
    """Return a limit that keeps to both: the fewer requests in the longer window."""
    return Quota(one.name, min(one.limit, other.limit), max(one.seconds, other.seconds))


def limit_in_force(bucket: Bucket, published: Quota) -> Quota:
    """Return the budget's limit now: for a while after a change that which keeps to the old one too."""
    now = Quota(bucket.quota, bucket.limit or published.limit, bucket.seconds or published.seconds)
    if bucket.before_limit is None or bucket.before_seconds is None:
        return now
    return strictest(now, Quota(bucket.quota, bucket.before_limit, bucket.before_seconds))


def settle_change(bucket: Bucket, book: Book, quota: Quota, now: float) -> Quota:
    """Let the old limit go when no permit from its time is left, and return the limit in force. Under the lock.

    quota: what was in force when the permits that are over were forgotten.
    """
    if bucket.before_limit is None or book.has_old(now):
        return quota
    bucket.before_limit = bucket.before_seconds = None
    bucket.save(update_fields=["before_limit", "before_seconds"])
    return limit_in_force(bucket, quota)


def await_drained(bucket: Bucket, book: Book, quota: Quota, moment: Moment) -> None:
    """Keep a budget that was opened lately blocked until the closed ones have no permit left. Under the lock.

    Nothing is granted from closed ones, so what is read of them without their lock can only become less. By another
    clock nothing can be said of them; this budget has started over by it as well, and waits for that.
    """
    if not bucket.draining:
        return
    closed = list(Bucket.objects.filter(owner=bucket.owner, cell=bucket.cell, closed=True))
    seconds = max([quota.seconds, *(one.seconds for one in closed if one.seconds is not None)])
    books = [book_of(one) for one in closed if one.stamp == moment.stamp]
    soonest = [use.soonest(seconds, 0.0, moment.now) for one in books for use in one.taken.values()]
    book.block(max(soonest, default=0.0))
    if max(soonest, default=0.0) <= moment.now:
        bucket.draining = False
        bucket.save(update_fields=["draining"])


def change_limit(bucket: Bucket, before: Quota, after: Quota, now: float) -> None:
    """Change the limit of a budget that goes on. Under the lock. before: where its row says nothing else."""
    book, old = book_of(bucket), limit_in_force(bucket, before)
    if book.taken:
        bucket.before_limit, bucket.before_seconds = old.limit, old.seconds
        book.change_rule()
    if after.seconds > old.seconds:  # what was sent longer ago than the old window nobody remembers
        book.block(now + after.seconds - old.seconds)
    keep(bucket, book)
    bucket.limit, bucket.seconds = after.limit, after.seconds
    bucket.save(update_fields=_CHANGE_FIELDS)


def unite(bucket: Bucket, parts: Sequence[Bucket], before: Quota, after: Quota, now: float) -> None:
    """Let one budget take over from its parts, with all their permits. Under the locks of all of them.

    before: the strictest of the limits that they had.
    """
    bucket.stamp = _common({part.stamp for part in parts} | ({bucket.stamp} if bucket.stamp else set()))
    for part in parts:
        _inherit(bucket, part)
        _close(part)
    bucket.closed = False
    bucket.limit, bucket.seconds = before.limit, before.seconds
    change_limit(bucket, before, after, now)


def divide(bucket: Bucket, parts: Iterable[Bucket], before: Quota, after: Quota, now: float) -> None:
    """Let several budgets take over from one; they open when its last permit is free. Under the locks of all of them.

    before: the strictest of the limits that they had.
    """
    for part in parts:
        part.closed, part.draining = False, True
        part.stamp = _common({bucket.stamp} | ({part.stamp} if part.stamp else set()))
        book = book_of(part)
        book.block(book_of(bucket).blocked_until)
        keep(part, book)
        part.seen_at = max(part.seen_at, bucket.seen_at)
        part.limit, part.seconds = before.limit, before.seconds
        part.before_limit = part.before_seconds = None
        change_limit(part, before, after, now)
    bucket.seconds = before.seconds
    _close(bucket)


def _common(stamps: set[str]) -> str:
    """Return the one stamp; of unlike clocks one that fits none, so that the next grant starts over."""
    return stamps.pop() if len(stamps) == 1 else "?"


def take_over(bucket: Bucket, other: Bucket, published: Quota) -> None:
    """Let a budget go on for another account's budget of the same name, when two accounts turn out to be one.

    With all its permits. Under the locks of both; open if either was, and as strict as either.
    """
    limit = strictest(limit_in_force(bucket, published), limit_in_force(other, published))
    if limit != limit_in_force(bucket, published):
        bucket.limit, bucket.seconds = limit.limit, limit.seconds
    _inherit(bucket, other)
    bucket.closed = bucket.closed and other.closed
    bucket.stamp = _common({bucket.stamp, other.stamp})
    bucket.save(update_fields=_CHANGE_FIELDS)
    other.save(update_fields=_CHANGE_FIELDS)


def _inherit(bucket: Bucket, other: Bucket) -> None:
    """Move everything in one book to the other."""
    book = book_of(bucket)
    book.take_over(book_of(other))
    keep(bucket, book)
    keep(other, Book())
    bucket.draining = bucket.draining or other.draining
    bucket.seen_at = max(bucket.seen_at, other.seen_at)


def _close(bucket: Bucket) -> None:
    book = book_of(bucket)
    book.waiting = []
    keep(bucket, book)
    bucket.closed, bucket.draining = True, False
    bucket.save(update_fields=_CHANGE_FIELDS)
