"""Forgetting what was kept long enough."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Model, Q
from django.utils import timezone

from console.analytics.models import (
    AbnormalDay,
    AbnormalHour,
    DayChange,
    DayQuality,
    DayScale,
    DayUsage,
    MinuteDay,
    Spread,
    SpreadDay,
)

__all__ = ["forget"]

_BATCH = 500
_MONTH = 30.44
_MOMENTS_DAYS = 35  # moments of distributions; added up by the day they stay as long as the days


def forget(now: datetime | None = None) -> int:
    """Delete what is older than KEEP_MINUTES_MONTHS, KEEP_DAYS_MONTHS, KEEP_PEOPLE_DAYS; return the number of rows.

    Of abnormal events the people go first; how many there were stays as long as the days.
    """
    now = now or timezone.now()
    minutes = now - timedelta(days=settings.KEEP_MINUTES_MONTHS * _MONTH)
    days = now - timedelta(days=settings.KEEP_DAYS_MONTHS * _MONTH)
    people = now - timedelta(days=settings.KEEP_PEOPLE_DAYS)
    AbnormalHour.objects.filter(hour__lt=people).exclude(packed=None).update(packed=None)
    moments = max(minutes, now - timedelta(days=_MOMENTS_DAYS))
    gone = _delete(MinuteDay, Q(day__lt=minutes.date())) + _delete(Spread, Q(at__lt=moments))
    gone += _delete(AbnormalHour, Q(hour__lt=days))
    for model in (AbnormalDay, DayChange, DayQuality, DayScale, DayUsage, SpreadDay):
        gone += _delete(model, Q(day__lt=days.date()))
    return gone


def _delete(model: type[Model], old: Q) -> int:
    """Delete in batches, so that nobody waits long for the database."""
    gone = 0
    while True:
        keys = list(model._default_manager.filter(old).values_list("pk", flat=True)[:_BATCH])
        if not keys:
            return gone
        model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
