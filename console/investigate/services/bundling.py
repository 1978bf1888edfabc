"""What is kept of a call, as a file that proves itself: every answer, and what it must hash to.

Whoever gets the file needs nothing of this console: `sha256sum -c SHA256SUMS` checks it.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from console import audit
from console.accounts.models import User
from console.connections.models import Connection
from console.investigate.actions import BUNDLE
from console.investigate.models import KeptAnswer, KeptCall
from console.sparkrtc.catalogue import OPERATIONS

__all__ = ["FORMAT", "bundle_name", "bundle_of"]

FORMAT = 1
_README = """\
This is what a SparkRTC Console kept of one call.

manifest.json   what was asked of the cloud, when it was asked and answered, the cloud's request id of each answer
answers/        the answers. "sent": byte by byte as the cloud sent them; "read": as the console understood them, where
                it no longer had what was sent
SHA256SUMS      what every file must hash to; check it with: sha256sum -c SHA256SUMS

The manifest's "sha256" is the hash of all answers' hashes, a line each, in order. The console's audit trail holds the
same value since the call was kept (action investigate.call.kept): its entry proves that nothing was replaced.
"""


def bundle_of(connection: Connection, kept: KeptCall, *, actor: User) -> bytes:
    """Put on record that somebody takes away what is kept of a call, and return it as a ZIP file.

    Holds the whole file: answers are bounded (connections/raw.py), and a call has a few dozen.
    """
    answers = list(kept.answers.all())
    audit.record(
        BUNDLE,
        actor=actor,
        connection=connection,
        target=audit.Target("call", kept.room_id),
        app_id=kept.app_id,
        details={
            "started_at": kept.started_at.isoformat(),
            "answers": len(answers),
            "sha256": kept.digest,
        },
    )
    files = {f"answers/{_name(one)}": zlib.decompress(bytes(one.body)) for one in answers}
    files["manifest.json"] = json.dumps(_manifest(connection, kept, answers), indent=2).encode() + b"\n"
    files["README.txt"] = _README.encode()
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    return _zipped(files, kept.kept_at or kept.flagged_at)


def bundle_name(kept: KeptCall) -> str:
    """Return a name for the file."""
    safe = "".join(one if (one.isalnum() and one.isascii()) or one in "-_" else "_" for one in kept.room_id)[
        :60
    ]
    return f"call-{safe}-{kept.started_at:%Y%m%dT%H%M%SZ}.zip"


def _manifest(connection: Connection, kept: KeptCall, answers: Iterable[KeptAnswer]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "call": {
            "connection": connection.slug,
            "project_id": connection.project_id,
            "endpoint": connection.endpoint,
            "app_id": kept.app_id,
            "room_id": kept.room_id,
            "started_at": _written(kept.started_at),
            "ended_at": _written(kept.ended_at),
            "people": kept.people,
            "user_ids": kept.user_ids,
        },
        "kept": {
            "at": _written(kept.kept_at),
            "why": kept.why,
            "by": kept.keeper_name,
            "reason": kept.reason,
            "state": kept.state,
        },
        "sha256": kept.digest,
        "answers": [
            {
                "number": one.number,
                "file": f"answers/{_name(one)}",
                "form": one.form,
                "operation": one.operation,
                "method": OPERATIONS[one.operation].method if one.operation in OPERATIONS else "",
                "path": OPERATIONS[one.operation].path if one.operation in OPERATIONS else "",
                "parameters": one.parameters,
                "asked_at": _written(one.asked_at),
                "taken_at": _written(one.taken_at),
                "request_id": one.request_id,
                "size": one.size_bytes,
                "sha256": one.digest,
            }
            for one in answers
        ],
    }


def _name(answer: KeptAnswer) -> str:
    return f"{answer.number + 1:03}-{answer.operation}.{answer.form}.json"


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _zipped(files: dict[str, bytes], moment: datetime) -> bytes:
    """Return a ZIP file that is always the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            info = zipfile.ZipInfo(name, moment.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, body)
    return buffer.getvalue()
