"""Where a connection may lead: not into our own network, and not in clear."""

import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from console.connections.findings import Found

__all__ = ["Address", "AddressRefused", "check_endpoint", "check_public_url", "is_allowed", "resolve"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST_HOST, _LONGEST_LABEL = 253, 63  # as names are written; RFC 1035, section 2.3.4
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Found):
    """The address must not be used."""


@dataclass(frozen=True)
class Address:
    """One address that a name stands for."""

    ip: str
    port: int


def check_endpoint(url: str) -> None:
    """Refuse an endpoint that is not https://host, or whose host is literally a private address.

    A name is not resolved here: what it stands for is checked at each connecting. Raises AddressRefused.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("not_an_endpoint") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused("not_an_endpoint")
    if parts.scheme != "https" and not settings.ALLOW_PRIVATE_ENDPOINTS:
        raise AddressRefused("only_https")
    if parts.username or parts.password:
        raise AddressRefused("credentials_in_address")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise AddressRefused("more_than_host")
    if port == 0:
        raise AddressRefused("port_0")
    literal = _literal(parts.hostname)
    if literal is not None and not is_allowed(literal):
        raise _refusal(parts.hostname)


def check_public_url(url: str) -> None:
    """Refuse a whole URL that somebody outside is to be sent to, or that leads into our own network.

    http or https, a host that there can be, and whatever path; no credentials, no fragment, nothing unseen. A name that
    stands for a private address is refused; one that cannot be resolved here is not, for others may know it.
    Raises AddressRefused.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("not_an_address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused("no_scheme")
    if any(character <= " " or character == "\x7f" for character in url) or "\\" in url:
        raise AddressRefused("odd_characters")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("credentials_in_address")
    if parts.fragment or url.endswith("#"):
        raise AddressRefused("fragment")
    if port == 0:
        raise AddressRefused("port_0")
    literal = _literal(parts.hostname)
    if literal is not None and not is_allowed(literal):
        raise _refusal(parts.hostname)
    if literal is None and _is_too_long(parts.hostname):
        raise AddressRefused("long_host")
    if literal is None:
        with contextlib.suppress(socket.gaierror, UnicodeError):
            resolve(parts.hostname, port or (443 if parts.scheme == "https" else 80))


def resolve(host: str, port: int, *, private: bool | None = None) -> list[Address]:
    """Return the addresses of a host, all of which may be connected to.

    private: whether private ones may; None as the setting says. One forbidden address among them refuses the host:
    which one is taken is not ours to foresee. Raises AddressRefused, and socket.gaierror when the name has no address.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(Address(str(item[4][0]), port) for item in found))
    for address in addresses:
        if not is_allowed(ipaddress.ip_address(address.ip.partition("%")[0]), private=private):
            raise _refusal(address.ip)
    return addresses


def is_allowed(address: IPAddress, *, private: bool | None = None) -> bool:
    """Say whether the console may connect there: public addresses, and private ones where they are allowed.

    private: None as the setting says. Link-local addresses, where machines find their own credentials, are refused
    whatever the setting.
    """
    address = _inner(address)
    if _never(address):
        return False
    return bool(address.is_global or (settings.ALLOW_PRIVATE_ENDPOINTS if private is None else private))


def _never(address: IPAddress) -> bool:
    return address.is_link_local or address.is_multicast or address.is_unspecified


def _inner(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 address only carries."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_too_long(host: str) -> bool:
    """Say whether no name server could know such a name: it, or a part of it, is too long as it is asked for."""
    parts = [
        part if part.isascii() else f"xn--{part.encode('punycode').decode()}"
        for part in host.removesuffix(".").split(".")
    ]
    return len(".".join(parts)) > _LONGEST_HOST or max(map(len, parts)) > _LONGEST_LABEL


def _refusal(address: str) -> AddressRefused:
    known = _literal(address.partition("%")[0])
    if known is not None and _never(_inner(known)):
        return AddressRefused("never_allowed", address=address)
    return AddressRefused("not_public", address=address)
