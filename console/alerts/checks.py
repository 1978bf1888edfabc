"""A mail server in the environment that cannot be meant is found at start, with what to set."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from console.alerts.smtp import read_mail_url

__all__ = ["mail_is_meant"]


@register
def mail_is_meant(**_given: Any) -> list[CheckMessage]:
    """Report a MAIL_URL or a MAIL_FROM that is not right. The password is not repeated."""
    if not settings.MAIL_URL:
        return []
    try:
        read_mail_url(settings.MAIL_URL, settings.MAIL_FROM)
    except ValueError as problem:
        hint = "MAIL_URL=smtp+starttls://user:password@smtp.example.com:587 and MAIL_FROM=alerts@example.com"
        return [Error(f"MAIL_URL or MAIL_FROM is not right: {problem}.", hint=hint, id="alerts.E001")]
    return []
