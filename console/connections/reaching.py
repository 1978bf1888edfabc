"""Whether an endpoint can be reached at all: its name, its port, its certificate. Sends no request."""

import socket
import ssl
from urllib.parse import urlsplit

from certifi import where
from django.utils.translation import gettext as _

from console.connections.addresses import Address, resolve

__all__ = ["Unreached", "addresses_of", "connect"]

_CONNECT_SECONDS = 4.0


class Unreached(Exception):
    """The endpoint cannot be reached; str() says why and what to do."""


def addresses_of(url: str) -> list[Address]:
    """Resolve the endpoint's name. Raises Unreached, AddressRefused."""
    host, port = _host_and_port(url)
    try:
        return resolve(host, port)
    except (socket.gaierror, UnicodeError):
        raise Unreached(
            _("The name %(host)s is not known here. Check its spelling, and that this machine's DNS works.")
            % {"host": host}
        ) from None


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
    raise Unreached(_why(host, port, failure)) from failure


def _agree_on_encryption(plain: socket.socket, host: str, port: int) -> None:
    place = {"host": host, "port": port}
    try:
        ssl.create_default_context(cafile=where()).wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as problem:
        raise Unreached(
            _("The certificate of %(host)s is not trusted: %(why)s.")
            % {**place, "why": problem.verify_message}
        ) from problem
    except OSError as problem:
        raise Unreached(_("%(host)s does not speak https at port %(port)s.") % place) from problem


def _why(host: str, port: int, failure: OSError | None) -> str:
    place = {"host": host, "port": port}
    if isinstance(failure, TimeoutError):
        return (
            _(
                "%(host)s does not answer at port %(port)s. A firewall may be in the way: this console must reach it."
            )
            % place
        )
    if isinstance(failure, ConnectionRefusedError):
        return _("%(host)s refuses connections at port %(port)s. Check the endpoint's host and port.") % place
    return _("No connection to %(host)s at port %(port)s came about.") % place


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
