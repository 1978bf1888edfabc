"""What a chart's numbers count, and how they are written. The scripts write them in the same way."""

import math
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from console.core import times

__all__ = ["COUNT", "MILLISECONDS", "NUMBER", "RATIO", "SECONDS", "Unit"]

NOTHING = "–"


@dataclass(frozen=True)
class Unit:
    """How values are written.

    kind: "number"; "ratio" (0 to 1, written in per cent); "seconds" (written as a duration).
    digits: behind the point, of a number or of per cents. suffix: a unit behind a number.
    """

    kind: str = "number"
    digits: int = 0
    suffix: str | Promise = ""

    def with_digits(self, digits: int) -> "Unit":
        """Return the same unit, written more or less exactly."""
        return replace(self, digits=digits)

    def write(self, value: float | None) -> str:
        """Return the value as text; a dash for None."""
        if value is None:
            return NOTHING
        if self.kind == "ratio":
            return f"{_rounded(value * 100, self.digits):,.{self.digits}f} %"
        if self.kind == "seconds":
            return times.duration(value)
        text = f"{_rounded(value, self.digits):,.{self.digits}f}"
        return f"{text} {self.suffix}" if self.suffix else text

    def sent(self, value: float | None) -> float | None:
        """Return the value as the scripts get it: as it is written, without digits that nobody sees."""
        if value is None:
            return None
        if self.kind == "seconds":
            return times.seconds_told(value)
        if self.kind == "ratio":
            shown = round(_rounded(value * 100, self.digits) / 100, self.digits + 2)
        else:
            shown = round(_rounded(value, self.digits), self.digits)
        return int(shown) if shown == int(shown) else shown

    def as_json(self) -> dict[str, Any]:
        """Return what the scripts need to write values; for durations, the words too."""
        said: dict[str, Any] = {"kind": self.kind, "digits": self.digits, "suffix": str(self.suffix)}
        if self.kind == "seconds":
            said["words"] = [
                gettext("%(seconds)s s"),
                gettext("%(minutes)s min %(seconds)s s"),
                gettext("%(hours)s h %(minutes)s min"),
                gettext("%(days)s d %(hours)s h"),
            ]
        return said


def _rounded(value: float, digits: int) -> float:
    """Round halves up, as the scripts do: Python would round them to even."""
    scale = 10**digits
    return math.floor(value * scale + 0.5) / scale


COUNT = Unit()
NUMBER = Unit(digits=1)
RATIO = Unit("ratio", digits=2)
SECONDS = Unit("seconds")
MILLISECONDS = Unit(suffix="ms")
