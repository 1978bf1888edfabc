"""What the cloud posts to a callback address: its signature, and its body as a frozen object.

Three headers come with a stored key: X-Rtc-Rand, X-Rtc-Timestamp and X-Rtc-Signature, which is
hex(HMAC-SHA256(auth_key, rand + timestamp + raw body)). The unit of the timestamp, the order of notifications and
whether they are sent again are open. Source: API reference, recording callback notifications.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from console.sparkrtc.reading import Reply
from console.sparkrtc.secret import Secret

__all__ = ["EVENTS", "RecordingNotification", "is_signed_by", "read_stamp", "sign_notification"]

EVENTS = ("RECORD_NEW_FILE_START", "RECORD_FILE_COMPLETE", "CLOUD_RECORD_SERVER_OVER")  # an open set
_STAMP = re.compile(r"\d{9,17}")
_MILLISECONDS, _MICROSECONDS = 10**11, 10**14  # a number of seconds this large is thousands of years away


class RecordingNotification(Reply, frozen=True, kw_only=True):
    """Something that happened to a recording. Fields about a file come with RECORD_FILE_COMPLETE only.

    file_size: bytes, presumably; record_duration: seconds. obs_location: an address in the documented example.
    """

    job_id: str = ""
    stream_name: str = ""
    app_id: str = ""
    room_id: str = ""
    event_type: str = ""
    record_format: str = ""
    download_url: str = ""
    file_size: int | None = None
    record_duration: int | None = None
    width: int | None = None
    height: int | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    obs_location: str = ""
    obs_bucket: str = ""
    obs_object: str = ""
    detail_message: str = ""


def sign_notification(auth_key: Secret, rand: str, stamp: str, body: bytes) -> str:
    """Return the signature of a notification: lower-case hexadecimal digits, 64 of them."""
    content = rand.encode() + stamp.encode() + body
    return hmac.new(auth_key.reveal().encode(), content, hashlib.sha256).hexdigest()


def is_signed_by(keys: Iterable[Secret], rand: str, stamp: str, body: bytes, signature: str) -> bool:
    """Say whether the signature was made with one of the keys; the time that it takes tells nothing about which."""
    given = signature.strip().lower().encode("utf-8", "replace")
    fits = False
    for key in keys:
        wanted = sign_notification(key, rand, stamp, body).encode()
        fits = hmac.compare_digest(wanted, given) or fits
    return fits


def read_stamp(text: str) -> datetime | None:
    """Read X-Rtc-Timestamp as seconds, milliseconds or microseconds since 1970, whichever makes sense; None if none."""
    text = text.strip()
    if not _STAMP.fullmatch(text):
        return None
    number = int(text)
    unit = 1_000_000 if number >= _MICROSECONDS else 1000 if number >= _MILLISECONDS else 1
    try:
        return datetime.fromtimestamp(number / unit, UTC)
    except (OverflowError, OSError, ValueError):
        return None
