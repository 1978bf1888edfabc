"""What people write about calls."""

from datetime import datetime

from console.accounts.models import User
from console.connections.models import Connection
from console.investigate.models import CallNote

__all__ = ["delete_note", "notes_of", "write_note"]


def notes_of(connection: Connection, app_id: str, room_id: str, started_at: datetime) -> list[CallNote]:
    """Return the notes on a call, oldest first. One query."""
    place = {"connection": connection, "app_id": app_id, "room_id": room_id[:128], "started_at": started_at}
    return list(CallNote.objects.filter(**place)[:200])


def write_note(
    connection: Connection, app_id: str, room_id: str, started_at: datetime, *, text: str, author: User
) -> CallNote:
    """Add a note to a call. Everybody who may see the call sees it."""
    return CallNote.objects.create(
        connection=connection,
        app_id=app_id,
        room_id=room_id[:128],
        started_at=started_at,
        text=text[:2000],
        author=author,
        author_name=str(author)[:150],
    )


def delete_note(connection: Connection, note_id: int, *, author: User) -> CallNote | None:
    """Delete a note of one's own, and return it; None when it is somebody else's or gone."""
    note = CallNote.objects.filter(connection=connection, pk=note_id, author=author).first()
    if note is not None:
        note.delete()
    return note
