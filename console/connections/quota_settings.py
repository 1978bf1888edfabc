"""What owners say of a connection's quotas: for what a limit holds, and the numbers. On record, in force at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections import actions
from console.connections.models import Connection, QuotaWish
from console.connections.owners import connections_of, owner_of, restore_budgets
from console.connections.rules import QuotaRule, rules_of
from console.connections.scopes import Scope, budgets, choices
from console.core.sentences import quota_name
from console.sparkrtc.operation import Quota
from console.sparkrtc.quotas import QUOTAS

__all__ = [
    "MEANINGS",
    "Choice",
    "QuotaSetting",
    "change_quota",
    "publish_quota",
    "quota_setting",
    "quota_settings",
]


@dataclass(frozen=True)
class Meaning:
    """What a scope means for those who wait, and what it risks."""

    means: str | Promise
    risk: str | Promise


MEANINGS: dict[Scope, Meaning] = {
    Scope.CELL: Meaning(
        gettext_lazy("Everything in this row of the published table shares the limit: the strict reading."),
        gettext_lazy(
            "Never refused, however the cloud counts; slower than need be if it counts more finely."
        ),
    ),
    Scope.CATEGORY: Meaning(
        gettext_lazy("Each category has the limit for itself, so that one no longer waits for another."),
        gettext_lazy(
            "If the cloud counts the whole row, it refuses what is too much, and everybody of this account waits."
        ),
    ),
    Scope.OPERATION: Meaning(
        gettext_lazy("Each operation has the limit for itself: the most requests."),
        gettext_lazy(
            "If the cloud counts more coarsely, it refuses what is too much, and everybody of this account waits."
        ),
    ),
}


@dataclass(frozen=True)
class Choice:
    """A scope that can be chosen for a quota. budgets: into how many it divides it."""

    scope: Scope
    means: str | Promise
    risk: str | Promise
    budgets: int


@dataclass(frozen=True)
class QuotaSetting:
    """One quota on one connection.

    wish: what was said on this connection, None when nothing was. rule: what is in force. sharing: how many other
    connections spend the same quotas; others: the names of those that have a say and that the viewer manages;
    hidden: how many more have a say.
    """

    published: Quota
    wish: QuotaWish | None
    rule: QuotaRule
    sharing: int
    others: Sequence[str]
    hidden: int

    @property
    def name(self) -> str:
        return self.published.name

    @property
    def label(self) -> str:
        return quota_name(self.published.name)

    @property
    def choices(self) -> list[Choice]:
        return [
            Choice(scope, MEANINGS[scope].means, MEANINGS[scope].risk, len(budgets(self.name, scope)))
            for scope in choices(self.name)
        ]

    @property
    def looser(self) -> bool:
        """Whether more is sent than the strict reading of the published table allows."""
        mine, theirs = self.rule.quota, self.published
        faster = mine.limit / mine.seconds > theirs.limit / theirs.seconds
        return self.rule.scope is not Scope.CELL or faster or mine.limit > theirs.limit

    @property
    def overruled(self) -> bool:
        """Whether something else is in force than what was said here."""
        if self.wish is None:
            return False
        said = (self.wish.limit, self.wish.seconds, self.wish.scope)
        return said != (self.rule.quota.limit, self.rule.quota.seconds, self.rule.scope)


def quota_settings(connection: Connection, viewer: User) -> list[QuotaSetting]:
    """Return what is said and what is in force of each quota, in the order of the API reference."""
    sharing = [connection, *(one for one in _sharing(connection) if one.pk != connection.pk)]
    rules = rules_of(sharing)
    wishes = list(QuotaWish.objects.filter(connection__in=sharing).order_by("pk"))
    by_key = {one.pk: one for one in sharing}
    found = []
    for name, published in QUOTAS.items():
        of_quota = [wish for wish in wishes if wish.quota == name]
        others = [by_key[wish.connection_id] for wish in of_quota if wish.connection_id != connection.pk]
        shown = [one.name for one in others if can(viewer, Right.MANAGE, one)]
        own = next((wish for wish in of_quota if wish.connection_id == connection.pk), None)
        found.append(
            QuotaSetting(published, own, rules[name], len(sharing) - 1, shown, len(others) - len(shown))
        )
    return found


def quota_setting(connection: Connection, quota: str, viewer: User) -> QuotaSetting:
    """Return the same of one quota. Raises KeyError for an unknown one."""
    return {one.name: one for one in quota_settings(connection, viewer)}[quota]


def change_quota(
    connection: Connection, quota: str, scope: Scope, limit: int, seconds: int, *, actor: User, reason: str
) -> None:
    """Say for what a quota's limit holds, and the limit: that many requests in any so many seconds.

    In force at once in every process; see changeover.py for what happens to requests under way. Raises
    PermissionDenied.
    """
    _require(actor, connection)
    with transaction.atomic():
        wish = QuotaWish.objects.select_for_update().filter(connection=connection, quota=quota).first()
        before = _told(quota, wish)
        wish = wish or QuotaWish(connection=connection, quota=quota)
        wish.scope, wish.limit, wish.seconds = scope, limit, seconds
        wish.save()
        restore_budgets(owner_of(connection))
        _record(connection, actor, reason, before, _told(quota, wish))


def publish_quota(connection: Connection, quota: str, *, actor: User, reason: str) -> None:
    """Take back what was said of a quota here: as published, unless another connection has a say.

    Raises PermissionDenied.
    """
    _require(actor, connection)
    with transaction.atomic():
        wish = QuotaWish.objects.select_for_update().filter(connection=connection, quota=quota).first()
        if wish is None:
            return
        before = _told(quota, wish)
        wish.delete()
        restore_budgets(owner_of(connection))
        _record(connection, actor, reason, before, _told(quota, None))


def _sharing(connection: Connection) -> list[Connection]:
    return connections_of(owner_of(connection))


def _require(actor: User, connection: Connection) -> None:
    if not can(actor, Right.MANAGE, connection):
        raise PermissionDenied(_("You do not manage this connection."))


def _told(quota: str, wish: QuotaWish | None) -> dict[str, Any]:
    if wish is None:
        return {"quota": quota, "limit": "as published"}
    return {"quota": quota, "scope": str(wish.scope), "limit": wish.limit, "seconds": wish.seconds}


def _record(
    connection: Connection, actor: User, reason: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    audit.record(
        actions.CHANGE_QUOTA,
        actor=actor,
        connection=connection,
        target=audit.Target("connection", connection.slug, connection.name),
        reason=reason,
        before=before,
        after=after,
    )
