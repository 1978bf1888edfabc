"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from console.audit import Action, register
from console.audit.witnesses import register_witness, rows_of_connections
from console.audit.words import Word, register_target_kinds, register_words
from console.core.sayings import register_sayings

__all__ = [
    "CAME_BACK",
    "CLOSED",
    "DISMISS",
    "EVERYONE_LEFT",
    "NOT_ASKED",
    "NOT_CLOSED",
    "REMOVE",
    "SEEN_TO_LEAVE",
]

REMOVE = "rooms.participant.remove"
DISMISS = "rooms.room.dismiss"

register(Action(REMOVE, _("Remove participants")))
register(Action(DISMISS, _("Dismiss a room"), grave=True))

# What the watch finds out afterwards, as it is written down.
EVERYONE_LEFT = gettext_noop("everyone was seen to leave: it took effect")
SEEN_TO_LEAVE = gettext_noop("%(left)s of %(asked)s seen to leave")
CAME_BACK = gettext_noop("%(count)s came back")
CLOSED = gettext_noop("room closed")
NOT_CLOSED = gettext_noop("room not seen to close")
NOT_ASKED = gettext_noop("the cloud could not be asked any more")

register_sayings([EVERYONE_LEFT, SEEN_TO_LEAVE, CAME_BACK, CLOSED, NOT_CLOSED, NOT_ASKED])

register_witness(
    "rooms.RoomAction",
    rows_of_connections(
        "rooms.RoomAction", "removals or dismissals are remembered", attempt_id__isnull=False
    ),
)

register_words(
    "rooms",
    {
        "room_id": Word(_("Room"), line=True),
        "room_opened_at": _("Room opened"),
        "everyone": _("Everyone in the room"),
        "participants": _("Participants"),
        "user_id": _("User id"),
        "nickname": _("Nickname"),
        "asked": _("Asked to leave"),
        "seen_to_leave": _("Seen to leave"),
        "came_back": _("Came back"),
        "not_seen_to_leave": _("Not seen to leave"),
        "last_look_at": _("Last look"),
    },
)
register_target_kinds({"room": _("room"), "participant": _("participant")})
