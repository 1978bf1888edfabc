"""On whose behalf the cloud's quota is being spent: a page with its viewer, a task, a command.

Set around what serves them; asked when a request is sent. Threads that go on for somebody take it along.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest

__all__ = ["Consumer", "acting_for", "consumer_of", "current_consumer"]


@dataclass(frozen=True)
class Consumer:
    """Who spends. kind: "page", "task" or "other". name: a view's or a task's. person: their user name, or empty."""

    kind: str = "other"
    name: str = ""
    person: str = ""


_consumer: ContextVar[Consumer | Callable[[], Consumer] | None] = ContextVar("consumer", default=None)


@contextmanager
def acting_for(consumer: Consumer | Callable[[], Consumer]) -> Iterator[None]:
    """Do something on behalf of a consumer. A function is called only if somebody wants to know."""
    token = _consumer.set(consumer)
    try:
        yield
    finally:
        _consumer.reset(token)


def current_consumer() -> Consumer:
    """Return on whose behalf this runs."""
    found = _consumer.get()
    if found is None:
        return Consumer()
    return found if isinstance(found, Consumer) else found()


def consumer_of(request: HttpRequest) -> Consumer:
    """Return the page and the person that a request stands for."""
    match = request.resolver_match
    user = getattr(request, "user", None)
    person = user.get_username() if user is not None and user.is_authenticated else ""
    return Consumer("page", (match.view_name if match else "")[:100], person[:150])
