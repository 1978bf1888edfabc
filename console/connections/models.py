"""Connections: the clouds, projects and credentials that the console acts through."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Connection"]


class Connection(models.Model):
    """One set of cloud credentials, endpoint and project.

    secret: sealed (see secrets.py); never shown, logged or exported.
    """

    class Kind(models.TextChoices):
        ACCESS_KEY = "access_key", _("Access key (AK/SK)")
        IAM_USER = "iam_user", _("IAM user")

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    endpoint = models.URLField(_("endpoint"), max_length=200, default="https://rtc-api.myhuaweicloud.com")
    project_id = models.CharField(_("project id"), max_length=64)
    kind = models.CharField(_("credentials"), max_length=16, choices=Kind.choices, default=Kind.ACCESS_KEY)
    access_key = models.CharField(_("access key id (AK)"), max_length=128, blank=True)
    iam_endpoint = models.URLField(
        _("IAM endpoint"), max_length=200, blank=True, default="https://iam.myhuaweicloud.com"
    )
    iam_domain = models.CharField(_("account name"), max_length=128, blank=True)
    iam_user = models.CharField(_("IAM user name"), max_length=128, blank=True)
    secret = models.BinaryField(blank=True, default=b"", editable=False)
    active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
