"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register

__all__ = ["DISMISS", "REMOVE"]

REMOVE = "rooms.participant.remove"
DISMISS = "rooms.room.dismiss"

register(Action(REMOVE, _("Remove participants")))
register(Action(DISMISS, _("Dismiss a room"), grave=True))
