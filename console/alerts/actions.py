"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register
from console.audit.words import register_target_kinds, register_words

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

register_words(
    "alerts",
    {
        "name": _("Name"),
        "signal": _("Signal"),
        "side": _("Side"),
        "limit": _("Limit"),
        "breaches": _("Minutes beyond the limit"),
        "window": _("Window (minutes)"),
        "margin": _("Margin"),
        "recovery": _("Minutes until it is over"),
        "minimum_sample": _("Smallest sample"),
        "applications": _("Applications"),
        "severity": _("Severity"),
        "active": _("In use"),
        "remind_minutes": _("Reminder after (minutes)"),
        "channels": _("Channels"),
        "people": _("People to be told"),
        "silent_zone": _("Time zone of the silent hours"),
        "silent_days": _("Silent days"),
        "silent_from": _("Silent from"),
        "silent_until": _("Silent until"),
        "silent_spares": _("What is critical goes out all the same"),
        "medium": _("Medium"),
        "format": _("Format"),
        "host": _("Host"),
        "addresses": _("Addresses"),
        "language": _("Language"),
        "zone": _("Time zone"),
        "replaced": _("Replaced"),
        "port": _("Port"),
        "security": _("Encryption"),
        "user": _("User name"),
        "sender": _("Sender"),
        "to": _("To"),
    },
)
register_target_kinds(
    {
        "alert_rule": _("alert rule"),
        "alert_channel": _("channel for alerts"),
        "alert_message": _("message about alerts"),
        "incident": _("alert"),
        "mail_server": _("mail server"),
    }
)
