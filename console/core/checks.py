"""What must be set before the console may start; each finding says what to set."""

import base64
import ipaddress
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

__all__ = ["settings_are_complete"]

_HOW = "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
_FERNET = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


@register(Tags.security)
def settings_are_complete(**_: Any) -> list[CheckMessage]:
    """Report settings that are missing or unusable, with the command or value that mends them."""
    found: list[CheckMessage] = []
    if settings.MODE not in ("production", "local"):
        found.append(
            Error(
                f"CONSOLE_MODE is {settings.MODE!r}.",
                hint='Set it to "production", or to "local" to try the console.',
                id="console.E001",
            )
        )
    if len(_secret_key()) < 40:
        found.append(
            Error(
                "SECRET_KEY is missing or shorter than 40 characters.",
                hint=f"Make one: {_HOW}",
                id="console.E002",
            )
        )
    if not settings.SEALING_KEYS or not all(_is_fernet(key) for key in settings.SEALING_KEYS):
        found.append(
            Error(
                "SEALING_KEYS is missing or holds something that is not a sealing key.",
                hint=f"Make one: {_FERNET}. To rotate, put the new key first, then a comma, then the old ones.",
                id="console.E003",
            )
        )
    if not _is_seed(settings.AUDIT_SIGNING_KEY):
        found.append(
            Error(
                "AUDIT_SIGNING_KEY is missing or is not 32 bytes in URL-safe base64.",
                hint=f"Make one: {_FERNET}. When you change it, keep the old public key in AUDIT_TRUSTED_KEYS.",
                id="console.E005",
            )
        )
    if not settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS is empty.",
                hint="Set it to the names people type, separated by commas: console.example.com",
                id="console.E004",
            )
        )
    if wrong := [network for network in settings.METRICS_ALLOWED if not _is_network(network)]:
        found.append(
            Error(
                f"METRICS_ALLOWED holds {', '.join(map(repr, wrong))}.",
                hint="Set it to networks, separated by commas: 127.0.0.0/8,10.1.0.0/16",
                id="console.E006",
            )
        )
    return found


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_seed(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == 32
    except ValueError:
        return False


def _secret_key() -> str:
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:
        return ""


def _is_fernet(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
