"""Where alerts are told: channels of a connection, and the server that takes e-mail for all of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from console.alerts.models.silences import Silenced

__all__ = ["Channel", "MailServer"]


class Channel(Silenced):
    """A place to which the alerts of a connection are told, chosen by rules.

    medium: e-mail, or a webhook in one of the formats (formats/). people, addresses: of e-mail; people get it only as
    long as they see the alert in the console. url, secret: sealed; the address of a chat tool is a secret itself, so
    that only its host is shown. language, zone: of what addresses and webhooks get; people have their own.
    version: counts changes, so that two people at once don't undo each other unnoticed.
    """

    class Medium(models.TextChoices):
        EMAIL = "email", _("E-mail")
        WEBHOOK = "webhook", _("Webhook")

    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="alert_channels"
    )
    name = models.CharField(_("name"), max_length=80)
    medium = models.CharField(max_length=8, choices=Medium.choices)
    format = models.CharField(max_length=10, blank=True)
    url = models.BinaryField(default=b"", editable=False)
    host = models.CharField(max_length=200, blank=True)
    secret = models.BinaryField(default=b"", editable=False)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    addresses = models.JSONField(default=list, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="one_channel_each_name")]

    def __str__(self) -> str:
        return self.name


class MailServer(models.Model):
    """The server that takes the console's e-mail, as owners entered it; one row at most. password: sealed."""

    class Security(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS (usually port 587)")
        TLS = "tls", _("TLS from the start (usually port 465)")
        NONE = "none", _("None (usually port 25)")

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    host = models.CharField(_("host"), max_length=200)
    port = models.PositiveIntegerField(_("port"), default=587)
    security = models.CharField(
        _("encryption"), max_length=8, choices=Security.choices, default=Security.STARTTLS
    )
    user = models.CharField(_("user name"), max_length=200, blank=True)
    password = models.BinaryField(default=b"", editable=False)
    sender = models.EmailField(_("sender"), max_length=200)
    changed_by = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="one_mail_server")]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
