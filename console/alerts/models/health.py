"""How reading from the cloud fares, by the minute."""

from django.db import models

__all__ = ["ReadHealth"]


class ReadHealth(models.Model):
    """Of the answers wanted in the five minutes up to this one: how many there were, and how many are failures."""

    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="+")
    minute = models.DateTimeField(db_index=True)
    asked = models.PositiveIntegerField()
    failing = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "minute"], name="one_health_each_minute")
        ]

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.failing}/{self.asked}"
