"""Seal and unseal what must never lie in the database in clear."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

__all__ = ["SecretUnreadable", "reseal", "seal", "unseal"]


class SecretUnreadable(Exception):
    """None of the configured sealing keys opens the secret."""


def seal(secret: str) -> bytes:
    """Return the secret sealed with the first of SEALING_KEYS; nothing stays nothing."""
    return _keys().encrypt(secret.encode()) if secret else b""


def unseal(sealed: bytes | memoryview) -> str:
    """Return the secret in clear.

    Raises SecretUnreadable when the key it was sealed with is no longer among SEALING_KEYS.
    """
    if not sealed:
        return ""
    try:
        return _keys().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise SecretUnreadable("no key in SEALING_KEYS opens this secret") from None


def reseal(sealed: bytes | memoryview) -> bytes:
    """Return the same secret sealed with the first of SEALING_KEYS. Raises SecretUnreadable."""
    return seal(unseal(sealed))


def _keys() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.SEALING_KEYS])
    except ValueError:
        raise SecretUnreadable(
            "SEALING_KEYS is missing or holds something that is not a sealing key"
        ) from None
