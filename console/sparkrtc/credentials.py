"""Who calls the cloud: an access key, or a user who fetches tokens."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, NoReturn

from console.sparkrtc.secret import Secret

__all__ = ["AccessKey", "Credentials", "IamUser"]


class _Unstorable:
    """Refuses to be pickled: a task argument or a cache must not carry credentials."""

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a secret and cannot be pickled")


@dataclass(frozen=True)
class AccessKey(_Unstorable):
    """An access key pair, permanent or temporary.

    ak: the key's public id, kept as text. sk: the secret key. security_token: comes with temporary keys only.
    Both secrets are kept as Secret.
    Source: API Reference, Authentication, AK/SK.
    """

    ak: str
    sk: Secret
    security_token: Secret | None

    def __init__(self, ak: str, sk: str | Secret, security_token: str | Secret | None = None) -> None:
        object.__setattr__(self, "ak", ak)
        object.__setattr__(self, "sk", _secret(sk))
        object.__setattr__(self, "security_token", _secret(security_token) if security_token else None)

    def secrets(self) -> tuple[Secret, ...]:
        """Return everything that may never appear in a text."""
        return (self.sk,) if self.security_token is None else (self.sk, self.security_token)


@dataclass(frozen=True)
class IamUser(_Unstorable):
    """A user of an account who signs in at the identity service for tokens.

    domain: the account's name. iam_endpoint: for example https://iam.myhuaweicloud.com, without a path.
    Source: API Reference, Authentication, Token.
    """

    domain: str
    name: str
    password: Secret
    iam_endpoint: str

    def __init__(self, domain: str, name: str, password: str | Secret, iam_endpoint: str) -> None:
        object.__setattr__(self, "domain", domain)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "password", _secret(password))
        object.__setattr__(self, "iam_endpoint", iam_endpoint.rstrip("/"))

    def secrets(self) -> tuple[Secret, ...]:
        """Return everything that may never appear in a text."""
        return (self.password,)

    def cache_key(self, pepper: bytes) -> str:
        """Name this user's place in a token cache; another password gives another place.

        pepper is the cache's own secret: without it nobody can try out passwords against the key.
        """
        parts = (self.iam_endpoint, self.domain, self.name, self.password.reveal())
        return hmac.new(pepper, "\x00".join(parts).encode(), hashlib.sha256).hexdigest()


Credentials = AccessKey | IamUser


def _secret(value: str | Secret) -> Secret:
    return value if isinstance(value, Secret) else Secret(value)
