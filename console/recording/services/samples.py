"""Trying a callback: a signed sample, sent from here as the cloud would send it."""

import json
import secrets
import time
import uuid
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import requests
from django.utils import timezone
from django.utils.translation import gettext as _

from console import audit
from console.accounts.models import User
from console.connections.addresses import AddressRefused, check_public_url
from console.connections.models import Connection
from console.connections.outgoing import guarded_session
from console.recording.actions.callbacks import SEND_SAMPLE
from console.recording.services.callback_keys import Stored, stored_callback
from console.recording.services.receiving import TEST_JOB
from console.recording.shapes.callbacks import Sample
from console.sparkrtc.notifications import sign_notification
from console.sparkrtc.transport import AnswerLost, NotSent, Timeouts, exchange

__all__ = ["NoCallback", "send_sample"]

_TIMEOUTS = Timeouts(connect=3.05, read=5.0, total=8.0)
_LARGEST_ANSWER = 64 * 1024
_SHOWN = 500  # bytes of the answer


class NoCallback(Exception):
    """No callback is set, so there is nothing to try."""


def send_sample(connection: Connection, app_id: str, *, actor: User, name: str = "") -> Sample:
    """Post a signed notification about a file of an invented job to the callback that the cloud has.

    From this console, not from the cloud: what is between the two may differ. Redirects are not followed, private
    addresses are refused unless allowed, no answer is waited for longer than 8 s. Its job id begins with
    "console-test-". One call, not shared. Raises NoCallback, NotFound, QuotaExhausted or another SparkError.
    """
    stored = stored_callback(connection, app_id)
    if not stored.url:
        raise NoCallback
    with audit.attempt(
        SEND_SAMPLE,
        actor=actor,
        connection=connection,
        target=audit.Target("application", app_id, name),
        app_id=app_id,
        details={"url": stored.url, "signed": bool(stored.key)},
    ) as entry:
        sample = _post(stored, _body(app_id))
        entry.details = {
            "status": sample.status,
            "milliseconds": sample.milliseconds,
            "answered": sample.status is not None,
        }
    return sample


def _body(app_id: str) -> bytes:
    now = timezone.now().replace(microsecond=0)
    job = f"{TEST_JOB}{uuid.uuid4().hex}"
    told = {
        "job_id": job,
        "stream_name": f"m_{job}_console-test",
        "app_id": app_id,
        "room_id": "console-test",
        "event_type": "RECORD_FILE_COMPLETE",
        "record_format": "MP4",
        "download_url": f"https://console-test.obs.example.com/{job}.mp4",
        "file_size": 1_048_576,
        "record_duration": 60,
        "width": 1280,
        "height": 720,
        "start_time": (now - timedelta(seconds=60)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end_time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "obs_location": "https://obs.example.com",
        "obs_bucket": "console-test",
        "obs_object": f"{job}.mp4",
        "detail_message": "sample sent by SparkRTC Console",
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _post(stored: Stored, body: bytes) -> Sample:
    headers = {"Content-Type": "application/json", "User-Agent": "SparkRTC-Console", "Connection": "close"}
    if stored.key:
        rand, stamp = secrets.token_hex(8), str(int(time.time()))
        headers |= {
            "X-Rtc-Rand": rand,
            "X-Rtc-Timestamp": stamp,
            "X-Rtc-Signature": sign_notification(stored.key, rand, stamp, body),
        }
    began = time.monotonic()
    status, first, problem = None, "", ""
    try:
        check_public_url(stored.url)
        answer = exchange(
            _session(),
            "POST",
            stored.url,
            headers,
            body,
            timeouts=_TIMEOUTS,
            max_answer_bytes=_LARGEST_ANSWER,
        )
        status, first = answer.status, answer.body[:_SHOWN].decode("utf-8", "replace")
    except AddressRefused as refused:
        problem = str(refused)
    except (NotSent, AnswerLost) as failure:
        problem = _why(failure, urlsplit(stored.url).hostname or "")
    return Sample(
        stored.url, bool(stored.key), status, int((time.monotonic() - began) * 1000), first, problem
    )


def _why(failure: NotSent | AnswerLost, host: str) -> str:
    if isinstance(failure, AnswerLost):
        return {
            "slow": _("%(host)s took longer than 8 s to answer. The cloud's own patience is not documented."),
            "cut": _("%(host)s closed the connection before it had answered."),
            "large": _("%(host)s answered with more than 64 KB. The cloud wants status 200 and any JSON."),
        }[failure.loss] % {"host": host}
    return {
        "name": _("The name %(host)s is not known here."),
        "connection": _("No connection to %(host)s came about, or it leads into a private network."),
        "tls": _("The certificate or encryption of %(host)s was not accepted."),
    }[failure.cause] % {"host": host}


@lru_cache(maxsize=1)
def _session() -> requests.Session:
    return guarded_session()
