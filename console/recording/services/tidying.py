"""Keeping the inbox within bounds: by age, and by number. What can no longer be told from a repeat is remembered."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from console.recording.models import CallbackDelivery, CallbackReceiver, DroppedDeliveries

__all__ = ["MOST_KEPT", "tidy"]

Verdict = CallbackDelivery.Verdict
# Of one receiver. What is not verified anybody can send who knows the address.
MOST_KEPT = {Verdict.VERIFIED: 200_000, Verdict.UNVERIFIED: 20_000, Verdict.REFUSED: 2_000}
_AT_ONCE = 1000


def tidy(now: datetime | None = None) -> int:
    """Delete deliveries older than CALLBACK_DAYS and the oldest of too many; return how many that were."""
    now = now or timezone.now()
    too_old = now - timedelta(days=settings.CALLBACK_DAYS)
    DroppedDeliveries.objects.filter(minute__lt=too_old).delete()
    return sum(_tidy(receiver, too_old) for receiver in CallbackReceiver.objects.all())


def _tidy(receiver: CallbackReceiver, too_old: datetime) -> int:
    deleted = 0
    for verdict, most in MOST_KEPT.items():
        rows = CallbackDelivery.objects.filter(receiver=receiver, verdict=verdict)
        newest_gone = rows.order_by("-received_at").values_list("received_at", flat=True)[most : most + 1]
        limit = max([too_old, *newest_gone])
        if verdict == Verdict.VERIFIED:
            _remember(receiver, rows.filter(received_at__lte=limit).exists(), limit)
        deleted += _delete(receiver, verdict, limit)
    return deleted


def _remember(receiver: CallbackReceiver, anything: bool, limit: datetime) -> None:
    """Note, before anything is deleted, that a repeat of what came earlier will not be recognised any more."""
    if anything and (receiver.forgot_before is None or receiver.forgot_before < limit):
        CallbackReceiver.objects.filter(pk=receiver.pk).update(forgot_before=limit)


def _delete(receiver: CallbackReceiver, verdict: Verdict, limit: datetime) -> int:
    """Delete in pieces, so that what arrives meanwhile need not wait."""
    deleted = 0
    while True:
        rows = CallbackDelivery.objects.filter(
            receiver=receiver, verdict=verdict, received_at__lte=limit
        ).values_list("pk", flat=True)[:_AT_ONCE]
        count, _kinds = CallbackDelivery.objects.filter(pk__in=list(rows)).delete()
        deleted += count
        if count < _AT_ONCE:
            return deleted
