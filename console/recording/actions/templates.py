"""What is done to recording templates, and what looking finds out afterwards."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from console.audit import Action, register
from console.core.sayings import register_sayings

__all__ = [
    "DELETE",
    "NOT_STORED",
    "REPLACE",
    "SEEN_GONE",
    "SEEN_STORED",
    "STILL_THERE",
    "UPDATE",
]

REPLACE = "recording.template.replace"
UPDATE = "recording.template.update"
DELETE = "recording.template.delete"

register(Action(REPLACE, _("Create or replace a recording template")))
register(Action(UPDATE, _("Change a recording template")))
register(Action(DELETE, _("Delete a recording template"), grave=True))

SEEN_STORED = gettext_noop("the template was seen with these settings: it took effect")
NOT_STORED = gettext_noop("the template was not seen with these settings: it had no effect")
SEEN_GONE = gettext_noop("the template is not there any more: it took effect")
STILL_THERE = gettext_noop("the template is still there: it had no effect")

register_sayings([SEEN_STORED, NOT_STORED, SEEN_GONE, STILL_THERE])
