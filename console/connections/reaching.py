"""Whether an endpoint can be reached at all: its name, its port, its certificate. Sends no request."""

import socket
import ssl
from urllib.parse import urlsplit

from certifi import where

from console.connections.addresses import Address, resolve
from console.connections.findings import Found

__all__ = ["Unreached", "addresses_of", "connect"]

_CONNECT_SECONDS = 4.0


class Unreached(Found):
    """The endpoint cannot be reached."""


def addresses_of(url: str) -> list[Address]:
    """Resolve the endpoint's name. Raises Unreached, AddressRefused."""
    host, port = _host_and_port(url)
    try:
        return resolve(host, port)
    except (socket.gaierror, UnicodeError):
        raise Unreached("unknown_name", host=host) from None


def connect(url: str, addresses: list[Address]) -> None:
    """Open a connection and, with https, agree on encryption; then close it. Raises Unreached."""
    host, port = _host_and_port(url)
    failure: OSError | None = None
    for address in addresses[:4]:
        try:
            plain = socket.create_connection((address.ip, port), timeout=_CONNECT_SECONDS)
        except OSError as problem:
            failure = problem
            continue
        with plain:
            if urlsplit(url).scheme == "https":
                _agree_on_encryption(plain, host, port)
        return
    raise Unreached(_why(failure), host=host, port=port) from failure


def _agree_on_encryption(plain: socket.socket, host: str, port: int) -> None:
    try:
        ssl.create_default_context(cafile=where()).wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as problem:
        raise Unreached("untrusted", host=host, why=problem.verify_message) from problem
    except OSError as problem:
        raise Unreached("no_tls", host=host, port=port) from problem


def _why(failure: OSError | None) -> str:
    if isinstance(failure, TimeoutError):
        return "slow"
    return "refuses" if isinstance(failure, ConnectionRefusedError) else "no_connection"


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
