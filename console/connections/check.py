"""Test a connection step by step, and say exactly what is wrong and what to do."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from console.connections import reaching
from console.connections.addresses import check_endpoint
from console.connections.blame import blame
from console.connections.client import make_client
from console.connections.findings import Finding, Found, as_it_is
from console.connections.models import Bucket, Connection
from console.connections.outgoing import GuardedAdapter, guarded_session
from console.connections.owners import owner_of
from console.connections.permits import StoredPermits
from console.connections.problems import ConnectionUnusable
from console.core.patience import SECONDS
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.client import Client
from console.sparkrtc.errors import BadRequest, NoAnswer, NotFound, QuotaExhausted, SparkError, Throttled
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane, Permit

__all__ = ["STEPS", "CheckResult", "Step", "check_connection"]

MOST_REQUESTS = 3
_SKEW_TOLD_SECONDS = 60.0
_NO_APPLICATION = "0" * 32  # any application will do to see whether the project is the right one

# Who refuses a project or a right has accepted the credentials.
_PROVED_BY = {"project": ("identity",), "right": ("identity",)}

STEPS: dict[str, str | Promise] = {
    "endpoint": gettext_lazy("Endpoint"),
    "name": gettext_lazy("Name resolution"),
    "reach": gettext_lazy("Network and encryption"),
    "service": gettext_lazy("SparkRTC answers"),
    "clock": gettext_lazy("Clock"),
    "identity": gettext_lazy("Credentials"),
    "project": gettext_lazy("Project"),
    "right": gettext_lazy("Rights"),
    "quota": gettext_lazy("Quota"),
}


@dataclass(frozen=True)
class Step:
    """One thing looked at.

    state: "passed", "warned" (works, but look), "failed" or "skipped" (not reached). found: what was found and what to
    do. request_id: the cloud's, where it answered.
    """

    name: str
    state: str = "skipped"
    found: Finding | None = None
    request_id: str = ""

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Step":
        """Return a step as it was kept. What was kept as text, in one language, is said as it is."""
        found, said = kept.get("found"), kept.get("said")
        finding = Finding(**found) if found else as_it_is(said) if said else None
        return cls(kept["name"], kept["state"], finding, kept["request_id"])

    @property
    def said(self) -> str:
        """What was found, for people, in the language of whoever looks; empty where nothing is to be said."""
        return "" if self.found is None else str(self.found)

    @property
    def label(self) -> str | Promise:
        return STEPS[self.name]


@dataclass(frozen=True)
class CheckResult:
    """All steps in order, at most one of which failed."""

    steps: tuple[Step, ...]

    @property
    def passed(self) -> bool:
        return all(step.state in ("passed", "warned") for step in self.steps)

    @property
    def failure(self) -> Step | None:
        return next((step for step in self.steps if step.state == "failed"), None)


def check_connection(connection: Connection) -> CheckResult:
    """Try a connection, saved or not, switched off or not. Sends three requests at most, each with its permit."""
    check = _Check(connection)
    try:
        check.run()
    except Found as problem:
        check.fail(check.current, problem.finding)
    except ConnectionUnusable as problem:
        check.fail("identity", problem.finding)
    except SparkError as error:
        behind = check.what_lies_behind(error)
        blamed = blame(behind, connection)
        check.fail(blamed.step, blamed.found, behind.request_id)
    return CheckResult(tuple(check.steps.values()))


class _Check:
    """The steps of one test as far as they are known."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.steps = {name: Step(name) for name in STEPS}
        self.current = "endpoint"
        self._began = timezone.now()

    def run(self) -> None:
        self._check_endpoints()
        self.current = "name"
        addresses = reaching.addresses_of(self._connection.endpoint)
        self._pass("name", as_it_is(", ".join(address.ip for address in addresses)))
        self.current = "reach"
        reaching.connect(self._connection.endpoint, addresses)
        self._reached()
        adapter = _DatedAdapter()
        client = self._client(adapter)
        try:
            app_id = self._list_applications(client)
        finally:
            self._compare_clocks(adapter)
        self._list_rooms(client, app_id)
        self._pass("quota", Finding("permits_free"))

    def fail(self, name: str, found: Finding, request_id: str = "") -> None:
        """Let a step fail; what its failure proves was passed, and what comes after it wasn't reached."""
        for proved in _PROVED_BY.get(name, ()):
            if self.steps[proved].state == "skipped":
                self._pass(proved)
        self.steps[name] = Step(name, "failed", found, request_id)

    def what_lies_behind(self, error: SparkError) -> SparkError:
        """Return the 429 after which no permit came free, where that is why none did."""
        if not isinstance(error, QuotaExhausted):
            return error
        refused = Bucket.objects.filter(owner=owner_of(self._connection), refused_at__gte=self._began)
        if not refused.exists():
            return error
        return Throttled(status=429, operation=error.operation, retry_after=error.retry_after)

    def pass_service(self) -> None:
        """Note that something answered as the service does."""
        self._pass("service")

    def _pass(self, name: str, found: Finding | None = None, request_id: str = "") -> None:
        self.steps[name] = Step(name, "passed", found, request_id)

    def _check_endpoints(self) -> None:
        check_endpoint(self._connection.endpoint)
        if self._connection.kind == Connection.Kind.IAM_USER:
            check_endpoint(self._connection.iam_endpoint)
        self._pass("endpoint", as_it_is(self._connection.endpoint))

    def _reached(self) -> None:
        if urlsplit(self._connection.endpoint).scheme == "https":
            self._pass("reach", Finding("trusted"))
        else:
            self.steps["reach"] = Step("reach", "warned", Finding("in_clear"))

    def _client(self, adapter: GuardedAdapter) -> Client:
        session = guarded_session()
        for scheme in ("https://", "http://"):
            session.mount(scheme, adapter)
        permits = _FewPermits(StoredPermits(owner_of(self._connection)))
        return make_client(self._connection, session=session, permits=permits)

    def _list_applications(self, client: Client) -> str:
        """Look whether the credentials are good; return an application, or an id that stands for none."""
        self.current = "service"
        answer = client.call(LIST_APPLICATIONS, lane=Lane.CLICK, max_wait=SECONDS, limit=1)
        self._pass("service")
        self._pass("identity", Finding("accepted"), answer.request_id)
        count = answer.value.count or len(answer.value.apps)
        self._applications = Finding("applications", {"count": count})
        return answer.value.apps[0].app_id if answer.value.apps else _NO_APPLICATION

    def _list_rooms(self, client: Client, app_id: str) -> None:
        """Look whether the project is the right one and statistics may be read."""
        request_id = ""
        try:
            answer = client.call(LIST_ROOMS, lane=Lane.CLICK, max_wait=SECONDS, app_id=app_id, limit=1)
            request_id = answer.request_id
        except (BadRequest, NotFound) as problem:
            if app_id != _NO_APPLICATION:
                raise
            request_id = problem.request_id  # it knows the project, and no such application
        self._pass("project", Finding("project_known"), request_id)
        self._pass("right", self._applications)

    def _compare_clocks(self, adapter: "_DatedAdapter") -> None:
        if not adapter.answered:
            return
        if adapter.skew is None:
            self._pass("clock", Finding("clock_unknown"))
        elif abs(adapter.skew) <= _SKEW_TOLD_SECONDS:
            self._pass("clock", Finding("clock_agrees"))
        else:
            found = Finding("clock_differs", {"seconds": round(abs(adapter.skew))})
            self.steps["clock"] = Step("clock", "warned", found)


class _DatedAdapter(GuardedAdapter):
    """Notes by how much the cloud's clock is ahead of ours. skew: seconds, None before the first answer."""

    skew: float | None = None
    answered = False

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        response = super().send(*args, **kwargs)
        self.answered = True
        try:
            date = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            return response
        self.skew = (date - timezone.now()).total_seconds()
        return response


class _FewPermits:
    """Permits of the account, but no more than a test may spend, its retries included."""

    def __init__(self, permits: StoredPermits) -> None:
        self._permits = permits
        self._left = MOST_REQUESTS

    def take(self, operation: Operation, *, lane: Lane, max_wait: float) -> Permit:
        if not self._left:
            raise NoAnswer(operation=operation.name)  # what it retries is what failed before
        self._left -= 1
        return self._permits.take(operation, lane=lane, max_wait=max_wait)
