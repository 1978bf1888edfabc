"""What the application operations answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from console.sparkrtc.reading import Reply
from console.sparkrtc.secret import Secret

__all__ = [
    "Application",
    "ApplicationChange",
    "ApplicationState",
    "Applications",
    "Authentication",
    "AutomaticRecording",
    "AutomaticRecordingSetting",
    "Callback",
    "CallbackSetting",
    "Callbacks",
    "CreatedApplication",
]


class ApplicationState(Reply, frozen=True, kw_only=True):
    """state: ACTIVATION, DEACTIVATION, ARREARS or DELETED."""

    state: str = ""
    update_time: datetime | None = None


class Authentication(Reply, frozen=True, kw_only=True):
    """How clients prove that they may enter rooms. app_key: the key they sign with."""

    wire: ClassVar[Mapping[str, str]] = {"expire_seconds": "expire"}

    enable: bool | None = None
    expire_seconds: int | None = None
    app_key: Secret = Secret("")
    update_time: datetime | None = None


class Callback(Reply, frozen=True, kw_only=True):
    """Where notifications go. auth_key signs them; it is empty when they carry no signature."""

    url: str = ""
    auth_key: Secret = Secret("")
    notify_event_subscription: tuple[str, ...] = ()
    update_time: datetime | None = None


class Callbacks(Reply, frozen=True, kw_only=True):
    """push_callback is left over from a withdrawn feature."""

    push_callback: Callback | None = None
    record_callback: Callback | None = None


class AutomaticRecording(Reply, frozen=True, kw_only=True):
    """mode: AUTO_RECORD_OFF or AUTO_INDIVIDUAL_RECORD; record_rule_id is the template it uses."""

    mode: str = ""
    record_rule_id: str = ""
    update_time: datetime | None = None


class Application(Reply, frozen=True, kw_only=True):
    """An application. scope: DOMESTIC, OVERSEA or GLOBAL."""

    app_id: str = ""
    app_name: str = ""
    state: ApplicationState = ApplicationState()
    scope: str = ""
    tenant_name: str = ""
    domain: str = ""
    create_time: datetime | None = None
    authentication: Authentication = Authentication()
    callbacks: Callbacks = Callbacks()
    auto_record_mode: AutomaticRecording = AutomaticRecording()


class Applications(Reply, frozen=True, kw_only=True):
    """One page of applications; count is the number on all pages."""

    count: int | None = None
    apps: tuple[Application, ...] = ()


class CreatedApplication(Reply, frozen=True, kw_only=True):
    """What creating answers: the id and nothing else."""

    app_id: str = ""


class ApplicationChange(Reply, frozen=True, kw_only=True):
    """What enabling or disabling answers: the new state."""

    app_id: str = ""
    state: ApplicationState = ApplicationState()


class AutomaticRecordingSetting(Reply, frozen=True, kw_only=True):
    """An application's automatic recording."""

    app_id: str = ""
    auto_record_mode: AutomaticRecording = AutomaticRecording()


class CallbackSetting(Reply, frozen=True, kw_only=True):
    """An application's recording callback, None when none is stored."""

    app_id: str = ""
    record_callback: Callback | None = None
