"""Taking in a notification: verified, told from a repeat, stored. No question to the cloud, one short transaction.

Whoever knows the address can post to it. What carries a good signature is always kept, once. What does not is kept too,
so that somebody can see why nothing arrives, but only so much a minute: the rest is counted.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from console.audit.scrub import clean_id
from console.recording.models import CallbackDelivery, CallbackReceiver, DroppedDeliveries
from console.recording.services.looking import look_soon
from console.recording.services.receivers import find_receiver, good_keys
from console.sparkrtc.notifications import RecordingNotification, is_signed_by, read_stamp
from console.sparkrtc.reading import UnreadableAnswer, read_answer

__all__ = ["LONGEST_BODY", "MOST_A_MINUTE", "TEST_JOB", "Received", "identity_of", "receive", "told_of"]

LONGEST_BODY = 64 * 1024  # bytes; a documented notification has less than one thousand
MOST_A_MINUTE = {CallbackDelivery.Verdict.REFUSED: 60, CallbackDelivery.Verdict.UNVERIFIED: 600}
TEST_JOB = "console-test-"  # how the job ids of our own samples begin
_KEPT_HEADERS = ("Content-Type", "User-Agent", "X-Forwarded-Proto")
_WHOLE = 2**62
Verdict = CallbackDelivery.Verdict


@dataclass(frozen=True)
class Received:
    """What the sender is told: an HTTP status and a word. Why something was refused stands in the inbox alone."""

    status: int
    result: str


_UNKNOWN = Received(404, "unknown")
_OK = Received(200, "ok")


def receive(
    public_id: str, headers: Mapping[str, str], body: bytes | None, address: str, now: datetime | None = None
) -> Received:
    """Take in what was posted to a receiver's address.

    headers: those of the request, compared without case. body: as it came, None when it was larger than LONGEST_BODY.
    address: the sender's. An empty post without a signature is somebody looking whether anybody is here: it is answered
    like a good one.
    """
    now = now or timezone.now()
    receiver = find_receiver(public_id, now)
    if receiver is None:
        return _UNKNOWN
    delivery = _Reader(receiver, headers, body, now).delivery(address)
    kept = _keep(delivery, now)
    if delivery.verdict == Verdict.REFUSED:
        return Received(_STATUS.get(delivery.why, 403), "ok" if delivery.why == "empty" else "refused")
    return _OK if kept else Received(429, "busy")


_STATUS = {"empty": 200, "too_large": 413, "not_json": 400}


class _Reader:
    """One post on its way to becoming a row."""

    def __init__(
        self, receiver: CallbackReceiver, headers: Mapping[str, str], body: bytes | None, now: datetime
    ) -> None:
        self.receiver, self.body, self.now = receiver, body if body is not None else b"", now
        self.too_large = body is None
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.rand, self.stamp = self._header("X-Rtc-Rand"), self._header("X-Rtc-Timestamp")
        self.signature = self._header("X-Rtc-Signature")
        self.sent_at = read_stamp(self.stamp)
        self.told = told_of(self.body)

    def delivery(self, address: str) -> CallbackDelivery:
        """Return the row, not saved yet."""
        verdict, why = self._verdict()
        digest = hashlib.sha256(self.body).hexdigest()
        row = CallbackDelivery(
            receiver=self.receiver,
            connection_id=self.receiver.connection_id,
            app_id=self.receiver.app_id,
            received_at=self.now,
            verdict=verdict,
            why=why,
            identity=self._identity(verdict, why, digest),
            sent_at=self.sent_at,
            skew_seconds=(self.now - self.sent_at).total_seconds() if self.sent_at else None,
            signature=clean_id(self.signature, 128),
            rand=clean_id(self.rand, 128),
            stamp=clean_id(self.stamp, 32),
            headers={name: clean_id(self._header(name), 200) for name in _KEPT_HEADERS if self._header(name)},
            address=clean_id(address, 64),
            body=self.body,
            digest=digest,
            body_bytes=min(int(self._header("Content-Length") or 0), 2**31 - 1)
            if self.too_large and self._header("Content-Length").isdigit()
            else len(self.body),
        )
        for name, value in _fields(self.told).items():
            setattr(row, name, value)
        return row

    def _header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    def _verdict(self) -> tuple[Verdict, str]:
        if self.too_large:
            return Verdict.REFUSED, "too_large"
        if not self.body and not self.signature:
            return Verdict.REFUSED, "empty"
        keys = good_keys(self.receiver, self.now)
        if keys and not self.signature:
            return Verdict.REFUSED, "unsigned"
        if keys and not is_signed_by(keys, self.rand, self.stamp, self.body, self.signature):
            return Verdict.REFUSED, "signature"
        if self.told is None:
            return Verdict.REFUSED, "not_json"
        if self.told.app_id and self.told.app_id != self.receiver.app_id:
            return Verdict.REFUSED, "application"
        if not keys:
            return Verdict.UNVERIFIED, "no_key"
        if self._replayed():
            return Verdict.REFUSED, "replayed"
        return Verdict.VERIFIED, ""

    def _replayed(self) -> bool:
        """Whether it may be a repeat of something that was deleted here: then nobody could tell."""
        horizon = self.receiver.forgot_before
        return horizon is not None and self.sent_at is not None and self.sent_at < horizon

    def _identity(self, verdict: Verdict, why: str, digest: str) -> str:
        if verdict == Verdict.REFUSED:
            minute = self.now.strftime("%Y%m%d%H%M") if self.too_large else ""
            return _fingerprint("r", why, minute or digest)
        return identity_of(self.told, digest, verified=verdict == Verdict.VERIFIED)


def identity_of(told: RecordingNotification | None, digest: str, *, verified: bool) -> str:
    """Return what tells a notification from others: job, event and object; where one has no object, its whole body."""
    letter = "v" if verified else "u"
    if told is None or not (told.job_id or told.event_type):
        return _fingerprint(letter, digest)
    return _fingerprint(letter, told.job_id, told.event_type, told.obs_object or digest)


def _fields(told: RecordingNotification | None) -> dict[str, Any]:
    """Return the fields of a row that the body fills, each fit for its column."""
    if told is None:
        return {}
    return {
        "test": told.job_id.startswith(TEST_JOB),
        "event_type": clean_id(told.event_type, 64),
        "job_id": clean_id(told.job_id, 128),
        "room_id": clean_id(told.room_id, 128),
        "stream_name": clean_id(told.stream_name, 400),
        "record_format": clean_id(told.record_format, 16),
        "obs_bucket": clean_id(told.obs_bucket, 128),
        "obs_object": clean_id(told.obs_object, 1024),
        "file_bytes": _bounded(told.file_size),
        "duration_seconds": _bounded(told.record_duration),
        "started_at": told.start_time,
        "ended_at": told.end_time,
        "detail": clean_id(told.detail_message, 500),
    }


def told_of(body: bytes) -> RecordingNotification | None:
    """Return what a body tells, None when it is nothing that can be read."""
    try:
        return read_answer(RecordingNotification, body)
    except UnreadableAnswer:
        return None


def _fingerprint(letter: str, *parts: str) -> str:
    text = "\0".join(parts)
    return f"{letter}:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _bounded(number: int | None) -> int | None:
    return None if number is None or abs(number) > _WHOLE else number


def _keep(delivery: CallbackDelivery, now: datetime) -> bool:
    """Store it, or count it where it is known; False when there are too many, and it was counted alone."""
    with transaction.atomic():
        if _repeated(delivery, now):
            return True
        if _too_many(delivery, now):
            _drop(delivery.receiver, now)
            return False
        try:
            with transaction.atomic():
                delivery.save(force_insert=True)
        except IntegrityError:  # the same came in at the same moment
            _repeated(delivery, now)
            return True
        if delivery.verdict == Verdict.VERIFIED and not delivery.test:
            look_soon(
                delivery.connection_id, delivery.app_id, job_id=delivery.job_id, room_id=delivery.room_id
            )
    return True


def _repeated(delivery: CallbackDelivery, now: datetime) -> bool:
    same = CallbackDelivery.objects.filter(receiver=delivery.receiver, identity=delivery.identity)
    if not same.update(repeats=F("repeats") + 1, repeated_at=now):
        return False
    same.exclude(digest=delivery.digest).update(differs=True)
    return True


def _too_many(delivery: CallbackDelivery, now: datetime) -> bool:
    most = MOST_A_MINUTE.get(Verdict(delivery.verdict))
    if most is None:
        return False
    late = CallbackDelivery.objects.filter(
        receiver=delivery.receiver, verdict=delivery.verdict, received_at__gt=now - timedelta(minutes=1)
    )
    return late.count() >= most


def _drop(receiver: CallbackReceiver, now: datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    counted = DroppedDeliveries.objects.filter(receiver=receiver, minute=minute)
    if not counted.update(count=F("count") + 1):
        row, made = DroppedDeliveries.objects.get_or_create(
            receiver=receiver, minute=minute, defaults={"count": 1}
        )
        if not made:
            counted.filter(pk=row.pk).update(count=F("count") + 1)
