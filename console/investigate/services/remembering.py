"""Remembering: every list of participants or rooms that somebody read leaves its rows in our own index.

The same list is read again and again while somebody watches; rows that say nothing new are skipped by a memory of the
process, so that a watched room costs no writing.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from console.audit.scrub import clean_id
from console.connections.models import Connection
from console.investigate.models import SeenRoom, SeenSession
from console.sparkrtc.replies import Participant, Participants, Rooms

__all__ = ["forget_old", "forget_process", "nickname_key", "remember_participants", "remember_rooms"]

_BATCH = 400
_MEMORY = 50_000
_CHANGING = ("state", "left_at", "joined_at", "nickname", "nickname_key", "ip", "isp", "region", "seen_at")


class _Known:
    """The last things that this process wrote: not to be written again."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: OrderedDict[Hashable, None] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, thing: Hashable) -> bool:
        """Remember it; False when it was known already."""
        with self._lock:
            known = thing in self._seen
            self._seen[thing] = None
            self._seen.move_to_end(thing)
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
            return not known

    def clear(self) -> None:
        with self._lock:
            self._seen.clear()


_known = _Known(_MEMORY)


def remember_participants(
    connection: Connection, params: Mapping[str, Any], reply: Participants, seen_at: datetime
) -> None:
    """Write down the sessions of a list that say something new. One query per 400 of them."""
    rows: dict[str, SeenSession] = {}
    for person in reply.participants:
        if person.user_id and person.room_id and _known.add((connection.pk, hash(person))):
            row = _session(connection, person.app_id or params["app_id"], person, seen_at)
            rows[row.key] = row
    with _unlearnt_when_it_fails():
        SeenSession.objects.bulk_create(
            rows.values(),
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["connection", "key"],
            update_fields=_CHANGING,
        )


def remember_rooms(
    connection: Connection, params: Mapping[str, Any], reply: Rooms, seen_at: datetime
) -> None:
    """Write down the rooms of a list that say something new. One query per 400 of them."""
    rows: dict[tuple[str, str, datetime], SeenRoom] = {}
    for room in reply.rooms:
        app_id, opened_at = room.app_id or params["app_id"], room.start_time
        told = ("room", connection.pk, app_id, room.room_id, opened_at, room.end_time)
        if room.room_id and opened_at is not None and _known.add(told):
            row = SeenRoom(
                connection=connection,
                app_id=clean_id(app_id, 64),
                room_id=clean_id(room.room_id, 128),
                opened_at=opened_at,
                closed_at=room.end_time,
                seen_at=seen_at,
            )
            rows[row.app_id, row.room_id, opened_at] = row
    with _unlearnt_when_it_fails():
        SeenRoom.objects.bulk_create(
            rows.values(),
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["connection", "app_id", "room_id", "opened_at"],
            update_fields=["closed_at", "seen_at"],
        )


def nickname_key(nickname: str) -> str:
    """Return a nickname as it is compared: without case, and without space around it."""
    return clean_id(nickname.strip().casefold(), 256)


def forget_old(now: datetime | None = None) -> None:
    """Delete what began longer than SEEN_DAYS ago; for a tick."""
    limit = (now or timezone.now()) - timedelta(days=settings.SEEN_DAYS)
    SeenSession.objects.filter(Q(joined_at__lt=limit) | Q(joined_at__isnull=True, seen_at__lt=limit)).delete()
    SeenRoom.objects.filter(opened_at__lt=limit).delete()


def forget_process() -> None:
    """Forget what this process knows; for tests."""
    _known.clear()


@contextmanager
def _unlearnt_when_it_fails() -> Iterator[None]:
    try:
        yield
    except Exception:
        _known.clear()
        raise


def _session(connection: Connection, app_id: str, person: Participant, seen_at: datetime) -> SeenSession:
    return SeenSession(
        connection=connection,
        key=_key(app_id, person),
        app_id=clean_id(app_id, 64),
        room_id=clean_id(person.room_id, 128),
        user_id=clean_id(person.user_id, 128),
        session_id=clean_id(person.session_id, 128),
        nickname=clean_id(person.nickname, 256),
        nickname_key=nickname_key(person.nickname),
        ip=clean_id(person.ip, 64),
        region=clean_id(person.region, 64),
        isp=clean_id(person.isp, 64),
        device=clean_id(person.device_model, 128),
        platform=clean_id(person.platform, 64),
        sdk=clean_id(person.sdk_version, 64),
        state=clean_id(person.state, 16),
        joined_at=person.join_time,
        left_at=person.leave_time,
        seen_at=seen_at,
    )


def _key(app_id: str, person: Participant) -> str:
    """Name a session: by its id, or by its start where the cloud gave none."""
    which = person.session_id or (person.join_time.isoformat() if person.join_time else "")
    told = "\x00".join((app_id, person.room_id, person.user_id, which))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]
