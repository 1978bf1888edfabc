"""What notifications tell about a stored file; see storage/uses.py."""

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.recording.services.deliveries import find_by_object
from console.storage.uses import Mention

__all__ = ["mentions"]


def mentions(connection: Connection, bucket: str, location: str, name: str) -> Iterator[Mention]:
    """Yield the room, the job and the notification of a file, as far as verified notifications tell. One query."""
    told = find_by_object(connection, bucket, name)
    if told is None:
        return
    if told.room_id:
        yield Mention(_("Room"), told.room_id, _room(connection, told.app_id, told.room_id))
    if told.job_id:
        yield Mention(_("Job"), told.job_id)
    url = reverse("recording:delivery", args=[connection.slug, told.id])
    yield Mention(_("Notification"), told.event_type, url)


def _room(connection: Connection, app_id: str, room_id: str) -> str:
    try:
        return reverse("rooms:detail", args=[connection.slug, app_id, room_id])
    except NoReverseMatch:
        return ""
