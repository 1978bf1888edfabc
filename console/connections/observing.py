"""What is read from the cloud, shown to whoever wants to remember it.

An app registers from its AppConfig.ready(); this app knows none of them. Observers see an answer once, when it comes,
in the thread that asked; they must be quick, and what goes wrong with them harms nobody.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from console.connections.models import Connection
from console.sparkrtc.operation import Operation

__all__ = ["Observer", "observe", "show"]

log = structlog.get_logger(__name__)

# (connection, the parameters asked with, the operation's reply without its secrets, when it was read)
Observer = Callable[[Connection, Mapping[str, Any], Any, datetime], None]
_observers: dict[str, list[Observer]] = {}


def observe(operation: Operation, observer: Observer) -> None:
    """Let a function see every new answer to an operation; registering it again changes nothing."""
    seen = _observers.setdefault(operation.name, [])
    if observer not in seen:
        seen.append(observer)


def show(
    connection: Connection, operation: Operation, params: Mapping[str, Any], value: Any, taken_at: datetime
) -> None:
    """Show a new answer to its observers."""
    for observer in _observers.get(operation.name, ()):
        try:
            observer(connection, params, value, taken_at)
        except Exception:
            log.exception("observer failed", operation=operation.name)
