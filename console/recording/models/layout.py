"""Layouts that people keep for the next mix."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["SavedLayout"]


class SavedLayout(models.Model):
    """A named arrangement of panes; nobody is in it, or people of one application, where rooms are always the same.

    app_id: of that application, "" where nobody is in it; who may not record there doesn't see it.
    ratio: of the picture it was drawn for. panes: by the names of the request; user_id only where app_id says whose.
    version: counts changes, so that two people at once don't undo each other unnoticed.
    """

    class Ratio(models.TextChoices):
        WIDE = "16:9", "16:9"
        CLASSIC = "4:3", "4:3"

    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="saved_layouts"
    )
    app_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=60)
    ratio = models.CharField(_("picture"), max_length=5, choices=Ratio.choices, default=Ratio.WIDE)
    panes = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="one_layout_each_name")]

    def __str__(self) -> str:
        return self.name
