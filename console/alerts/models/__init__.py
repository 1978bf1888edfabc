"""What alerts store."""

from console.alerts.models.channels import Channel, MailServer
from console.alerts.models.deliveries import Attempt, Message, Notice
from console.alerts.models.health import ReadHealth
from console.alerts.models.incidents import Incident, IncidentNote
from console.alerts.models.rules import Rule, Watch

__all__ = [
    "Attempt",
    "Channel",
    "Incident",
    "IncidentNote",
    "MailServer",
    "Message",
    "Notice",
    "ReadHealth",
    "Rule",
    "Watch",
]
