"""For what a limit holds: the published cell, a category of the API, or each single operation.

A budget's name says its scope: "app_config", "app_config/template", "recording.template.list".
"""

from collections.abc import Collection, Iterable
from functools import cache

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from console.core.sentences import quota_name
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.operation import Operation

__all__ = [
    "Scope",
    "budget_label",
    "budget_of",
    "budgets",
    "choices",
    "covers",
    "has_categories",
    "paid_from",
    "quota_of",
    "scope_of",
]

_CATEGORIES = {
    "application": gettext_noop("applications"),
    "template": gettext_noop("recording templates"),
    "automatic": gettext_noop("automatic recording"),
    "callback": gettext_noop("callbacks"),
    "mix_job": gettext_noop("mix jobs"),
    "single_job": gettext_noop("single jobs"),
}


class Scope(models.TextChoices):
    """From strict to loose. A cell of the published table can span categories, a category operations."""

    CELL = "cell", gettext_lazy("the whole row")
    CATEGORY = "category", gettext_lazy("each category")
    OPERATION = "operation", gettext_lazy("each operation")

    @property
    def rank(self) -> int:
        """0 is the strictest."""
        return list(Scope).index(self)


def budget_of(operation: Operation, scope: Scope) -> str:
    """Return the name of the budget from which an operation is paid under a scope."""
    quota = operation.quota.name
    if scope is Scope.OPERATION:
        return operation.name
    if scope is Scope.CATEGORY and has_categories(quota):
        return f"{quota}/{_category(operation)}"
    return quota


def paid_from(operation: str, names: Collection[str]) -> str:
    """Return which of these budgets an operation is paid from; its quota's name when none of them fits.

    operation: by name, which may be of another version.
    """
    known = OPERATIONS.get(operation)
    if known is None:
        return ""
    fitting = (found for scope in reversed(Scope) if (found := budget_of(known, scope)) in names)
    return next(fitting, known.quota.name)


@cache
def budgets(quota: str, scope: Scope) -> tuple[str, ...]:
    """Return the budgets into which a cell is divided under a scope, in the order of the catalogue."""
    return tuple(dict.fromkeys(budget_of(one, scope) for one in _operations(quota)))


def scope_of(names: Iterable[str]) -> Scope | None:
    """Return the scope under which a cell has budgets of these names; None without any."""
    name = next(iter(names), None)
    if name is None:
        return None
    return Scope.OPERATION if name in OPERATIONS else Scope.CATEGORY if "/" in name else Scope.CELL


def quota_of(budget: str) -> str:
    """Return the cell that a budget belongs to."""
    return OPERATIONS[budget].quota.name if budget in OPERATIONS else budget.partition("/")[0]


@cache
def has_categories(quota: str) -> bool:
    """Say whether the cell spans several categories: elsewhere a category is the cell."""
    return len({_category(one) for one in _operations(quota)}) > 1


def choices(quota: str) -> list[Scope]:
    """Return the scopes that make a difference for a cell."""
    return [scope for scope in Scope if scope is not Scope.CATEGORY or has_categories(quota)]


def budget_label(budget: str) -> str:
    """Return what a budget is for, in words; an operation by its name in the catalogue."""
    quota, _slash, category = budget.partition("/")
    return _(_CATEGORIES[category]) if category in _CATEGORIES else quota_name(quota)


@cache
def covers(whole: str, part: str) -> bool:
    """Say whether everything that is paid from one budget could be paid from the other."""
    return set(_paid_from(part)) <= set(_paid_from(whole))


def _paid_from(budget: str) -> list[str]:
    quota, scope = quota_of(budget), scope_of([budget])
    assert scope is not None
    return [one.name for one in _operations(quota) if budget_of(one, scope) == budget]


def _operations(quota: str) -> list[Operation]:
    return [one for one in OPERATIONS.values() if one.quota.name == quota]


def _category(operation: Operation) -> str:
    """Rooms, buckets and statistics are one category each, whatever the names of their operations."""
    thing = operation.name.split(".")[1]
    return thing if thing in _CATEGORIES else operation.quota.name
