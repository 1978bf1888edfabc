"""What this app's services return: frozen, complete, and without a way to the cloud."""

from dataclasses import dataclass
from datetime import datetime

from console.connections.ages import Age
from console.sparkrtc.errors import SparkError

__all__ = [
    "MOST_APPLICATIONS",
    "Access",
    "Application",
    "ApplicationFacts",
    "ApplicationList",
    "Applications",
    "AutomaticFacts",
    "CallbackFacts",
    "unread_application",
]

MOST_APPLICATIONS = 20  # an account's, unless the cloud's support has raised it


@dataclass(frozen=True)
class Application:
    """An application as a list of choices shows it. state: ACTIVATION, DEACTIVATION, ARREARS, or "" when unknown.

    created_at: None when unknown.
    """

    app_id: str
    name: str
    state: str = ""
    created_at: datetime | None = None

    @property
    def enabled(self) -> bool:
        """Whether rooms can open in it, as far as anybody knows."""
        return self.state in ("", "ACTIVATION")


@dataclass(frozen=True)
class Applications:
    """The applications that a person may reach. age: None when the cloud never answered and ids alone are known."""

    items: tuple[Application, ...]
    age: Age | None
    problem: SparkError | None = None

    def find(self, app_id: str) -> Application | None:
        """Return the application with that id, None when it is not among them."""
        return next((item for item in self.items if item.app_id == app_id), None)


@dataclass(frozen=True)
class CallbackFacts:
    """Where the cloud sends an application's recording notifications. signed: there is a key, which is never here.

    events: those subscribed, as the cloud names them; an open set.
    """

    url: str = ""
    signed: bool = False
    events: tuple[str, ...] = ()
    changed_at: datetime | None = None

    @property
    def set(self) -> bool:
        """Whether notifications go anywhere."""
        return bool(self.url)


@dataclass(frozen=True)
class AutomaticFacts:
    """An application's automatic recording. template_id: of the template it records by, "" when it is off."""

    on: bool = False
    template_id: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class ApplicationFacts:
    """Everything that the cloud tells of an application, without its keys. All text is the cloud's and hostile.

    state: ACTIVATION, DEACTIVATION, ARREARS or DELETED. scope: DOMESTIC, OVERSEA or GLOBAL.
    access_checked: whether who enters a room must bring a signature; None when unknown. access_seconds: how long one
    holds by default, as the cloud says. has_key: whether there is a key to sign with.
    """

    app_id: str
    name: str
    state: str
    state_changed_at: datetime | None
    scope: str
    tenant: str
    domain: str
    created_at: datetime | None
    access_checked: bool | None
    access_seconds: int | None
    has_key: bool
    callback: CallbackFacts
    automatic: AutomaticFacts

    @property
    def enabled(self) -> bool:
        return self.state == "ACTIVATION"

    @property
    def disabled(self) -> bool:
        return self.state == "DEACTIVATION"

    @property
    def in_arrears(self) -> bool:
        return self.state == "ARREARS"

    @property
    def deleted(self) -> bool:
        return self.state == "DELETED"


def unread_application(app_id: str) -> ApplicationFacts:
    """Return an application of which nothing can be read at present; acting on it stays possible."""
    unset = CallbackFacts(), AutomaticFacts()
    return ApplicationFacts(app_id, app_id, "", None, "", "", "", None, None, None, False, *unset)


@dataclass(frozen=True)
class ApplicationList:
    """The applications that a person may reach, with all facts. count: of the account, whatever the person reaches."""

    items: tuple[ApplicationFacts, ...]
    count: int
    age: Age


@dataclass(frozen=True)
class Access:
    """What a client needs to enter a room. ctime: when it ends to hold, in seconds since 1970, as it is signed."""

    app_id: str
    room_id: str
    user_id: str
    ctime: int
    signature: str
    expires_at: datetime
