"""Rules over several fields, as data: what must come together, and how long a window may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from console.sparkrtc.messages import Problem

__all__ = ["Days", "NeededWith", "PanesUnlessGrid", "Window"]

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NeededWith:
    """`field` must be given and not be empty when `other` is, or lists, `value`."""

    field: str
    other: str
    value: str

    def problems(self, values: Mapping[str, Any], now: datetime) -> Iterator[Problem]:
        found = values.get(self.other)
        named = self.value in found if isinstance(found, list | tuple) else found == self.value
        if named and not values.get(self.field):
            yield Problem("needed_with", {"field": self.field, "other": self.other, "value": self.value})


@dataclass(frozen=True)
class PanesUnlessGrid:
    """A layout other than the adaptive grid needs panes; so does a mix of pictures without a layout.

    The operation's text asks for panes with every mix of pictures, the field's text and the examples do not
    for the grid: the field's text is followed.
    """

    def problems(self, values: Mapping[str, Any], now: datetime) -> Iterator[Problem]:
        if values.get("encode_template") == "audio_only":
            return
        layout = values.get("layout_template")
        if layout is None and "encode_template" in values:
            yield Problem(
                "needed_with",
                {
                    "field": "layout_template",
                    "other": "encode_template",
                    "value": values["encode_template"],
                },
            )
        elif layout not in (None, "nine_grids_view") and not values.get("layout_panes"):
            yield Problem(
                "needed_with", {"field": "layout_panes", "other": "layout_template", "value": layout}
            )


@dataclass(frozen=True)
class Window:
    """start_time to end_time, at most `longest` long; where they may be left out, the cloud takes the last hour.

    reach: how far back start_time may lie, None where the reference does not say.
    """

    longest: timedelta
    reach: timedelta | None = None

    def problems(self, values: Mapping[str, Any], now: datetime) -> Iterator[Problem]:
        if values.get("start_time") is None and values.get("end_time") is None:
            return
        end = values.get("end_time") or now
        start = values.get("start_time") or now - _HOUR
        names = {"field": "end_time", "other": "start_time"}
        if end <= start:
            yield Problem("order", names)
        elif end - start > self.longest:
            yield Problem(*self._too_long(names))
        if self.reach is not None and start < now - self.reach:
            yield Problem("reach", {"field": "start_time", "longest": self.reach // _DAY})

    def _too_long(self, names: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if self.longest > _DAY:
            return "window_days", {**names, "longest": self.longest // _DAY}
        return "window_hours", {**names, "longest": self.longest // _HOUR}


@dataclass(frozen=True)
class Days:
    """start_date to end_date, both counted, at most `longest_days` days and only days that are over in UTC.

    None: the reference gives no limit, and then today is not refused either. Where the dates may be left out,
    the cloud takes yesterday as the start; what it takes as the end is not documented.
    """

    longest_days: int | None = None

    def problems(self, values: Mapping[str, Any], now: datetime) -> Iterator[Problem]:
        today = now.astimezone(UTC).date()
        start, end = values.get("start_date"), values.get("end_date")
        names = {"field": "end_date", "other": "start_date"}
        if start is not None and end is not None and end < start:
            yield Problem("day_order", names)
        if self.longest_days is None:
            return
        for name, given in (("start_date", start), ("end_date", end)):
            if given is not None and given >= today:
                yield Problem("day_not_over", {"field": name})
        if start is not None and (today - start).days > self.longest_days:
            yield Problem("reach", {"field": "start_date", "longest": self.longest_days})
        elif start is not None and end is not None and (end - start).days >= self.longest_days:
            yield Problem("window_dates", {**names, "longest": self.longest_days})
