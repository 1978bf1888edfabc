"""Sending messages until they arrive: claimed, tried, tried again ever more rarely, given up where everybody sees it.

A message is sent at least once: a process that dies between sending and writing that down leaves a claim, which runs
out, and the message goes again with the same key.
"""

import random
import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.alerts.actions import REPLAY
from console.alerts.models import Attempt, Channel, Message
from console.alerts.services.outbox import group_notices, remind
from console.alerts.services.posting import Outcome, post
from console.core.text import shorten

__all__ = ["DELAYS", "attempt_now", "deliver", "replay", "send_due", "tidy"]

log = structlog.get_logger(__name__)

DELAYS = (
    10,
    30,
    120,
    600,
    1800,
    3600,
    10_800,
)  # seconds from one attempt to the next: about five hours in all
_JITTER = 0.2
_LEASE = timedelta(seconds=90)
_REST = timedelta(seconds=30)
_SECONDS = 20.0  # of one round
_MOST_TRIES = len(DELAYS) + 1
_State = Message.State


def deliver(now: datetime | None = None) -> int:
    """Write reminders down, make messages of what is due, and send what is to be sent; return how many were tried."""
    now = now or timezone.now()
    remind(now)
    group_notices(now)
    return send_due()


def send_due() -> int:
    """Send what is due, for some seconds. A server that fails is left alone for a while, at nobody's expense."""
    began, count = time.monotonic(), 0
    while time.monotonic() - began < _SECONDS:
        message = _claim()
        if message is None:
            break
        count += 1
        if attempt_now(message).whole:
            _let_rest(message)
    return count


def attempt_now(message: Message, *, once: bool = False) -> Outcome:
    """Try a message that was claimed, and write down what came of it. once: it is not tried again."""
    attempt = Attempt.objects.create(message=message, began_at=timezone.now())
    try:
        outcome = post(message)
    except Exception:
        log.exception("a message could not be sent", message=message.pk)
        outcome = Outcome(False, problem={"code": "surprise"})
    _record(message, attempt, outcome, once=once)
    return outcome


def replay(message: Message, *, actor: User) -> bool:
    """Send a message once more, with the same key; on record. Returns False while it is on its way already."""
    ended = (_State.GIVEN_UP, _State.DELIVERED)
    with transaction.atomic():
        again = Message.objects.filter(pk=message.pk, state__in=ended).exclude(kind=Message.Kind.TEST)
        if not again.update(
            state=_State.WAITING, tries=0, next_at=timezone.now(), ended_at=None, lease_until=None
        ):
            return False
        audit.record(
            REPLAY,
            actor=actor,
            connection=message.connection,
            target=audit.Target("alert_message", str(message.pk), shorten(message.subject, 100)),
            details={"to": message.to},
        )
    return True


def tidy() -> None:
    """Delete messages that ended too long ago."""
    before = timezone.now() - timedelta(days=settings.MESSAGE_DAYS)
    Message.objects.filter(ended_at__lt=before).delete()


def _let_rest(message: Message) -> None:
    """Put off what else is meant for the server that failed, else it would hold up everything: no try is counted."""
    mail = message.medium == Channel.Medium.EMAIL
    same = Q(medium=Channel.Medium.EMAIL) if mail else Q(channel=message.channel_id)
    until = timezone.now() + _REST
    others = Message.objects.filter(same, state=_State.WAITING, next_at__lt=until).exclude(pk=message.pk)
    others.update(next_at=until)


def _claim() -> Message | None:
    """Take the message that waits longest, so that nobody else sends it; one whose sender died is taken over."""
    now = timezone.now()
    due = Q(state=_State.WAITING, next_at__lte=now) | Q(state=_State.SENDING, lease_until__lt=now)
    waiting = Message.objects.filter(due, connection__active=True).order_by("next_at", "pk")
    for message in waiting.select_related("channel", "person", "connection")[:20]:
        mine = Message.objects.filter(pk=message.pk, state=message.state, tries=message.tries)
        if message.state == _State.SENDING:
            mine = mine.filter(lease_until=message.lease_until)
        if message.tries >= _MOST_TRIES:  # whoever tried last died of it
            mine.update(state=_State.GIVEN_UP, ended_at=now, problem={"code": "lost"})
            continue
        if mine.update(state=_State.SENDING, lease_until=now + _LEASE, tries=F("tries") + 1):
            message.state, message.tries = _State.SENDING, message.tries + 1
            return message
    return None


@transaction.atomic
def _record(message: Message, attempt: Attempt, outcome: Outcome, *, once: bool) -> None:
    now = timezone.now()
    attempt.ended_at, attempt.delivered, attempt.status = now, outcome.delivered, outcome.status
    attempt.answer, attempt.problem = outcome.answer, outcome.problem
    attempt.save()
    if outcome.delivered:
        arrived = Message.objects.filter(pk=message.pk).exclude(state=_State.DELIVERED)
        arrived.update(state=_State.DELIVERED, ended_at=now, lease_until=None, problem={})
        return
    mine = Message.objects.filter(pk=message.pk, state=_State.SENDING, tries=message.tries)
    if once or outcome.final or message.tries >= _MOST_TRIES:
        mine.update(state=_State.GIVEN_UP, ended_at=now, lease_until=None, problem=outcome.problem)
        return
    wait = DELAYS[message.tries - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311
    next_at = now + timedelta(seconds=max(wait, outcome.wait))
    mine.update(state=_State.WAITING, next_at=next_at, lease_until=None, problem=outcome.problem)
