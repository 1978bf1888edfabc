"""Whose statistics are kept: a project of the cloud, and its applications."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.connections.models import Connection

__all__ = ["CloudProject", "KnownApplication"]


class CloudProject(models.Model):
    """A project of the cloud. Connections to the same one share what is kept, and it outlives them.

    paid_until: the instant up to which the collector has spent its share of the quota (see collecting/pace.py).
    collecting_until: somebody is collecting, as far as is believed. resting_until, failures, problem: the cloud can't
    be asked; see told.py. looked_at: when the list of applications was read last.
    """

    host = models.CharField(max_length=200)
    project_id = models.CharField(max_length=64)
    paid_until = models.DateTimeField(null=True)
    collecting_until = models.DateTimeField(null=True)
    resting_until = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.JSONField(default=list, blank=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "project_id"], name="one_memory_each_project")]

    def __str__(self) -> str:
        return f"{self.host} {self.project_id}"

    @classmethod
    def of(cls, connection: Connection) -> "CloudProject | None":
        """Return the project that a connection leads to; None when nothing was ever kept of it."""
        return cls.objects.filter(host=connection.host, project_id=connection.project_id).first()


class KnownApplication(models.Model):
    """An application that was seen in the project, once.

    number: counts the applications of a project from 0 and never changes: it gives an application its colour.
    gone_at: since when the cloud does not list it any more. watched_until: somebody has it on a screen.
    """

    project = models.ForeignKey(CloudProject, on_delete=models.CASCADE, related_name="applications")
    app_id = models.CharField(_("application id"), max_length=64)
    name = models.CharField(_("name"), max_length=256)
    state = models.CharField(max_length=16, blank=True)
    number = models.PositiveIntegerField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    watched_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "app_id"], name="one_memory_each_application")
        ]

    def __str__(self) -> str:
        return self.app_id
