"""Abnormal events: how many in each hour, the latest of them one by one, and whom each kind hit in a day."""

from django.db import models

from console.analytics.models.projects import KnownApplication

__all__ = ["AbnormalDay", "AbnormalHour"]


class AbnormalHour(models.Model):
    """The abnormal events of one hour. total: all of them; kept: so many of the latest lie in `packed`.

    packed: compressed JSON, None once the people in it were forgotten (KEEP_PEOPLE_DAYS).
    """

    application = models.ForeignKey(KnownApplication, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    total = models.PositiveIntegerField()
    kept = models.PositiveIntegerField(default=0)
    packed = models.BinaryField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "hour"], name="one_row_each_hour")]
        indexes = [models.Index(fields=["hour"], name="events_by_hour")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.hour:%Y-%m-%d %H:00}"


class AbnormalDay(models.Model):
    """People hit on one UTC day, by type and factor: [[type, factor, people], …].

    settled: the day was over when it was asked for.
    """

    application = models.ForeignKey(KnownApplication, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    people = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    settled = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "day"], name="one_abnormal_day")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.day}"
