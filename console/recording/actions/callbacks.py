"""Callbacks in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register

__all__ = ["LEARN_KEY", "REVEAL_KEY", "SEND_SAMPLE", "UPDATE_CALLBACK"]

UPDATE_CALLBACK = "recording.callback.update"
REVEAL_KEY = "recording.callback.reveal_key"
LEARN_KEY = "recording.callback.learn_key"
SEND_SAMPLE = "recording.callback.send_sample"

register(Action(UPDATE_CALLBACK, _("Set the recording callback")))
register(Action(REVEAL_KEY, _("Reveal a callback's key"), grave=True))
register(Action(LEARN_KEY, _("Store a callback's key for verifying")))
register(Action(SEND_SAMPLE, _("Send a sample to a callback")))
