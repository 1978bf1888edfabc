"""Read the parameters of the statistics operations as strictly as the contract describes them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar, cast

from console.sandbox.checks import ROOM_ID
from console.sandbox.cloud import Cloud
from console.sandbox.errors import bad_combination, bad_value
from console.sandbox.http_types import Refusal, Request
from console.sandbox.world import World

__all__ = ["CELL", "DAY", "HOUR", "MINUTE", "Days", "Page", "Question", "Window"]

CELL = "analytics_30_per_min"
MINUTE, HOUR, DAY = 60, 3600, 86_400
MOST_ROWS = 1000  # the real maximum is not published; a larger limit is cut down, and the answer says so
_SLACK = 60  # what a request may take on its way without falling out of a window counted from now
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Window:
    """From start up to, but not including, end; epoch seconds."""

    start: int
    end: int


@dataclass(frozen=True)
class Days:
    """From the first to the last UTC day, both included, counted in days since the epoch."""

    first: int
    last: int


@dataclass(frozen=True)
class Page:
    """limit rows from row number offset on."""

    limit: int
    offset: int

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """Return the page of a list."""
        return list(rows[self.offset : self.offset + self.limit])


class Question:
    """The parameters of one request. Whatever is missing or wrong raises the cloud's refusal (400).

    app_parameter: what the operation calls the application id. Raises for an application that never existed: the
    operations document no 404.
    """

    def __init__(self, request: Request, cloud: Cloud, app_parameter: str = "app") -> None:
        self._request = request
        self.now = int(request.received_at)
        self.world = cast(World, cloud.world)
        self.app_id = self.required(app_parameter)
        if not self.world.knows(self.app_id):
            raise bad_value(app_parameter)

    def required(self, name: str) -> str:
        """Return a parameter that must be there."""
        text = self.optional(name)
        if text is None:
            raise _absent(name)
        if not text:
            raise bad_value(name)
        return text

    def optional(self, name: str) -> str | None:
        """Return a parameter, None when it was not sent."""
        return self._request.first(name)

    def room_id(self, *, required: bool = False) -> str | None:
        """Return the room id."""
        room_id = self.required("room_id") if required else self.optional("room_id")
        if room_id is not None and not ROOM_ID.fullmatch(room_id):
            raise bad_value("room_id")
        return room_id

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """Return one of the choices; required unless there is a default."""
        text = self.required(name) if default is None else self.optional(name) or default
        if text not in choices:
            raise bad_value(name)
        return text

    def several(self, name: str, choices: Collection[str] | None = None) -> list[str]:
        """Return the values of a list, repeated or separated by commas; empty when it was not sent."""
        values = list(dict.fromkeys(self._request.every(name)))
        if choices is not None and not set(values) <= set(choices):
            raise bad_value(name)
        return values

    def at_least_one(self, name: str, choices: Collection[str]) -> list[str]:
        """Return the values of a list that must be there."""
        self.required(name)
        return self.several(name, choices)

    def moment(self, name: str) -> int | None:
        """Return a time in epoch seconds, None when it was not sent."""
        text = self.optional(name)
        if text is None:
            return None
        if not _TIME.fullmatch(text):
            raise bad_value(name)
        try:
            return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
        except ValueError:
            raise bad_value(name) from None

    def window(self, longest: int, *, reach: int | None = None, required: bool = False) -> Window:
        """Return the window, the last hour unless given. longest, reach (how far back it may begin): seconds."""
        if required:
            self.required("start_time")
            self.required("end_time")
        start, end = self.moment("start_time"), self.moment("end_time")
        start = self.now - HOUR if start is None else start
        end = self.now if end is None else end
        if start > end:
            raise bad_combination("start_time is after end_time")
        if end - start > longest:
            raise bad_combination("start_time and end_time are too far apart")
        if reach is not None and start < self.now - reach - _SLACK:
            raise bad_value("start_time")
        return Window(start, end)

    def days(self, longest: int, *, required: bool = False) -> Days:
        """Return days within the last longest ones; yesterday unless given. The current day may be named."""
        if required:
            self.required("start_date")
            self.required("end_date")
        today = self.now // DAY
        first, last = self._day("start_date", today - 1), self._day("end_date", today - 1)
        if first > last:
            raise bad_combination("start_date is after end_date")
        if last - first >= longest:
            raise bad_combination("start_date and end_date are too far apart")
        if first < today - longest:
            raise bad_value("start_date")
        if last > today:
            raise bad_value("end_date")
        return Days(first, last)

    def page(self, default: int = 10) -> Page:
        """Return which rows are wanted."""
        limit, offset = self._whole("limit", default), self._whole("offset", 0)
        if limit < 1:
            raise bad_value("limit")
        return Page(min(limit, MOST_ROWS), offset)

    def _whole(self, name: str, default: int) -> int:
        text = self.optional(name)
        if text is None:
            return default
        if not _NUMBER.fullmatch(text):
            raise bad_value(name)
        return int(text)

    def _day(self, name: str, default: int) -> int:
        text = self.optional(name)
        if text is None:
            return default
        if not _DATE.fullmatch(text):
            raise bad_value(name)
        try:
            return (date.fromisoformat(text) - date(1970, 1, 1)).days
        except ValueError:
            raise bad_value(name) from None


def _absent(name: str) -> Refusal:
    return Refusal(400, "DATA.100011001", f"Required String parameter '{name}' is not present")
