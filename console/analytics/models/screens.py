"""Screens on walls: what opens the wall of one connection, and nothing else, without a person."""

from django.db import models

from console.connections.models import Connection

__all__ = ["Screen"]


class Screen(models.Model):
    """A screen that may show the wall. digest: SHA-256 of its token, which is kept nowhere.

    app_id: the application that it shows, "" for all. last_used_at is noted once a minute at most.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    app_id = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10, blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_address = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.name
