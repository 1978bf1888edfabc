"""The key that signs the heads of ledgers: Ed25519, its seed in settings.AUDIT_SIGNING_KEY (base64url of 32 bytes).

After a change of key, the public halves of earlier ones go into settings.AUDIT_TRUSTED_KEYS, as `manage.py audit_key`
printed them, so that what they signed still counts.
"""

import base64
import binascii
import contextlib
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

__all__ = ["KeyMissing", "is_signed_by", "key_id", "public_key", "sign", "trusted_keys"]


class KeyMissing(ValueError):
    """There is no usable signing key in the settings."""


def _private_key() -> Ed25519PrivateKey:
    try:
        seed = base64.urlsafe_b64decode(settings.AUDIT_SIGNING_KEY)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != 32:
        raise KeyMissing("AUDIT_SIGNING_KEY must be 32 bytes in base64url")
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """Return the public half as base64url text. Raises KeyMissing."""
    return base64.urlsafe_b64encode(_private_key().public_key().public_bytes_raw()).decode()


def key_id(public: str) -> str:
    """Return a public key's short name: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(base64.urlsafe_b64decode(public)).hexdigest()[:16]


def trusted_keys() -> dict[str, str]:
    """Return {key id: public key} of the current key and the earlier ones; empty when there is none."""
    keys = list(getattr(settings, "AUDIT_TRUSTED_KEYS", []))
    with contextlib.suppress(KeyMissing):
        keys.insert(0, public_key())
    return {key_id(key): key for key in keys}


def sign(text: str) -> str:
    """Return the signature over the text as base64url. Raises KeyMissing."""
    return base64.urlsafe_b64encode(_private_key().sign(text.encode())).decode()


def is_signed_by(public: str, text: str, signature: str) -> bool:
    """Say whether the signature is this key's over this text."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public))
        key.verify(base64.urlsafe_b64decode(signature), text.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
