"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register

__all__ = ["CANCEL"]

CANCEL = "work.run.cancel"

register(Action(CANCEL, _("Cancel background work")))
