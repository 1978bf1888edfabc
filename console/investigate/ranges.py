"""Which part of a call is shown: all of it, or a zoomed range from the address. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.investigate.shapes import Call, call_key, read_key
from console.investigate.timeline import Range

__all__ = ["Shown", "read_shown"]

_LEAST = timedelta(minutes=2)
_MARGIN = timedelta(seconds=30)
_AROUND = timedelta(minutes=10)
_BESIDE = timedelta(minutes=4)


@dataclass(frozen=True)
class Shown:
    """The range shown, and the ways to others: each as the address has it, {"from": …, "to": …}, {} for all.

    problem: why the range that was asked for was not taken, a key of the page's sentences; "" when it was.
    """

    range: Range
    whole: Range
    zoomed: bool
    problem: str = ""

    @property
    def closer(self) -> dict[str, str]:
        """Half of it, in the middle."""
        return self._around(self.range.seconds / 4)

    @property
    def wider(self) -> dict[str, str]:
        """Twice as much."""
        return self._around(self.range.seconds)

    @property
    def earlier(self) -> dict[str, str]:
        return self._moved(-self.range.seconds / 2)

    @property
    def later(self) -> dict[str, str]:
        return self._moved(self.range.seconds / 2)

    def around(self, moment: datetime) -> dict[str, str]:
        """Ten minutes to each side of a moment."""
        return self._clipped(moment - _AROUND, moment + _AROUND)

    def between(self, start: datetime, end: datetime) -> dict[str, str]:
        """A stretch, with some minutes around it."""
        return self._clipped(start - _BESIDE, end + _BESIDE)

    def _around(self, half: float) -> dict[str, str]:
        middle = self.range.start + timedelta(seconds=self.range.seconds / 2)
        return self._clipped(middle - timedelta(seconds=half), middle + timedelta(seconds=half))

    def _moved(self, seconds: float) -> dict[str, str]:
        step = timedelta(seconds=seconds)
        start = min(
            max(self.range.start + step, self.whole.start),
            self.whole.end - (self.range.end - self.range.start),
        )
        return self._clipped(start, start + (self.range.end - self.range.start))

    def _clipped(self, start: datetime, end: datetime) -> dict[str, str]:
        if end - start < _LEAST:
            middle = start + (end - start) / 2
            start, end = middle - _LEAST / 2, middle + _LEAST / 2
        start, end = max(start, self.whole.start), min(end, self.whole.end)
        if start >= end or (start == self.whole.start and end == self.whole.end):
            return {"from": "", "to": ""}
        return {"from": call_key(start), "to": call_key(end)}


def read_shown(query: Mapping[str, str], call: Call) -> Shown:
    """Read the range from an address: from and to as call_key() writes them."""
    whole = Range(call.start - _MARGIN, max(call.until, call.start + _LEAST) + _MARGIN)
    asked = query.get("from", ""), query.get("to", "")
    if not any(asked):
        return Shown(whole, whole, False)
    start, end = read_key(asked[0]), read_key(asked[1])
    if start is None or end is None:
        return Shown(whole, whole, False, "unreadable")
    if start >= end:
        return Shown(whole, whole, False, "backwards")
    start, end = max(start, whole.start), min(end, whole.end)
    if start >= end:
        return Shown(whole, whole, False, "outside")
    if end - start < _LEAST:
        end = start + _LEAST
    return Shown(Range(start, end), whole, True)
