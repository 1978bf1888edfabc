"""Screens on walls: made by admins, on record. A token opens the wall of one connection, and nothing else."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.actions import SCREEN_MAKE, SCREEN_REVOKE
from console.analytics.models import Screen
from console.connections.models import Connection

__all__ = [
    "LOOKS_A_MINUTE",
    "TRIES",
    "list_screens",
    "make_screen",
    "may_look",
    "may_try",
    "open_screen",
    "revoke_screen",
]

TRIES, _TRIES_SECONDS = 10, 600  # wrong tokens from one address
LOOKS_A_MINUTE = 30  # of one screen
_NOTED_EVERY = timedelta(minutes=1)
_PREFIX = "wall_"


def list_screens(connection: Connection) -> list[Screen]:
    """Return the screens of a connection: those in use first, the latest first. One query."""
    rows = list(Screen.objects.filter(connection=connection).order_by("-made_at"))
    now = timezone.now()
    return sorted(rows, key=lambda row: row.revoked_at is not None or row.expires_at <= now)


def make_screen(
    connection: Connection, name: str, *, app_id: str, days: int, language: str, zone: str, actor: User
) -> tuple[Screen, str]:
    """Let a screen show the wall; return it with its token, which nobody can read again. Raises PermissionDenied.

    app_id: "" for all applications. days: how long it is good for. language: of a setting, "" for the browser's.
    """
    _require(actor, connection)
    token = _PREFIX + secrets.token_urlsafe(32)
    row = Screen(
        connection=connection,
        name=name[:80],
        digest=_digest(token),
        app_id=app_id,
        language=language,
        zone=zone,
        made_by_name=str(actor)[:150],
        expires_at=timezone.now() + timedelta(days=days),
    )
    with transaction.atomic():
        row.save()
        after = {"name": row.name, "expires_at": row.expires_at.isoformat()}
        audit.record(SCREEN_MAKE, after=after, **_on_record(row, actor))
    return row, token


def revoke_screen(connection: Connection, screen_id: int, *, actor: User) -> bool:
    """Take the wall from a screen: it is dark at its next look. False when it was so already.

    Raises PermissionDenied, Screen.DoesNotExist.
    """
    _require(actor, connection)
    row = Screen.objects.get(connection=connection, pk=screen_id)
    with transaction.atomic():
        ended = Screen.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=timezone.now())
        if ended:
            audit.record(SCREEN_REVOKE, **_on_record(row, actor))
    return bool(ended)


def open_screen(slug: str, token: str, address: str) -> Screen | None:
    """Return the screen that a token opens on the connection of this short name; None for every other one.

    Notes once a minute that it was used, and from where. One query, two when it is noted.
    """
    if not token.startswith(_PREFIX) or len(token) > 100:
        return None
    now = timezone.now()
    row = (
        Screen.objects.select_related("connection")
        .filter(
            digest=_digest(token),
            connection__slug=slug,
            connection__active=True,
            revoked_at=None,
            expires_at__gt=now,
        )
        .first()
    )
    if row is not None and (row.last_used_at is None or now - row.last_used_at >= _NOTED_EVERY):
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _NOTED_EVERY)
        Screen.objects.filter(stale, pk=row.pk).update(last_used_at=now, last_address=address[:64])
    return row


def may_look(screen: Screen, now: datetime) -> bool:
    """Count a look of a screen; False when it looks too often in this minute."""
    return _counted(f"screen-look.{screen.pk}.{int(now.timestamp()) // 60}", 120) <= LOOKS_A_MINUTE


def may_try(address: str, *, failed: bool = False) -> bool:
    """Say whether somebody at this address may try a token; failed: count that one was wrong."""
    key = f"screen-try.{hashlib.sha256(address.encode()).hexdigest()[:32]}"
    if failed:
        return _counted(key, _TRIES_SECONDS) <= TRIES
    return int(cache.get(key, 0)) < TRIES


def _counted(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # forgotten between the two
        return 1


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _require(actor: User, connection: Connection) -> None:
    if not can(actor, Right.CONFIGURE, connection, whole=True):
        raise PermissionDenied(_("Your role does not include this."))


def _on_record(row: Screen, actor: User) -> dict[str, Any]:
    target = audit.Target("screen", str(row.pk), row.name)
    return {"actor": actor, "connection": row.connection, "target": target, "app_id": row.app_id}
