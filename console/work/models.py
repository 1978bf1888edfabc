"""What the workers share."""

from django.db import models

__all__ = ["Beat"]


class Beat(models.Model):
    """When a tick is due again; moved forward by whichever worker starts it."""

    name = models.CharField(max_length=80, primary_key=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
