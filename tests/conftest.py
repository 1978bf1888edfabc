"""The recurring cast, met in every test: who they are and what they may do."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.utils import translation

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.connections.permits import forget_fronts
from console.connections.secrets import seal
from tests import properties  # noqa: F401  (how examples are chosen)
from tests.ledger_cleaning import ledger_can_be_flushed  # noqa: F401
from tests.sandbox.harness import Sandbox, start_in_process

PASSWORD = "correct horse battery staple"

# A Tuesday evening in China: lessons, meetings and chats at once. The world is a function of the moment, so that the
# same rooms are open whenever the tests run.
MOMENT = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)

CAST = {
    "alice": Role.ADMIN,
    "bob": Role.SUPPORT,
    "lena": Role.LEAD,
    "mona": Role.MODERATOR,
    "audrey": Role.AUDITOR,
    "olga": Role.OWNER,
    "carol": None,
}


@pytest.fixture
def connection(db: None) -> Connection:
    """A connection that leads nowhere: for tests that never ask the cloud."""
    return Connection.objects.create(
        slug="demo", name="Demo", endpoint="http://127.0.0.1:9", project_id="0" * 32, access_key="AKTEST"
    )


@pytest.fixture
def busy_hour() -> Iterator[None]:
    """Let it be the moment at which many rooms of the sandbox are open."""
    with time_machine.travel(MOMENT, tick=True):
        yield


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    sandbox = start_in_process(quota="strict")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """The cloud of this test: as strict as the real one, begun again."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def connected(sandbox: Sandbox, connection: Connection) -> Connection:
    """The connection, leading to the sandbox with an access key."""
    connection.endpoint, connection.project_id = sandbox.endpoint, sandbox.project_id
    connection.obs_endpoint = sandbox.endpoint
    connection.access_key, connection.secret = sandbox.ak, seal(sandbox.sk)
    connection.save()
    return connection


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """Start each test as a new process would: with nothing learnt about buckets that may be gone."""
    forget_fronts()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin each test in English: a request of the test before may have left its viewer's language in this thread."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def never_quite_at_home() -> Iterator[None]:
    """Keep a journey to the present going: where the last one ends, a thread that asks for the time is told none."""
    with time_machine.travel(time.time(), tick=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def static_folder() -> None:
    """WhiteNoise warns when the folder of collected files is missing, and here warnings are errors."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def person(connection: Connection) -> Callable[[str], User]:
    """Return a function that makes one of the cast, with their role on every connection."""

    def make(name: str) -> User:
        user = User.objects.create_user(name, f"{name}@example.com", PASSWORD, display_name=name.title())
        role = CAST[name]
        if role is not None:
            RoleGrant.objects.create(user=user, role=role)
        return user

    return make


def _member(name: str) -> Callable[..., User]:
    @pytest.fixture(name=name)
    def member(person: Callable[[str], User]) -> User:
        return person(name)

    return member


alice, bob, lena, mona = _member("alice"), _member("bob"), _member("lena"), _member("mona")
audrey, olga, carol = _member("audrey"), _member("olga"), _member("carol")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips", action="store_true", help="a skipped test fails the run, and so does a missing kind"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Miss a fixture at collecting already, which takes seconds, and not when its test's turn comes."""
    missing = sorted({f"{item.nodeid}: {name}" for item in items for name in _missing_fixtures(item)})
    if missing:
        raise pytest.UsageError("\n".join(["There are no such fixtures:", *missing]))


def _missing_fixtures(item: pytest.Item) -> set[str]:
    known = item._fixtureinfo if isinstance(item, pytest.Function) else None
    return set(known.names_closure) - {*known.name2fixturedefs, "request"} if known else set()


_skipped: list[str] = []
SKIPPED = 9  # an exit code that pytest itself has no use for: no second look mends it


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if session.config.getoption("--no-skips") and _skipped and exitstatus in (0, 1):
        print(f"\nSkipped, though nothing may be: {', '.join(_skipped)}")
        session.exitstatus = SKIPPED
