"""Deliveries that came before their key was known here, verified once it is."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from console.recording.models import CallbackDelivery, CallbackReceiver
from console.recording.services.receivers import good_keys
from console.recording.services.receiving import identity_of, told_of
from console.sparkrtc.notifications import is_signed_by

__all__ = ["verify_waiting"]

_MOST = 2000  # latest first; older ones stay as they are
Verdict = CallbackDelivery.Verdict


def verify_waiting(receiver: CallbackReceiver) -> int:
    """Verify what could not be verified when it arrived, and return how many that were. No call.

    One that is a repeat of a verified delivery is counted with that one.
    """
    keys = good_keys(receiver, timezone.now())
    waiting = CallbackDelivery.objects.filter(receiver=receiver, verdict=Verdict.UNVERIFIED)
    verified = 0
    for delivery in waiting.exclude(signature="")[:_MOST] if keys else ():
        body = bytes(delivery.body)
        if is_signed_by(keys, delivery.rand, delivery.stamp, body, delivery.signature):
            verified += 1
            _approve(delivery, identity_of(told_of(body), delivery.digest, verified=True))
    return verified


def _approve(delivery: CallbackDelivery, identity: str) -> None:
    same = CallbackDelivery.objects.filter(pk=delivery.pk, verdict=Verdict.UNVERIFIED)
    try:
        with transaction.atomic():
            same.update(verdict=Verdict.VERIFIED, why="", identity=identity)
    except IntegrityError:  # it came again since, and was verified then
        same.delete()
