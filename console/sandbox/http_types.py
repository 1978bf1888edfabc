"""What a route is made of: the request it is given, the reply it gives, the refusal it may raise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from console.sandbox.cloud import Cloud

__all__ = ["Auth", "Handler", "Refusal", "Reply", "Request", "Route", "page_of"]

Auth = Literal["v1", "v2", "obs"]


@dataclass(frozen=True)
class Request:
    """One authenticated request.

    path: decoded, without the query. path_params: decoded, by the name in the route's template.
    query: decoded pairs in the order of sending, repeated names kept. json: the parsed body, None without one.
    received_at: seconds since the epoch on the sandbox's clock, when the request arrived.
    """

    method: str
    path: str
    path_params: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    received_at: float = 0.0

    def first(self, name: str) -> str | None:
        """Return the first value of a query parameter, None when it was not sent."""
        return next((value for key, value in self.query if key == name), None)

    def every(self, name: str) -> list[str]:
        """Return all values of a query parameter, whether repeated or separated by commas."""
        return [part for key, value in self.query if key == name for part in value.split(",") if part]


@dataclass(frozen=True)
class Reply:
    """The answer of a route. body: anything JSON can say; None sends no body at all. written: a body that is JSON."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    written: bytes | None = None


def page_of(figures: Mapping[str, int], name: str, rows: Iterable[str]) -> Reply:
    """Return a page: figures, and under a name rows that are written as JSON already.

    Every row is encoded for itself: one rare character would make the text of a whole page four times as wide.
    """
    head = "".join([f'"{figure}":{value},' for figure, value in figures.items()])
    body = b",".join([row.encode("utf-8", "replace") for row in rows])
    return Reply(200, written=b"".join((f'{{{head}"{name}":['.encode(), body, b"]}")))


class Refusal(Exception):  # an answer of the cloud, not a mistake of ours
    """An error answer: HTTP status, the cloud's error code, and its message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message


Handler = Callable[[Request, "Cloud"], Reply]


@dataclass(frozen=True)
class Route:
    """One operation. Its handler is named after it: `list_rooms`, `create_app`, as in the vendor's SDK.

    path_template: "/v2/apps/{app_id}". cell: the quota it spends, a name of quotas.CELLS.
    auth: "v1" compares X-Project-Id with the path's project id when there is one; "obs" and "v2" do not.
    """

    method: str
    path_template: str
    handler: Handler
    cell: str
    auth: Auth = "v2"

    @property
    def operation(self) -> str:
        """Return the operation's name."""
        return self.handler.__name__

    @property
    def category(self) -> str:
        """Return its category in the reference: there is a module for each, and several for the statistics."""
        return self.handler.__module__.rpartition(".")[2].partition("statistics_")[0] or "statistics"
