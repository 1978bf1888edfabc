"""People who sign in to the console, and the roles given to them."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from console.accounts.rights import Role

__all__ = ["RoleGrant", "User"]


class User(AbstractUser):
    """A person who signs in. Participants of rooms are never called users here."""

    display_name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)  # empty: the browser's
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)  # empty: UTC
    theme = models.CharField(
        _("theme"),
        max_length=5,
        blank=True,
        choices=[("", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
    )

    def __str__(self) -> str:
        return self.display_name or self.username


class RoleGrant(models.Model):
    """A role of one person: on a connection, or on one application of it.

    connection: None means every connection, present and future.
    app_id: empty means every application of the connection.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    app_id = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=16, choices=Role.choices)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "connection", "app_id", "role"], name="one_grant_each", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(app_id="") | models.Q(connection__isnull=False), name="application_has_connection"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
