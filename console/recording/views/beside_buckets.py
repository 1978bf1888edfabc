"""What recording tells of buckets and of what lies in them; see storage/uses.py."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.recording.addresses import template_address
from console.recording.models import RecordingJob
from console.recording.naming import names_of
from console.recording.services.ledger import room_of_stream
from console.recording.services.template_uses import automatic_templates, running_by, stored_templates
from console.recording.views.parts import address, room_url
from console.storage.uses import Mention, Told, Use

__all__ = ["mentions", "templates_in_buckets"]


def templates_in_buckets(connection: Connection, ask: bool) -> Told:
    """Tell which templates write into which buckets, and how many recordings go on by them."""
    found, unread = stored_templates(connection, ask=ask)
    automatic, running = automatic_templates(connection), running_by(connection)
    uses = [
        Use(
            bucket=template.bucket,
            location=template.location,
            label=_("Recording template of"),
            subject=name,
            url=template_address(connection, template.app_id, template.template_id),
            running=running.get(template.template_id, 0),
            said=_("records by itself") if automatic.get(template.app_id) == template.template_id else "",
        )
        for name, template in found
    ]
    return Told(tuple(uses), unread)


def mentions(connection: Connection, bucket: str, location: str, name: str) -> Iterator[Mention]:
    """Tell what a file belongs to, by its name: the template, the job, the room. Asks our own database only."""
    templates, _unread = stored_templates(connection, ask=False)
    for app_name, template in templates:
        if (template.bucket, template.location) != (bucket, location):
            continue
        for _kind, pattern in names_of(template):
            found = pattern.fullmatch(name)
            if found is None:
                continue
            url = template_address(connection, template.app_id, template.template_id)
            yield Mention(_("Recording template of"), app_name, url)
            stream = found.groupdict().get("stream") or ""
            yield from _of_stream(connection, template.app_id, stream)
            return


def _of_stream(connection: Connection, app_id: str, stream: str) -> Iterator[Mention]:
    job = RecordingJob.objects.filter(connection=connection, app_id=app_id, stream_name=stream).first()
    if job is not None:
        yield Mention(_("Job"), job.job_id, address("job", connection, job.pk))
        yield Mention(_("Room"), job.room_id, room_url(connection, app_id, job.room_id))
    elif stream:
        yield Mention(_("Stream"), stream)
        if room_id := room_of_stream(connection, app_id, stream):
            yield Mention(_("Room"), room_id, room_url(connection, app_id, room_id))
