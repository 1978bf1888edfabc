"""The transport of every connection: a name is resolved once, its addresses are checked, and one of them is used.

Checking a name and letting somebody else resolve it again would let a name answer twice: first in public, then with
an address of our own network.
"""

import socket
from functools import cache
from typing import Any

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError

from console.connections.addresses import AddressRefused, resolve
from console.sparkrtc.bounded import BoundedAdapter, new_session

__all__ = ["GuardedAdapter", "guarded_session"]


class GuardedAdapter(BoundedAdapter):
    """Connects to checked addresses only (see addresses.py)."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        pools = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {scheme: _guarded(pool) for scheme, pool in pools.items()}


def guarded_session() -> requests.Session:
    """Return a session that cannot be led into our own network."""
    session = new_session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, GuardedAdapter())
    return session


class _Guard:
    """What a connection does differently when it opens its socket."""

    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            addresses = resolve(name, self.port)
        except AddressRefused as problem:
            raise NewConnectionError(self, str(problem)) from problem  # type: ignore[arg-type]
        except socket.gaierror as problem:
            raise NameResolutionError(name, self, problem) from problem  # type: ignore[arg-type]
        except UnicodeError as problem:  # not a name at all
            raise NameResolutionError(name, self, socket.gaierror(str(problem))) from problem  # type: ignore[arg-type]
        try:
            return self._first_that_answers([address.ip for address in addresses])
        finally:
            self._dns_host = name  # certificates are checked against the name

    def _first_that_answers(self, ips: list[str]) -> socket.socket:
        for ip in ips[:-1]:
            self._dns_host = ip
            try:
                return self._connected()
            except NewConnectionError:
                continue
        self._dns_host = ips[-1]
        return self._connected()

    def _connected(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        return sock


@cache
def _guarded(pool: type[Any]) -> type[Any]:
    """Return the pool with connections that check where they lead."""
    connection = type(f"Guarded{pool.ConnectionCls.__name__}", (_Guard, pool.ConnectionCls), {})
    return type(f"Guarded{pool.__name__}", (pool,), {"ConnectionCls": connection})
