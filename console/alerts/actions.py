"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register

__all__ = [
    "ACKNOWLEDGE",
    "CHANNEL_CREATE",
    "CHANNEL_DELETE",
    "CHANNEL_KEY",
    "CHANNEL_TEST",
    "CHANNEL_UPDATE",
    "CREATE",
    "DELETE",
    "MAIL_CHANGE",
    "MAIL_TEST",
    "REPLAY",
    "UPDATE",
]

CREATE = "alerts.rule.create"
UPDATE = "alerts.rule.update"
DELETE = "alerts.rule.delete"
ACKNOWLEDGE = "alerts.incident.acknowledge"
CHANNEL_CREATE = "alerts.channel.create"
CHANNEL_UPDATE = "alerts.channel.update"
CHANNEL_DELETE = "alerts.channel.delete"
CHANNEL_KEY = "alerts.channel.renew_key"
CHANNEL_TEST = "alerts.channel.test"
REPLAY = "alerts.message.replay"
MAIL_CHANGE = "alerts.mail_server.change"
MAIL_TEST = "alerts.mail_server.test"

register(Action(CREATE, _("Make an alert rule")))
register(Action(UPDATE, _("Change an alert rule")))
register(Action(DELETE, _("Delete an alert rule")))
register(Action(ACKNOWLEDGE, _("Acknowledge an alert")))
register(Action(CHANNEL_CREATE, _("Make a channel for alerts")))
register(Action(CHANNEL_UPDATE, _("Change a channel for alerts")))
register(Action(CHANNEL_DELETE, _("Delete a channel for alerts")))
register(Action(CHANNEL_KEY, _("Renew the signing key of a channel")))
register(Action(CHANNEL_TEST, _("Send a test to a channel")))
register(Action(REPLAY, _("Send a message about alerts again")))
register(Action(MAIL_CHANGE, _("Change the mail server"), grave=True))
register(Action(MAIL_TEST, _("Test the mail server")))
