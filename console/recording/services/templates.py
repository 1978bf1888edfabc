"""Recording templates as the cloud lists them."""

from datetime import datetime

from console.connections import reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.recording.shapes.templates import FileSettings, Template, Templates
from console.sparkrtc.catalogue.recording import LIST_TEMPLATES
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import HlsSettings, Mp4Settings
from console.sparkrtc.replies import RecordingTemplate as Reply

__all__ = ["LISTED", "Template", "Templates", "list_templates", "template_of"]

# One template a location, and one location is offered: a page of this size holds them all, whatever the default is.
LISTED = {"limit": 100}


def list_templates(
    connection: Connection, app_id: str, *, lane: Lane = Lane.PAGE, fresh_after: datetime | None = None
) -> Templates:
    """Return the recording templates of an application. One call, shared.

    fresh_after: the answer must not be older than this.
    Raises NotFound when there is no such application; QuotaExhausted (with retry_after) or another SparkError when
    nothing usable is stored and the cloud gives nothing.
    Source: API reference, ListRecordRules.
    """
    reading = reads.read(
        connection, LIST_TEMPLATES, lane=lane, require_fresh_after=fresh_after, app_id=app_id, **LISTED
    )
    items = tuple(template_of(reply, app_id) for reply in reading.value.templates)
    return Templates(items, Age.of(reading))


def template_of(reply: Reply, app_id: str) -> Template:
    """Return what a reply says; app_id stands where the cloud left it out."""
    hls = _hls(reply.hls_config) if "HLS" in reply.record_formats else None
    mp4 = _mp4(reply.mp4_config) if "MP4" in reply.record_formats else None
    return Template(
        app_id=reply.app_id or app_id,
        template_id=reply.rule_id,
        location=reply.storage.location,
        bucket_project_id=reply.storage.bucket_project_id,
        bucket=reply.storage.bucket,
        folder=reply.storage.object_path,
        hls=hls,
        mp4=mp4,
        created_at=reply.create_time,
        changed_at=reply.update_time or reply.create_time,
    )


def _hls(reply: HlsSettings | None) -> FileSettings:
    reply = reply or HlsSettings()
    return FileSettings(
        reply.record_cycle_seconds, reply.record_prefix, reply.merge_gap_seconds, reply.slice_seconds
    )


def _mp4(reply: Mp4Settings | None) -> FileSettings:
    reply = reply or Mp4Settings()
    return FileSettings(reply.record_cycle_seconds, reply.record_prefix, reply.merge_gap_seconds)
