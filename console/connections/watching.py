"""Who watches what, and whose turn it is to be refreshed: the pace of all questions that spend one quota together.

What is learnt from the table is kept for half a second in each process; before a turn is used it is read again, by one
thread at a time, so that a page with twenty panels doesn't use one turn twenty times. Between processes that is left to
chance: both would take the oldest answer, and only one gets it.
"""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from console.connections.answers import WATCH_NOTED_EVERY, Claim, Stored, claim_refresh
from console.connections.models import Connection, SharedAnswer
from console.connections.owners import connections_sharing, known_owner_of
from console.connections.pacing import Go, Later, Pace, Watched, pace_of, turn_of
from console.connections.policy import FRESHNESS, freshness_of
from console.connections.questions import Question
from console.connections.rules import effective_limits
from console.connections.scopes import paid_from
from console.sparkrtc.operation import Operation, Quota

__all__ = ["REFRESH_SHARE", "claim_turn", "forget_watches", "pace", "turn"]

REFRESH_SHARE = 0.9  # of a quota; the rest is for clicks and for what is looked at for the first time
_WATCHED = timedelta(seconds=45)  # a page polls more often than this
_SEEN = 2 * WATCH_NOTED_EVERY  # whoever was last looked at longer ago may have been left
_KNOWN_SECONDS, _SHARING_SECONDS = 0.5, 5.0


@dataclass(frozen=True)
class _Known:
    at: float
    watched: tuple[Watched, ...]


@dataclass(frozen=True)
class _Account:
    """The connections that spend the same quotas, and the limits of their budgets as they are now."""

    at: float
    connections: tuple[int, ...]
    limits: Mapping[str, Quota]

    def budget(self, operation: Operation) -> Quota:
        return self.limits.get(paid_from(operation.name, self.limits), operation.quota)


_known: dict[tuple[int, str], _Known] = {}
_accounts: dict[int, _Account] = {}
_lock = threading.Lock()
_taking_turns = threading.Lock()


def claim_turn(asked: Question, stored: Stored, seconds: float) -> Claim | None:
    """Take the right to refresh an old answer for so many seconds, if it is its turn."""
    if isinstance(_decide(asked, stored, _capacity(asked), _watched(asked)), Later):
        return None
    with _taking_turns:
        found = turn(asked, stored)
        if isinstance(found, Later):
            return None
        return claim_refresh(stored, seconds, None if found.slot is None else _moment(found.slot))


def turn(asked: Question, stored: Stored) -> Go | Later:
    """Say whether an old answer may be refreshed now, or when, by what the table says. Go.slot is in epoch seconds."""
    return _decide(asked, stored, _capacity(asked), _watched(asked, anew=True))


def pace(asked: Question) -> Pace:
    """Return the pace of everything that is watched and spends the question's quota. One query each half second."""
    return pace_of((one.wish for one in _watched(asked)), _capacity(asked))


def forget_watches() -> None:
    """Forget what this process knows; for tests."""
    with _lock:
        _known.clear()
        _accounts.clear()


def _capacity(asked: Question) -> float:
    """Return how many refreshes a second are left to what is watched."""
    budget = _account(asked.connection).budget(asked.operation)
    return REFRESH_SHARE * budget.limit / budget.seconds


def _decide(asked: Question, stored: Stored, capacity: float, watched: Iterable[Watched]) -> Go | Later:
    assert stored.asked_at is not None
    wish = freshness_of(asked.operation).fresh_for
    me = Watched(stored.row, wish, _seconds(stored.asked_at), _slot(stored.slot_at))
    others = [one for one in watched if one.key != me.key]
    return turn_of(me, [*others, me], capacity, _seconds(timezone.now()))


def _watched(asked: Question, *, anew: bool = False) -> tuple[Watched, ...]:
    account = _account(asked.connection)
    key = (asked.connection.pk, account.budget(asked.operation).name)
    with _lock:
        known = _known.get(key)
    if known is None or anew or time.monotonic() - known.at > _KNOWN_SECONDS:
        known = _Known(time.monotonic(), _load(account, asked.operation))
        with _lock:
            _known[key] = known
    return known.watched


def _load(account: _Account, operation: Operation) -> tuple[Watched, ...]:
    now = timezone.now()
    budget = paid_from(operation.name, account.limits)
    names = [name for name in FRESHNESS if paid_from(name, account.limits) == budget]
    rows = SharedAnswer.objects.filter(
        connection__in=account.connections,
        operation__in=names,
        last_watched__gt=now - _WATCHED,
        final=False,
    ).values_list("pk", "operation", "asked_at", "slot_at", "refreshing_until", "last_watched")
    return tuple(
        Watched(
            key=pk,
            wish=FRESHNESS[operation].fresh_for,
            asked_at=_seconds(asked_at),
            slot_at=_slot(slot_at),
            busy=busy_until is not None and busy_until > now,
            seen=last_watched > now - _SEEN,
        )
        for pk, operation, asked_at, slot_at, busy_until, last_watched in rows
        if asked_at is not None
    )


def _account(connection: Connection) -> _Account:
    with _lock:
        known = _accounts.get(connection.pk)
    if known is None or time.monotonic() - known.at > _SHARING_SECONDS:
        sharing, limits = tuple(connections_sharing(connection)), effective_limits(known_owner_of(connection))
        known = _Account(time.monotonic(), sharing, limits)
        with _lock:
            _accounts[connection.pk] = known
    return known


def _seconds(moment: datetime) -> float:
    return moment.astimezone(UTC).timestamp()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _slot(moment: datetime | None) -> float | None:
    return None if moment is None else _seconds(moment)
