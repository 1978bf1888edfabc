"""People who sign in to the console, and the roles given to them."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from console.accounts.rights import Role

__all__ = ["RoleGrant", "User"]


class User(AbstractUser):
    """A person who signs in. Participants of rooms are never called users here.

    is_staff, is_superuser, groups and permissions come with Django's user and give no right here: rights come from
    RoleGrant alone.
    """

    display_name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)  # empty: the browser's
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)  # empty: UTC
    theme = models.CharField(
        _("theme"),
        max_length=5,
        blank=True,
        choices=[("", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    # Sessions remember the epoch that they began in; raising it ends all of them.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            # Two people whose names differ only in case would be mistaken for each other in the trail.
            models.UniqueConstraint(Lower("username"), name="username_once"),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="email_once",
                violation_error_message=_("Another person has this e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class RoleGrant(models.Model):
    """A role of one person: on a connection, or on one application of it.

    connection: None means every connection, present and future.
    app_id: empty means every application of the connection.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    app_id = models.CharField(_("application"), max_length=64, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # Two constraints, as SQLite holds two empty connections for different.
            models.UniqueConstraint(
                fields=["user", "connection", "app_id", "role"],
                condition=Q(connection__isnull=False),
                name="one_grant_each",
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(connection__isnull=True), name="one_grant_everywhere"
            ),
            models.CheckConstraint(
                condition=Q(app_id="") | Q(connection__isnull=False), name="application_has_connection"
            ),
            models.CheckConstraint(
                condition=Q(app_id="") | ~Q(role=Role.OWNER), name="nobody_owns_an_application"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
