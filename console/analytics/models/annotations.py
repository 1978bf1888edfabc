"""What happened, as people say it: releases, incidents. Charts show it at its moment."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.accounts.models import User
from console.connections.models import Connection

__all__ = ["Annotation"]


class Annotation(models.Model):
    """A remark at a moment, or over a time. app_id: the application that it is about, "" for all.

    author_name: as it was when it was written; the person may be gone.
    """

    class Kind(models.TextChoices):
        RELEASE = "release", _("Release")
        INCIDENT = "incident", _("Incident")
        NOTE = "note", _("Note")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    app_id = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NOTE)
    text = models.CharField(max_length=200)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=150)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["connection", "at"], name="annotations_by_moment")]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.at:%Y-%m-%d %H:%M} {self.text}"
