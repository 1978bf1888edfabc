"""Everything the stand-in knows, in one object that the routes are given."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from console.sandbox.checks import Body
from console.sandbox.clock import Clock
from console.sandbox.errors import bad_value
from console.sandbox.faults import Faults
from console.sandbox.gatekeeper import Gatekeeper
from console.sandbox.http_types import Handler, Reply, Request
from console.sandbox.iam import Iam
from console.sandbox.journal import Journal
from console.sandbox.options import Options
from console.sandbox.quotas import Quotas
from console.sandbox.state.applications import STATES, Applications, Automatic, Found
from console.sandbox.state.buckets import Buckets
from console.sandbox.state.ids import Ids
from console.sandbox.state.jobs import Jobs
from console.sandbox.state.notifier import Notifier
from console.sandbox.state.recorder import Recorder
from console.sandbox.state.tape import Tape
from console.sandbox.state.templates import Templates, found_settings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Cloud", "PersonView", "RoomView", "WorldView", "locked"]


class RoomView(Protocol):
    """A room as far as recording and control look at it. start: epoch seconds."""

    @property
    def room_id(self) -> str: ...
    @property
    def start(self) -> int: ...


class PersonView(Protocol):
    """A participant as far as control looks at them."""

    @property
    def user_id(self) -> str: ...
    @property
    def nickname(self) -> str: ...


class WorldView(Protocol):
    """What the half with state asks of the world. Moments: seconds since the epoch on the world's clock."""

    def applications(self) -> Iterable[Found]: ...
    def add_application(self, app_id: str, name: str, at: float) -> Found: ...
    def set_application(self, app_id: str, state: str, at: float) -> None: ...
    def remove(self, app_id: str, room_id: str, user_ids: Iterable[str], at: float) -> object: ...
    def dismiss(self, app_id: str, room_id: str, at: float) -> object: ...
    def room_is_open(self, app_id: str, room_id: str, at: float) -> bool: ...
    def publishers(self, app_id: str, room_id: str, at: float) -> Iterable[str]: ...
    def rooms(
        self, app_id: str, start: float, end: float, state: str | None = None, *, now: float | None = None
    ) -> Sequence[RoomView]: ...
    def participants(
        self,
        app_id: str,
        start: float,
        end: float,
        *,
        now: float | None = None,
        room_id: str | None = None,
        states: Collection[str] | None = None,
    ) -> Sequence[PersonView]: ...
    @property
    def looked_at(self) -> float: ...
    def look_around(self, at: float) -> Iterable[None]: ...
    def labelled_calls(
        self, since: float, until: float, *, now: float | None = None
    ) -> Sequence[DataclassInstance]: ...


class Cloud:
    """The account with its applications and everything around them.

    make_world: called with seed, scale and the time of birth, at the start and at every reset.
    """

    def __init__(self, options: Options, make_world: Callable[[int, str, float], WorldView]) -> None:
        self.options = options
        self.project_id = options.project_id
        self.lock = threading.RLock()
        self.clock = Clock()
        self.quotas = Quotas(strict=options.quota == "strict", scope=options.quota_scope)
        self.iam = Iam(options, self.clock)
        self.gatekeeper = Gatekeeper(options, self.clock, self.iam)
        self.faults = Faults()
        self.journal = Journal()
        self.notifier = Notifier(options.callback_hosts, self.clock.gateway)
        self._make_world = make_world
        self._be_born(options.seed)

    def reset(self, seed: int) -> None:
        """Begin again: a new world, empty log, no faults, the real time, full quotas, no denied action."""
        with self.lock:
            self.clock.reset()
            self.quotas.forget()
            self.quotas.strict = self.options.quota == "strict"
            self.quotas.divide(self.options.quota_scope)
            self.iam.forget()
            self.gatekeeper.deny(())
            self.faults.clear()
            self.journal.forget()
            self.notifier.forget()
            self._be_born(seed)

    def travel(self, seconds: float) -> None:
        """Move the world's time and let happen what happens on the way."""
        with self.lock:
            self.recorder.advance(self.clock())
            self.clock.travel(seconds)
            if seconds < 0:  # arrivals of the future would fill every window until then
                self.quotas.empty()
                self.recorder.rewind(self.clock())
            self.recorder.advance(self.clock())

    def tick(self) -> None:
        """Let happen what has happened by now."""
        with self.lock:
            self.recorder.advance(self.clock())

    def check_template(self, app_id: str, rule_id: str) -> None:
        """Raise the refusal RTC.00001003 unless a recording template is the application's."""
        if all(template.rule_id != rule_id for template in self.templates.of(app_id)):
            raise bad_value("record_rule_id")

    def rule_id_in(self, body: Body, app_id: str) -> str:
        """Return the recording template a job asks for, "" when it asks for none."""
        param = body.table("record_param")
        if param is None:
            return ""
        rule_id = param.text("record_rule_id", required=True, low=1) or ""
        self.check_template(app_id, rule_id)
        return rule_id

    def tape(self, app_id: str, rule_id: str, stream: str, kbps: int, at: float) -> Tape | None:
        """Return what a job records to, None without a recording template."""
        if not rule_id:
            return None
        return Tape(self.templates.get(app_id, rule_id).settings_for(at), app_id, stream, kbps)

    def fail_job(self, job_id: str) -> None:
        """Let a job end with INTERNAL_ERROR. Raises ValueError."""
        with self.lock:
            at = self.clock()
            self.recorder.advance(at)
            job = self.jobs.find(job_id)
            if job is None or job.is_over:
                raise ValueError("job_id must be that of a job that has not ended")
            self.recorder.stop(job, "INTERNAL_ERROR", at)

    def set_application_state(self, app_id: str, state: str) -> None:
        """Put an application into a state that no operation leads to, ARREARS above all. Raises ValueError."""
        with self.lock:
            if state not in STATES or all(app.app_id != app_id for app in self.applications):
                raise ValueError(f"app_id must exist, state must be one of {', '.join(STATES)}")
            at = self.clock()
            self.applications.set_state(app_id, state, at)
            self.world.set_application(app_id, state, at)

    def forget_application(self, app_id: str, at: float) -> None:
        """Delete an application with all that hangs on it."""
        self.applications.delete(app_id)
        self.templates.forget_application(app_id)
        self.world.set_application(app_id, "DELETED", at)

    def _be_born(self, seed: int) -> None:
        born = self.clock()
        self.seed = seed
        self.ids = Ids(seed)
        self.world = self._make_world(seed, self.options.scale, born)
        self.applications = Applications(self.ids)
        for found in self.world.applications():
            self.applications.add(found)
        self.templates = Templates(self.ids)
        self.buckets = Buckets(born)
        self.jobs = Jobs()
        self.recorder = Recorder(self)
        self._furnish(born)
        self.ids.generation = self.options.generation

    def _furnish(self, born: float) -> None:
        """Give the first two enabled applications a recording template, and the second automatic recording."""
        enabled = [app for app in self.applications if app.state == "ACTIVATION"]
        for app in enabled[:2]:
            self.templates.save(app.app_id, found_settings(self.project_id), born - 30 * 86_400)
        for app in enabled[1:2]:
            app.automatic = Automatic(self.templates.of(app.app_id)[0].rule_id, born)


def locked(handler: Callable[[Request, Cloud], Reply]) -> Handler:
    """Let a handler run alone: what it checks stays true until it has changed what it came for."""

    @functools.wraps(handler)
    def alone(request: Request, cloud: Cloud) -> Reply:
        with cloud.lock:
            return handler(request, cloud)

    return alone
