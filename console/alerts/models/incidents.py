"""Incidents: what rules found, and what people did about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.alerts.models.rules import Rule

__all__ = ["Incident", "IncidentNote"]


class Incident(models.Model):
    """Something was wrong from `began_at` on. It keeps what the rule said then: rules change and go.

    rule: None once it is deleted. app_id: "" for the whole connection. fired_at: the minute that settled it; noted_at:
    when the console knew. over_at: the minute that ended it; None while it goes on. ended_by_change: it did not end by
    itself: its rule was changed, switched off or deleted.
    worst: the worst value; breaches: minutes that were a breach.
    state: open, acknowledged or resolved. snoozed_until: nobody wants to be reminded before. remind_at: when those told
    are to be reminded; None when they are not, or were already.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("alert", "open")
        ACKNOWLEDGED = "taken", _("acknowledged")
        RESOLVED = "resolved", _("resolved")

    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="incidents"
    )
    rule = models.ForeignKey(Rule, on_delete=models.SET_NULL, null=True, related_name="incidents")
    rule_name = models.CharField(max_length=80)
    signal = models.CharField(max_length=60)
    side = models.CharField(max_length=5)
    limit = models.FloatField()
    breaches_wanted = models.PositiveSmallIntegerField()
    window = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=8, choices=Rule.Severity.choices)
    app_id = models.CharField(max_length=64, blank=True)
    app_name = models.CharField(max_length=256, blank=True)
    began_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    ended_by_change = models.BooleanField(default=False)
    worst = models.FloatField()
    breaches = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    snoozed_until = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-fired_at", "-pk"]
        indexes = [
            models.Index(fields=["connection", "state", "-fired_at"], name="incidents_by_state"),
            models.Index(fields=["connection", "app_id", "-fired_at"], name="incidents_of_app"),
            models.Index(fields=["state", "remind_at"], name="incidents_to_remind"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["rule", "app_id", "fired_at"], name="one_incident_each_firing")
        ]

    def __str__(self) -> str:
        return f"{self.rule_name} {self.fired_at:%Y-%m-%d %H:%M}"


class IncidentNote(models.Model):
    """One line of an incident's log: what happened, or what somebody wrote. Never changed."""

    class Kind(models.TextChoices):
        FIRED = "fired", _("began")
        RESOLVED = "resolved", _("is over")
        CLOSED = "closed", _("ended, as its rule was changed")
        ACKNOWLEDGED = "taken", _("acknowledged")
        SNOOZED = "snoozed", _("snoozed")
        COMMENT = "comment", _("comment")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    text = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%H:%M}"
