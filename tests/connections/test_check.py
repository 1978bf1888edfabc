"""The connection test finds each fault and names it."""

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from console.connections.books import book_of
from console.connections.check import CheckResult, check_connection
from console.connections.models import Bucket, Connection
from console.connections.secrets import seal
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db


def states(result: CheckResult) -> dict[str, str]:
    return {step.name: step.state for step in result.steps}


def failure(connection: Connection) -> tuple[str, str]:
    step = check_connection(connection).failure
    assert step is not None
    return step.name, step.said


@pytest.fixture
def by_user(connected: Connection, sandbox: Sandbox) -> Connection:
    connected.kind = Connection.Kind.IAM_USER
    connected.iam_endpoint, connected.iam_domain = sandbox.iam_endpoint, sandbox.iam_domain
    connected.iam_user, connected.secret = sandbox.iam_user, seal(sandbox.iam_password)
    connected.save()
    return connected


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, and nobody else can."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def test_a_good_connection_passes_with_few_requests(connected: Connection, sandbox: Sandbox) -> None:
    result = check_connection(connected)
    assert result.passed, result.failure
    assert states(result)["reach"] == "warned"  # a sandbox without encryption
    assert len(sandbox.requests()) == 2
    assert sum(len(book_of(one).taken) for one in Bucket.objects.all()) == 2


def test_a_good_user_passes(by_user: Connection) -> None:
    assert check_connection(by_user).passed


def test_it_works_before_the_connection_is_saved(sandbox: Sandbox, db: None) -> None:
    unsaved = Connection(
        endpoint=sandbox.endpoint,
        project_id=sandbox.project_id,
        access_key=sandbox.ak,
        secret=seal(sandbox.sk),
    )
    assert check_connection(unsaved).passed


@pytest.mark.parametrize("field", ["access_key", "secret"])
def test_a_wrong_key_or_secret(connected: Connection, field: str) -> None:
    setattr(connected, field, "AKWRONG" if field == "access_key" else seal("wrong"))
    name, said = failure(connected)
    assert name == "identity"
    assert "The cloud does not say which" in said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("Get secretKey failed,ak:AK,err:ak not exist", "does not know this access key id (AK)"),
        ("verify aksk signature fail", "The secret access key (SK) does not belong"),
    ],
)
def test_the_gateway_says_which_of_them_is_wrong(
    connected: Connection, sandbox: Sandbox, told: str, said: str
) -> None:
    message = f"Incorrect IAM authentication information: {told}"
    sandbox.fail_next("status", status=401, code="APIGW.0301", message=message)
    assert said in failure(connected)[1]


def test_a_wrong_project(connected: Connection) -> None:
    connected.project_id = "f" * 32
    result = check_connection(connected)
    assert result.failure is not None
    assert result.failure.name == "project"
    assert states(result)["identity"] == "passed"
    assert result.failure.request_id


def test_a_wrong_project_of_a_user(by_user: Connection) -> None:
    by_user.project_id = "f" * 32
    assert failure(by_user)[0] == "project"


def test_a_missing_right(connected: Connection, sandbox: Sandbox) -> None:
    sandbox.control("permissions", {"deny": ["rtc:app:list"]})
    name, said = failure(connected)
    assert name == "right"
    assert "rtc:app:list" in said


def test_a_wrong_password(by_user: Connection) -> None:
    by_user.secret = seal("wrong")
    name, said = failure(by_user)
    assert (name, "password" in said) == ("identity", True)


def test_an_identity_service_that_cannot_be_reached(by_user: Connection, closed_port: int) -> None:
    by_user.iam_endpoint = f"http://127.0.0.1:{closed_port}"
    name, said = failure(by_user)
    assert name == "identity"
    assert said.startswith(f"The identity service 127.0.0.1:{closed_port} cannot be reached")


def test_a_clock_that_is_wrong(connected: Connection, sandbox: Sandbox) -> None:
    sandbox.control("clock", {"skew_seconds": 3600})
    name, said = failure(connected)
    assert name == "clock"
    assert "Set the clock" in said


def test_a_clock_that_is_slightly_wrong_is_only_a_warning(connected: Connection, sandbox: Sandbox) -> None:
    sandbox.control("clock", {"skew_seconds": 200})
    result = check_connection(connected)
    assert result.passed
    assert states(result)["clock"] == "warned"


def test_a_name_that_does_not_exist(connected: Connection) -> None:
    connected.endpoint = "http://no-such-host.invalid"
    assert failure(connected)[0] == "name"


def test_a_port_on_which_nobody_listens(connected: Connection, closed_port: int) -> None:
    connected.endpoint = f"http://127.0.0.1:{closed_port}"
    name, said = failure(connected)
    assert name == "reach"
    assert "refuses connections" in said


def test_a_host_that_does_not_speak_https(connected: Connection) -> None:
    connected.endpoint = connected.endpoint.replace("http://", "https://")
    name, said = failure(connected)
    assert (name, "does not speak https" in said) == ("reach", True)


def test_a_host_that_is_something_else(connected: Connection, sandbox: Sandbox) -> None:
    sandbox.fail_next("status", status=404, code="APIGW.0101", message="The API does not exist")
    assert failure(connected)[0] == "service"


def test_a_used_up_quota(connected: Connection, sandbox: Sandbox) -> None:
    sandbox.control("quota/eat", {"cell": "app_config_60_per_min", "count": 60})
    result = check_connection(connected)
    assert result.failure is not None
    assert result.failure.name == "quota"
    assert "somebody else uses the account" in result.failure.said


def test_a_cloud_with_a_fault_is_not_asked_for_ever(connected: Connection, sandbox: Sandbox) -> None:
    sandbox.fail_next("status", status=503, times=9)
    assert failure(connected)[0] == "service"
    assert len(sandbox.requests()) <= 3


@pytest.mark.parametrize(
    "endpoint", ["https://127.0.0.1", "https://10.1.2.3", "https://[::1]", "http://example.com"]
)
def test_private_and_open_addresses_are_refused(
    connected: Connection, settings: Settings, endpoint: str
) -> None:
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    connected.endpoint = endpoint
    assert failure(connected)[0] == "endpoint"


def test_a_name_that_leads_into_our_network_is_refused(connected: Connection, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    connected.endpoint = "https://localhost"
    name, said = failure(connected)
    assert name == "name"
    assert "not a public address" in said


def test_a_secret_whose_key_is_lost(connected: Connection, settings: Settings) -> None:
    settings.SEALING_KEYS = ["n7BgBYS4w4nTRWFyjgWAoMOsJtmcVNAbxjNY6cTZVjY="]
    name, said = failure(connected)
    assert (name, "SEALING_KEYS" in said) == ("identity", True)


def test_a_certificate_that_nobody_vouches_for(connected: Connection, tmp_path: Path) -> None:
    with self_signed_server(tmp_path) as port:
        connected.endpoint = f"https://localhost:{port}"
        name, said = failure(connected)
    assert name == "reach"
    assert "certificate of localhost is not trusted" in said


@contextlib.contextmanager
def self_signed_server(folder: Path) -> Iterator[int]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    (folder / "both.pem").write_bytes(private + certificate.public_bytes(encoding))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handshake)
    server.daemon_threads, server.context = True, context  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


class _Handshake(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.server.context.wrap_socket(self.request, server_side=True).close()  # type: ignore[attr-defined]
