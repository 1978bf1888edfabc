"""Views of the insights kept under a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.accounts.models import User
from console.connections.models import Connection

__all__ = ["SavedView"]


class SavedView(models.Model):
    """What a page of insights was asked, under a name. query: the part of the address behind the question mark.

    shared: everybody who sees insights of the connection finds it; they see in it what their own roles show them.
    """

    class Page(models.TextChoices):
        FIGURES = "insights", _("Figures")
        SPREADS = "spreads", _("Who was online")
        EVENTS = "events", _("Abnormal events")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    page = models.CharField(max_length=10, choices=Page.choices, default=Page.FIGURES)
    query = models.CharField(max_length=600, blank=True)
    app_id = models.CharField(max_length=64, blank=True)
    shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "owner", "name"], name="one_view_each_name")
        ]

    def __str__(self) -> str:
        return self.name
