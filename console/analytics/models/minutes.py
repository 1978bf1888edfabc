"""Series by the minute, a day in a row."""

from django.db import models

from console.analytics.models.projects import KnownApplication

__all__ = ["MinuteDay"]


class MinuteDay(models.Model):
    """One metric of one application over one UTC day.

    metric: a code of metrics.py. packed: see packing.py; 1440 values, None where there is none.
    final_until: minutes of the day that can't change any more; later ones may still be filled or corrected.
    missed: [[first minute, minute after the last], …] that the console did not ask for in time; every other gap before
    final_until is one that the cloud has left.
    known, total, low, high: how many values there are, their sum and ends, for charts of many days.
    """

    application = models.ForeignKey(KnownApplication, on_delete=models.CASCADE, related_name="+")
    metric = models.PositiveSmallIntegerField()
    day = models.DateField()
    packed = models.BinaryField()
    final_until = models.PositiveSmallIntegerField(default=0)
    missed = models.JSONField(default=list)
    known = models.PositiveSmallIntegerField(default=0)
    total = models.FloatField(default=0.0)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "metric", "day"], name="one_row_each_metric_and_day"
            )
        ]
        indexes = [models.Index(fields=["day"], name="minutes_by_day")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.metric} {self.day}"
