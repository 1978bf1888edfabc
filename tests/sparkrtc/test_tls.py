"""Certificates are checked, and a failed check means that nothing was sent."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.sparkrtc import Client, new_session
from console.sparkrtc.catalogue.rooms import DISMISS_ROOM, LIST_ROOMS
from console.sparkrtc.errors import SparkError, TlsFailed
from tests.sparkrtc.doubles import Cloud, FakePermits, RawCloud, read_request
from tests.sparkrtc.samples import APP

ROOM = {"app_id": APP, "room_id": "lecture-7"}
Start = Callable[..., RawCloud]
Make = Callable[..., Client]


def failure(client: Client, operation: Any = LIST_ROOMS, **params: Any) -> SparkError:
    with pytest.raises(SparkError) as caught:
        client.call(operation, max_wait=0, **(params or {"app_id": APP}))
    return caught.value


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate of 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls_cloud(raw_cloud: Start, certificate: Path) -> RawCloud:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def script(connection: socket.socket) -> None:
        with context.wrap_socket(connection.dup(), server_side=True) as secure:
            read_request(secure)
            secure.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"total":1}')

    server = raw_cloud(script)
    server.endpoint = server.endpoint.replace("http:", "https:")
    return server


def test_a_certificate_that_is_not_trusted(
    tls_cloud: RawCloud, make_client: Make, permits: FakePermits
) -> None:
    error = failure(make_client(endpoint=tls_cloud.endpoint), DISMISS_ROOM, **ROOM)
    assert type(error) is TlsFailed
    assert permits.endings == ["unused"]


def test_a_certificate_that_is_trusted(tls_cloud: RawCloud, make_client: Make, certificate: Path) -> None:
    session = new_session(verify=str(certificate))
    client = make_client(endpoint=tls_cloud.endpoint, session=session)
    assert client.call(LIST_ROOMS, app_id=APP).value.total == 1
    session.close()


def test_a_server_that_speaks_no_tls(cloud: Cloud, make_client: Make) -> None:
    client = make_client(endpoint=cloud.endpoint.replace("http:", "https:"))
    assert type(failure(client)) is TlsFailed
