"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register
from console.audit.words import register_target_kinds, register_words

__all__ = ["CANCEL"]

CANCEL = "work.run.cancel"

register(Action(CANCEL, _("Cancel background work")))

register_words(
    "work",
    {
        "kind": _("Kind"),
        "owner": _("Owner"),
        "not_done": _("Not done"),
    },
)
register_target_kinds({"run": _("background work")})
