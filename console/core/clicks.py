"""The click: the one request of a person that everything done on its behalf can be traced back to."""

import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field

__all__ = ["Click", "clicked", "current_click"]


@dataclass(frozen=True)
class Click:
    """A request's identity and origin.

    id: ours, in logs, audit entries and the X-Click-Id header; never the cloud's request id.
    address, user_agent: empty where no browser is involved (worker, command).
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    address: str = ""
    user_agent: str = ""


clicked: ContextVar[Click | None] = ContextVar("click", default=None)


def current_click() -> Click:
    """Return the click being served, or a fresh one without an origin for work that nobody clicked for."""
    click = clicked.get()
    if click is None:
        click = Click()
        clicked.set(click)
    return click
