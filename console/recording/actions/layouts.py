"""What is done to saved layouts, which are the console's own."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register

__all__ = ["CREATE", "DELETE", "UPDATE"]

CREATE = "recording.layout.create"
UPDATE = "recording.layout.update"
DELETE = "recording.layout.delete"

register(Action(CREATE, _("Save a layout")))
register(Action(UPDATE, _("Change a saved layout")))
register(Action(DELETE, _("Delete a saved layout")))
