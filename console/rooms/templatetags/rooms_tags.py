"""What templates of rooms need beyond the parts that all pages share."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from console.core.templatetags.console_tags import chip
from console.core.text import shown
from console.rooms.shapes import Participant, Presence, Room

__all__ = ["register"]

register = template.Library()


@register.filter
def stay(person: Participant, now: datetime) -> float | None:
    """{{ person|stay:now|duration }}: seconds that a session lasted, or has lasted so far; None when nobody knows."""
    end = now if person.presence == Presence.ONLINE else person.left_at
    if person.joined_at is None or end is None:
        return None
    return max(0.0, (end - person.joined_at).total_seconds())


@register.filter
def open_for(room: Room, now: datetime) -> float | None:
    """{{ room|open_for:now|duration }}: seconds since an open room was opened, to the moment that stays are counted to.

    The cloud's own figure ends with its answer: who was there from the start would have stayed longer than the room.
    """
    if room.opened_at is None:
        return room.duration_seconds
    return max(0.0, (now - room.opened_at).total_seconds())


@register.filter
def beyond(people: Sequence[object], shown: int) -> int:
    """{{ people|beyond:8 }}: how many there are more than are shown."""
    return max(0, len(people) - shown)


@register.simple_tag
def presence(state: str) -> SafeString:
    """{% presence person.presence %}: where somebody is, as icon and word; what the cloud may invent stays readable."""
    known = {
        Presence.ONLINE: ("good", _("in the room"), "point/filled"),
        Presence.OFFLINE: ("neutral", _("left"), "circle"),
        Presence.FAIL: ("bad", _("could not join"), "circle-x/filled"),
    }
    tone, word, icon = known.get(state, ("unknown", shown(state, 20), ""))  # type: ignore[call-overload]
    return chip(tone, word, icon)
