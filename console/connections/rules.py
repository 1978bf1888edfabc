"""Which limits are in force, and for what they hold: what owners wished, else what is published.

Connections that share an account share its quotas. Of what was wished on them the strictest counts, for scope, number
and window each; whoever wished nothing has no say.
"""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from django.db import transaction

from console.connections import clocks
from console.connections.books import lowered
from console.connections.changeover import change_limit, divide, limit_in_force, strictest, unite
from console.connections.models import AccountMark, Bucket, Connection, QuotaWish
from console.connections.scopes import Scope, budgets, covers, paid_from
from console.sparkrtc.operation import Operation, Quota
from console.sparkrtc.quotas import QUOTAS

__all__ = [
    "QuotaRule",
    "budget_for",
    "effective_limits",
    "enforce",
    "forget_budgets",
    "is_shared",
    "limits_of",
    "rules_of",
]

_KNOWN_SECONDS = 60.0


@dataclass(frozen=True)
class QuotaRule:
    """One quota's rule. quota: limit requests in any `seconds` seconds, with the cell's name. wished: somebody did."""

    quota: Quota
    scope: Scope = Scope.CELL
    wished: bool = False


def rules_of(connections: Iterable[Connection]) -> dict[str, QuotaRule]:
    """Return the rule of each quota for connections that share one account. One query."""
    rules = {name: QuotaRule(quota) for name, quota in QUOTAS.items()}
    for wish in QuotaWish.objects.filter(connection__in=list(connections), quota__in=QUOTAS).order_by("pk"):
        before = rules[wish.quota]
        wished = Quota(wish.quota, wish.limit, wish.seconds)
        if before.wished:
            quota = strictest(before.quota, wished)
            scope = min(before.scope, Scope(wish.scope), key=lambda one: one.rank)
            rules[wish.quota] = QuotaRule(quota, scope, wished=True)
        else:
            rules[wish.quota] = QuotaRule(wished, Scope(wish.scope), wished=True)
    return rules


@transaction.atomic
def enforce(owner: str, connections: Iterable[Connection]) -> None:
    """Bring the account's budgets in line with the rules, without one request too many (see changeover.py).

    connections: all that spend its quotas. Call it whenever a rule or who shares the account has changed.
    """
    list(
        AccountMark.objects.select_for_update().filter(owner=owner).order_by("pk")
    )  # one change after the other
    rules = rules_of(connections)
    found = list(Bucket.objects.select_for_update().filter(owner=owner, merged_into=None).order_by("pk"))
    now = clocks.store_moment().now
    for name, rule in rules.items():
        _enforce(owner, rule, {one.quota: one for one in found if one.cell == name}, now)
    transaction.on_commit(lambda: forget_budgets(owner))


def budget_for(owner: str, operation: Operation) -> Quota:
    """Return the budget from which an operation is paid, with the published numbers.

    Known for a minute. Nothing goes wrong when it has changed meanwhile: the closed budget says so.
    """
    name = paid_from(operation.name, _open_budgets(owner))
    return Quota(name, operation.quota.limit, operation.quota.seconds)


def limits_of(owner: str | None) -> dict[str, Quota]:
    """Return the limit in force of each budget of an account; as published when it is not known yet. One query."""
    found = Bucket.objects.filter(owner=owner or "", merged_into=None, closed=False).order_by("pk")
    in_order = sorted(found, key=lambda one: list(QUOTAS).index(one.cell))
    limits = {one.quota: limit_in_force(one, QUOTAS[one.cell]) for one in in_order}
    return limits or dict(QUOTAS)


def effective_limits(owner: str | None) -> dict[str, Quota]:
    """Return the same as limits_of, less where somebody else spends a quota too. One query, and the clock."""
    found = Bucket.objects.filter(owner=owner or "", merged_into=None, closed=False)
    limits, moment = dict(QUOTAS), clocks.store_moment()
    if rows := list(found):
        limits = {one.quota: limit_in_force(one, QUOTAS[one.cell]) for one in rows}
    for one in rows:
        if less := lowered(one, limits[one.quota], moment):
            limits[one.quota] = Quota(one.quota, less.limit, limits[one.quota].seconds)
    return limits


def is_shared(owner: str | None, operation: Operation) -> bool:
    """Say whether somebody else spends the budget of an operation too, as far as is believed now. Two queries."""
    name = paid_from(operation.name, limits_of(owner))
    row = Bucket.objects.filter(owner=owner or "", quota=name, merged_into=None).first()
    if row is None:
        return False
    return lowered(row, limit_in_force(row, QUOTAS[row.cell]), clocks.store_moment()) is not None


def forget_budgets(owner: str) -> None:
    """Forget how this process believes an account's quotas to be divided."""
    with _lock:
        _known.pop(owner, None)


_known: dict[str, tuple[float, frozenset[str]]] = {}
_lock = threading.Lock()


def _open_budgets(owner: str) -> frozenset[str]:
    with _lock:
        known = _known.get(owner)
    if known is None or time.monotonic() - known[0] > _KNOWN_SECONDS:
        rows = Bucket.objects.filter(owner=owner).values_list("quota", "closed", "merged_into__owner")
        heirs = {heir for _name, _closed, heir in rows if heir is not None}
        names = {name for name, closed, heir in rows if not closed and heir is None}
        known = (time.monotonic(), frozenset(names).union(*(_open_budgets(heir) for heir in heirs)))
        with _lock:
            _known[owner] = known
    return known[1]


def _enforce(owner: str, rule: QuotaRule, known: Mapping[str, Bucket], now: float) -> None:
    """Bring one quota in line. known: all its budgets by name, locked."""
    published, after = QUOTAS[rule.quota.name], rule.quota
    names = budgets(published.name, rule.scope)
    wanted = {name: known.get(name) or _made(owner, name, published.name) for name in names}
    granting = {name: one for name, one in known.items() if not one.closed}
    limits = [limit_in_force(one, published) for one in granting.values()]
    before = reduce(strictest, limits) if limits else after
    for name, bucket in wanted.items():
        parts = [one for other, one in granting.items() if other != name and covers(name, other)]
        if parts:
            unite(bucket, parts, before, after, now)
    for name, whole in granting.items():
        parts = [one for other, one in wanted.items() if other != name and covers(name, other)]
        if parts and not whole.closed:
            divide(whole, parts, before, after, now)
    for bucket in wanted.values():
        if bucket.closed:  # lost, and made anew: its clock fits none, so it starts full
            bucket.closed = False
            bucket.save(update_fields=["closed"])
        if (bucket.limit or published.limit, bucket.seconds or published.seconds) != (
            after.limit,
            after.seconds,
        ):
            change_limit(bucket, published, after, now)


def _made(owner: str, name: str, cell: str) -> Bucket:
    return Bucket.objects.create(owner=owner, quota=name, cell=cell, closed=True, stamp="")
