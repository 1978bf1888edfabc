"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register
from console.audit.witnesses import register_witness, rows_of_connections
from console.audit.words import Word, register_target_kinds, register_words

__all__ = ["CREATE", "DELETE", "DISABLE", "ENABLE", "EXPORT", "LIFE", "MAKE_ACCESS", "REVEAL_KEY"]

CREATE = "applications.application.create"
ENABLE = "applications.application.enable"
DISABLE = "applications.application.disable"
DELETE = "applications.application.delete"
REVEAL_KEY = "applications.key.reveal"
MAKE_ACCESS = "applications.access.make"
EXPORT = "applications.list.export"

LIFE = (CREATE, ENABLE, DISABLE, DELETE)  # what changes an application's state

register(Action(CREATE, _("Create an application")))
register(Action(ENABLE, _("Enable an application")))
register(Action(DISABLE, _("Disable an application"), grave=True))
register(Action(DELETE, _("Delete an application"), grave=True))
register(Action(REVEAL_KEY, _("Reveal an application's key"), grave=True))
register(Action(MAKE_ACCESS, _("Make a room-access signature"), grave=True))
register(Action(EXPORT, _("Export the list of applications")))

register_witness(
    "applications.Change",
    rows_of_connections(
        "applications.Change", "changes of applications are remembered", attempt_id__isnull=False
    ),
)

register_words(
    "applications",
    {
        "name": _("Name"),
        "state": Word(_("State"), {"DELETED": _("deleted")}),
        "shown": _("Shown"),
        "made": _("Made"),
        "rows": _("Rows"),
    },
)
register_target_kinds({"application": _("application"), "list": _("list")})
# Changes of every app go through this one's services/changes.py.
register_words(
    "",
    {
        "app_id": _("Application id"),
        "wanted": _("Wanted"),
        "seen": _("Seen"),
        "settles_attempt": _("Settles"),
    },
)
