"""IAM tokens for all processes: one is fetched, sealed and kept in the database until it expires."""

import threading
from collections import defaultdict
from contextlib import AbstractContextManager

from django.utils import timezone
from django.utils.crypto import salted_hmac

from console.connections.models import SharedToken
from console.connections.secrets import SecretUnreadable, seal, unseal
from console.sparkrtc.secret import Secret
from console.sparkrtc.tokens import Token

__all__ = ["SharedTokens"]

_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
_guard = threading.Lock()


class SharedTokens:
    """Keeps tokens where every process finds them."""

    def __init__(self) -> None:
        self.pepper = salted_hmac("console.connections.tokens", "pepper", algorithm="sha256").digest()

    def get(self, key: str) -> Token | None:
        """Return what is kept; nothing when it is past its time or was sealed with a key that is gone."""
        row = SharedToken.objects.filter(user=key, expires_at__gt=timezone.now()).first()
        if row is None:
            return None
        try:
            return Token(Secret(unseal(row.sealed)), row.issued_at, row.expires_at)
        except SecretUnreadable:
            return None

    def put(self, key: str, token: Token) -> None:
        """Keep a token, and let go of those that expired."""
        SharedToken.objects.filter(expires_at__lte=timezone.now()).delete()
        SharedToken.objects.update_or_create(
            user=key,
            defaults={
                "sealed": seal(token.value.reveal()),
                "issued_at": token.issued_at,
                "expires_at": token.expires_at,
            },
        )

    def lock(self, key: str) -> AbstractContextManager[object]:
        """Let one thread of this process at a time fetch; two processes that fetch at once do no harm."""
        with _guard:
            return _locks[key]
