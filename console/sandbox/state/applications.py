"""Applications with their keys, states, callbacks and automatic recording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from console.sandbox.clock import iso_millis
from console.sandbox.errors import app_disabled, app_exists, apps_exceeded, not_found
from console.sandbox.state.ids import Ids

__all__ = ["MOST_APPLICATIONS", "STATES", "Application", "Applications", "Automatic", "Callback", "Found"]

MOST_APPLICATIONS = 20
STATES = ("ACTIVATION", "DEACTIVATION", "ARREARS")
_EVENTS = ["RECORD_NEW_FILE_START", "RECORD_FILE_COMPLETE"]


@dataclass(frozen=True)
class Callback:
    """Where notifications go. auth_key: empty for unsigned ones."""

    url: str
    auth_key: str
    changed: float

    def body(self) -> dict[str, Any]:
        """Write it as the API does."""
        told: dict[str, Any] = {"url": self.url}
        if self.auth_key:
            told["auth_key"] = self.auth_key
        return told | {"notify_event_subscription": list(_EVENTS), "update_time": iso_millis(self.changed)}


@dataclass(frozen=True)
class Automatic:
    """Automatic recording: on when there is a recording template's id."""

    rule_id: str
    changed: float

    def body(self) -> dict[str, Any]:
        """Write it as the API does."""
        told = {"mode": "AUTO_INDIVIDUAL_RECORD" if self.rule_id else "AUTO_RECORD_OFF"}
        if self.rule_id:
            told["record_rule_id"] = self.rule_id
        return told | {"update_time": iso_millis(self.changed)}


@dataclass
class Application:
    """One application. created, changed (of its state): seconds since the epoch."""

    app_id: str
    name: str
    key: str
    created: float
    scope: str
    domain: str
    state: str = "ACTIVATION"
    changed: float = 0.0
    callback: Callback | None = None
    automatic: Automatic = field(default=Automatic("", 0.0))

    def must_be_enabled(self) -> None:
        """Raise the refusal RTC.00001016 unless it is enabled."""
        if self.state != "ACTIVATION":
            raise app_disabled()

    def state_body(self) -> dict[str, Any]:
        """Write its state as the API does."""
        return {"state": self.state, "update_time": iso_millis(self.changed)}

    def body(self, tenant: str) -> dict[str, Any]:
        """Write it as the API does. tenant: the account's name."""
        return {
            "app_name": self.name,
            "app_id": self.app_id,
            "state": self.state_body(),
            "scope": self.scope,
            "tenant_name": tenant,
            "domain": self.domain,
            "create_time": iso_millis(self.created),
            "authentication": {
                "enable": True,
                "expire": 300,
                "app_key": self.key,
                "update_time": iso_millis(self.created),
            },
            "callbacks": {"record_callback": self.callback.body()} if self.callback else {},
            "auto_record_mode": self.automatic.body(),
        }


class Found(Protocol):
    """What the world tells of an application. created_at: seconds since the epoch."""

    @property
    def app_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def domain(self) -> str: ...
    @property
    def created_at(self) -> float: ...
    @property
    def scope(self) -> str: ...
    @property
    def state(self) -> str: ...


class Applications:
    """The account's applications in the order of their creation. Its callers hold the cloud's lock."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._known: dict[str, Application] = {}

    def __iter__(self) -> Iterator[Application]:
        return iter(self._known.values())

    def get(self, app_id: str) -> Application:
        """Return one. Raises the refusal 404."""
        if app_id not in self._known:
            raise not_found("app_id")
        return self._known[app_id]

    def new_id(self, name: str) -> str:
        """Return an id for a new application of that name.

        Raises RTC.00001020 when the name is taken, RTC.00001017 when there are 20.
        """
        if any(known.name == name for known in self):
            raise app_exists()
        if len(self._known) >= MOST_APPLICATIONS:
            raise apps_exceeded()
        return self._ids.next("application")

    def add(self, found: Found) -> Application:
        """Take in an application of the world."""
        at = found.created_at
        known = Application(
            app_id=found.app_id,
            name=found.name,
            key=self._ids.named(f"key/{found.app_id}"),
            created=at,
            scope=found.scope,
            domain=found.domain,
            state=found.state,
            changed=at,
            automatic=Automatic("", at),
        )
        self._known[known.app_id] = known
        return known

    def delete(self, app_id: str) -> None:
        """Forget one."""
        del self._known[app_id]

    def set_state(self, app_id: str, state: str, at: float) -> Application:
        """Change its state; the same state again changes nothing, nor its time."""
        known = self.get(app_id)
        if known.state != state:
            known.state, known.changed = state, at
        return known
