"""What is spent of the quotas, as the console counts it by itself, and what the cloud refused."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from console.alerts.engine import Minute, Scale, Side
from console.alerts.signals.registry import Group, Series, Signal, register_signal
from console.connections.models import Connection, MinuteUse, QuotaRefusal
from console.connections.owners import known_owner_of
from console.connections.rules import limits_of
from console.connections.scopes import paid_from
from console.core.charts import COUNT, RATIO
from console.core.sentences import quota_name
from console.sparkrtc.quotas import QUOTAS

__all__ = ["register"]

_SETTLES = timedelta(minutes=2)  # processes write what they counted every few seconds
_USE_KEPT = timedelta(hours=24)
_REFUSALS_KEPT = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


def register() -> None:
    """Register the use of each quota, and refusals."""
    for name in QUOTAS:
        register_signal(
            Signal(
                f"quota.{name}",
                Group.CONNECTION,
                format_lazy("{} · {}", _("Quota in use"), lazy(quota_name, str)(name)),
                RATIO,
                Scale(0.0, 1.0),
                Side.ABOVE,
                partial(_read_use, name),
                by_application=False,
                reach=_USE_KEPT,
                late=_SETTLES,
            )
        )
    register_signal(
        Signal(
            "connection.refused",
            Group.CONNECTION,
            _("Requests refused by the cloud (429)"),
            COUNT,
            Scale(),
            Side.ABOVE,
            _read_refusals,
            by_application=False,
            reach=_REFUSALS_KEPT,
            late=_SETTLES,
        )
    )


def _read_use(name: str, connection: Connection, app_id: str, start: datetime, end: datetime) -> Series:
    """Return the share that was spent of the fullest budget of the quota. Three queries."""
    owner = known_owner_of(connection)
    limits = limits_of(owner)
    rows = MinuteUse.objects.filter(owner=owner or "", quota=name, minute__gte=start, minute__lt=end)
    spent: Counter[tuple[datetime, str]] = Counter()
    for row in rows.values("operation", "minute").annotate(total=Sum("sent")):
        spent[row["minute"], paid_from(row["operation"], limits) or name] += row["total"]
    shares: dict[datetime, float] = {}
    for (minute, budget), sent in spent.items():
        quota = limits.get(budget, QUOTAS[name])
        share = min(sent * quota.seconds / (quota.limit * 60), 1.0)
        shares[minute] = max(shares.get(minute, 0.0), share)
    return _series(start, end, shares, _USE_KEPT, known=owner is not None)


def _read_refusals(connection: Connection, app_id: str, start: datetime, end: datetime) -> Series:
    """Two queries."""
    owner = known_owner_of(connection)
    found = QuotaRefusal.objects.filter(owner=owner or "", at__gte=start, at__lt=end)
    counts: Counter[datetime] = Counter()
    for at in found.values_list("at", flat=True):
        counts[at.replace(second=0, microsecond=0)] += 1
    return _series(start, end, dict(counts), _REFUSALS_KEPT, known=owner is not None)


def _series(
    start: datetime,
    end: datetime,
    counted: dict[datetime, float] | dict[datetime, int],
    kept: timedelta,
    *,
    known: bool,
) -> Series:
    """Nothing counted in a minute is none; what is forgotten, to come, or never was, is a gap."""
    now = timezone.now()
    oldest, newest = now - kept, now - _SETTLES
    at, minutes, settled = start.astimezone(UTC), list[Minute](), 0
    while at < end:
        told = known and oldest <= at and at + _MINUTE <= newest
        minutes.append(Minute(float(counted.get(at, 0))) if told else Minute(None))
        at += _MINUTE
        if at <= newest:
            settled = len(minutes)
    return Series(start, minutes, settled)
