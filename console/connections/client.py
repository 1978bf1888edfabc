"""The way to the cloud: one client a process for each connection as it is configured now."""

import hashlib
import os
import re
import threading
from typing import Any

import requests

from console import audit
from console.connections import tallies
from console.connections.addresses import AddressRefused, check_endpoint
from console.connections.findings import Finding
from console.connections.models import Connection
from console.connections.outgoing import guarded_session
from console.connections.owners import owner_of
from console.connections.permits import StoredPermits
from console.connections.problems import ConnectionUnusable, WriteOutsideAttempt
from console.connections.secrets import SecretUnreadable, unseal
from console.connections.spending import CountedPermits
from console.connections.tokens import SharedTokens
from console.core.patience import SECONDS, patience_left
from console.sparkrtc.answers import Answer
from console.sparkrtc.client import Client
from console.sparkrtc.credentials import AccessKey, Credentials, IamUser
from console.sparkrtc.errors import SparkError
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane, Permits

__all__ = ["ConnectionClient", "client_for", "credentials_of", "make_client"]

_clients: dict[tuple[int, int], tuple[str, Client]] = {}
_clients_lock = threading.Lock()


class ConnectionClient:
    """Calls the cloud through one connection."""

    def __init__(self, connection: Connection, client: Client) -> None:
        self._connection = connection
        self._client = client

    def call(
        self, operation: Operation, *, lane: Lane = Lane.CLICK, max_wait: float = 10.0, **params: Any
    ) -> Answer[Any]:
        """Send one operation and return its answer.

        max_wait: seconds to wait for a permit at most; a request waits two at most, whatever is asked. Raises
        SparkError; QuotaExhausted with retry_after when no permit comes in time; WriteOutsideAttempt for a change
        outside an attempt on this connection; RuntimeError inside a transaction.
        """
        if not operation.reads and not audit.in_attempt(self._connection):
            raise WriteOutsideAttempt(f"{operation.name} changes the cloud: call it inside audit.attempt()")
        outcome = "succeeded"
        if patience_left() is not None:
            max_wait = min(max_wait, SECONDS)
        try:
            return self._client.call(operation, lane=lane, max_wait=max_wait, **params)
        except BaseException as problem:
            outcome = _in_small(type(problem).__name__) if isinstance(problem, SparkError) else "surprise"
            raise
        finally:
            tallies.count("calls", operation.name, outcome)


def client_for(connection: Connection) -> ConnectionClient:
    """Return the client of a connection; processes keep it until the connection changes.

    Raises ConnectionUnusable when the connection is switched off or its secret or endpoint cannot be used.
    """
    if not connection.active:
        raise ConnectionUnusable(Finding("switched_off", {"name": connection.name}))
    version = _version(connection)
    key = (os.getpid(), connection.pk)
    with _clients_lock:
        known = _clients.get(key)
    if known is None or known[0] != version:
        known = (version, make_client(connection))
        with _clients_lock:
            _clients[key] = known
    return ConnectionClient(connection, known[1])


def make_client(
    connection: Connection, *, session: requests.Session | None = None, permits: Permits | None = None
) -> Client:
    """Build a client from what the connection says now; it need not be saved. Raises ConnectionUnusable.

    session: guarded_session() unless given. permits: those of the connection's account unless given.
    """
    try:
        check_endpoint(connection.endpoint)
        if connection.kind == Connection.Kind.IAM_USER:
            check_endpoint(connection.iam_endpoint)
    except AddressRefused as problem:
        raise ConnectionUnusable(problem.finding) from problem
    if permits is None:
        owner = owner_of(connection)
        permits = CountedPermits(StoredPermits(owner), owner, connection.pk)
    return Client(
        connection.endpoint,
        credentials_of(connection),
        connection.project_id,
        permits=permits,
        session=session or guarded_session(),
        tokens=SharedTokens(),
    )


def credentials_of(connection: Connection) -> Credentials:
    """Return the connection's credentials, unsealed. Raises ConnectionUnusable."""
    try:
        secret = unseal(connection.secret)
    except SecretUnreadable as problem:
        raise ConnectionUnusable(Finding("key_lost", {"name": connection.name})) from problem
    if not secret:
        raise ConnectionUnusable(Finding("no_secret", {"name": connection.name}))
    if connection.kind == Connection.Kind.IAM_USER:
        return IamUser(connection.iam_domain, connection.iam_user, secret, connection.iam_endpoint)
    return AccessKey(connection.access_key, secret)


def _in_small(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _version(connection: Connection) -> str:
    """Name the present state of everything that the client is built from."""
    parts = (
        connection.endpoint,
        connection.project_id,
        connection.kind,
        connection.access_key,
        connection.iam_endpoint,
        connection.iam_domain,
        connection.iam_user,
        bytes(connection.secret).hex(),
    )
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
