"""Rules, and how far each has come with each thing that it watches."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from console.alerts.engine import Condition, Side
from console.alerts.models.channels import Channel
from console.alerts.models.silences import Silenced

__all__ = ["Rule", "Watch"]


class Rule(Silenced):
    """When to say that something is wrong. The numbers mean what engine/condition.py says, in the unit of the signal.

    signal: an id of the registry. applications: ids; empty for all, also those to come; means nothing to signals of the
    whole connection. channels, people: whom to tell. remind_minutes: after which those told are reminded, once, unless
    somebody acknowledged; 0: never. version: counts changes, so that two people at once don't undo each other.
    """

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("critical")
        WARNING = "warning", _("warning")
        INFO = "info", _("for information")

    class Beyond(models.TextChoices):
        ABOVE = Side.ABOVE.value, _("above")
        BELOW = Side.BELOW.value, _("below")

    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="alert_rules"
    )
    name = models.CharField(_("name"), max_length=80)
    signal = models.CharField(_("watches"), max_length=60)
    side = models.CharField(max_length=5, choices=Beyond.choices)
    limit = models.FloatField(_("limit"))
    breaches = models.PositiveSmallIntegerField(default=3)
    window = models.PositiveSmallIntegerField(default=5)
    margin = models.FloatField(default=0.0)
    recovery = models.PositiveSmallIntegerField(default=5)
    minimum_sample = models.FloatField(default=0.0)
    applications = models.JSONField(default=list, blank=True)
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity.choices, default=Severity.WARNING
    )
    channels = models.ManyToManyField(Channel, related_name="rules", blank=True)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    remind_minutes = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="one_rule_each_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def condition(self) -> Condition:
        """The same as the engine takes it."""
        return Condition(
            Side(self.side),
            self.limit,
            self.breaches,
            self.window,
            self.margin,
            self.recovery,
            self.minimum_sample,
        )


class Watch(models.Model):
    """How far a rule has come with one application ("" for the connection).

    state: of the engine, as stored. upto: the next minute to look at. version: of the rule that the state belongs to.
    turn: counts what was written here; whoever goes on writes only where it is what they read.
    looked_at: when it was looked at last, whether or not there was anything new.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="watches")
    app_id = models.CharField(max_length=64, blank=True)
    state = models.JSONField(default=dict)
    upto = models.DateTimeField()
    version = models.PositiveIntegerField()
    turn = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "app_id"], name="one_watch_each_rule_and_application")
        ]
        indexes = [models.Index(fields=["looked_at"], name="watches_by_look")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.app_id}"
