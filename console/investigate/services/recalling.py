"""What a person looked at before: recent investigations, and those that they pinned."""

from datetime import datetime
from typing import Any

import msgspec
from django.utils import timezone

from console.connections.models import Connection
from console.investigate.models import Investigation
from console.investigate.verdict.result import Clause

__all__ = ["Said", "note_visit", "recent", "said_of", "turn_pin"]

_SHOWN = 12
_KEPT = 50


class Said(msgspec.Struct, frozen=True):
    """What a verdict said first: a clause, and what the people in it are called. Words are found when it is read."""

    clause: Clause
    names: dict[str, str]


def said_of(one: Investigation) -> Said | None:
    """Return what was said of a call that somebody looked at; None where that is not known, or of another version."""
    try:
        return msgspec.convert(one.said, Said) if one.said else None
    except msgspec.ValidationError:
        return None


def note_visit(
    user: Any,
    connection: Connection,
    *,
    app_id: str,
    room_id: str,
    started_at: datetime,
    user_id: str,
    query: str,
    said: Said | None = None,
) -> Investigation:
    """Remember that somebody looked at a call, and how to get back to it. Two queries, more when there are many.

    said: what the verdict said; None while it waits.
    """
    found, new = Investigation.objects.update_or_create(
        owner=user,
        connection=connection,
        app_id=app_id,
        room_id=room_id[:128],
        started_at=started_at,
        defaults={
            "user_id": user_id[:128],
            "query": query[:4000],
            "headline": "",
            "said": msgspec.to_builtins(said) if said else {},
            "seen_at": timezone.now(),
        },
    )
    if new:
        own = Investigation.objects.filter(owner=user, pinned=False).order_by("-seen_at")
        Investigation.objects.filter(
            pk__in=list(own.values_list("pk", flat=True)[_KEPT : _KEPT + 20])
        ).delete()
    return found


def recent(user: Any, connection: Connection) -> list[Investigation]:
    """Return pinned investigations, then the latest ones. One query."""
    return list(
        Investigation.objects.filter(owner=user, connection=connection).order_by("-pinned", "-seen_at")[
            :_SHOWN
        ]
    )


def turn_pin(user: Any, connection: Connection, investigation_id: int) -> Investigation | None:
    """Pin an investigation, or take the pin out, and return it; None when it is not theirs."""
    found = Investigation.objects.filter(owner=user, connection=connection, pk=investigation_id).first()
    if found is None:
        return None
    found.pinned = not found.pinned
    found.save(update_fields=["pinned"])
    return found
