"""Who is online, split by where and with what, at intervals."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.analytics.models.projects import KnownApplication

__all__ = ["Spread", "SpreadDay"]


class Spread(models.Model):
    """People online by one dimension at one moment, most first: [[value, people], …]; empty when nobody was."""

    class Dimension(models.TextChoices):
        REGION = "region", _("Region")
        NETWORK = "access_net", _("Network")
        PLATFORM = "platform", _("Platform")
        SDK = "sdk", _("SDK version")

    application = models.ForeignKey(KnownApplication, on_delete=models.CASCADE, related_name="+")
    dimension = models.CharField(max_length=10, choices=Dimension.choices)
    at = models.DateTimeField()
    people = models.JSONField(default=list)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "dimension", "at"], name="one_spread_each_moment")
        ]
        indexes = [models.Index(fields=["at"], name="spreads_by_moment")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.dimension} {self.at:%Y-%m-%d %H:%M}"


class SpreadDay(models.Model):
    """The moments of one UTC day added up, for periods that are long: {value: people, summed over the moments}.

    moments: how many are in it, also those at which nobody was there.
    """

    application = models.ForeignKey(KnownApplication, on_delete=models.CASCADE, related_name="+")
    dimension = models.CharField(max_length=10, choices=Spread.Dimension.choices)
    day = models.DateField()
    moments = models.PositiveSmallIntegerField(default=0)
    people = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "dimension", "day"], name="one_spread_each_day")
        ]
        indexes = [models.Index(fields=["day"], name="spreads_by_day")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.dimension} {self.day}"
