"""Where a connection may lead: not into our own network, and not in clear."""

import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

__all__ = ["Address", "AddressRefused", "check_endpoint", "check_public_url", "is_allowed", "resolve"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST_HOST, _LONGEST_LABEL = 253, 63  # as names are written; RFC 1035, section 2.3.4
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """The address must not be used; str() says why, for people."""


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
        raise AddressRefused(
            _("This is not an address. Write it like https://rtc-api.myhuaweicloud.com")
        ) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused(_("This is not an address. Write it like https://rtc-api.myhuaweicloud.com"))
    if parts.scheme != "https" and not settings.ALLOW_PRIVATE_ENDPOINTS:
        raise AddressRefused(_("Only https is allowed: over http the answers could be read on the way."))
    if parts.username or parts.password:
        raise AddressRefused(_("Credentials don't belong into the address."))
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise AddressRefused(_("Only the scheme and the host are wanted, without anything after them."))
    if port == 0:
        raise AddressRefused(_("Port 0 cannot be connected to."))
    literal = _literal(parts.hostname)
    if literal is not None and not is_allowed(literal):
        raise AddressRefused(_refusal(parts.hostname))


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
        raise AddressRefused(_("This is not an address.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused(_("An address begins with http:// or https:// and names a host."))
    if any(character <= " " or character == "\x7f" for character in url) or "\\" in url:
        raise AddressRefused(_("An address has no spaces and no backslashes."))
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(_("Credentials don't belong into the address."))
    if parts.fragment or url.endswith("#"):
        raise AddressRefused(_("What follows a # is never sent: leave it out."))
    if port == 0:
        raise AddressRefused(_("Port 0 cannot be connected to."))
    literal = _literal(parts.hostname)
    if literal is not None and not is_allowed(literal):
        raise AddressRefused(_refusal(parts.hostname))
    if literal is None and _is_too_long(parts.hostname):
        raise AddressRefused(
            _("No host can have such a name: 253 characters at most, and 63 between two dots.")
        )
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
            raise AddressRefused(_refusal(address.ip))
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


def _refusal(address: str) -> str:
    known = _literal(address.partition("%")[0])
    if known is not None and _never(_inner(known)):
        return _("Nothing of this console may lead to %(address)s, whatever the settings.") % {
            "address": address
        }
    return _(
        "%(address)s is not a public address. Only an operator can allow it (ALLOW_PRIVATE_ENDPOINTS)."
    ) % {"address": address}
