"""Automatic recording in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register

__all__ = ["UPDATE_AUTOMATIC"]

UPDATE_AUTOMATIC = "recording.automatic.update"

register(Action(UPDATE_AUTOMATIC, _("Set automatic recording")))
