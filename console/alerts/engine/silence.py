"""Hours in which nobody is told. What happens then is written down all the same. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

__all__ = ["ALWAYS_LOUD", "Silence"]

_A_DAY = 24 * 60


@dataclass(frozen=True)
class Silence:
    """From `start` to `end`, minutes after midnight on the clocks of a zone, on some days of the week.

    days: 0 is Monday; those on which a silence begins: one past midnight ends on the next day. end equal to start: the
    whole day. No days: never.
    """

    zone: str = "UTC"
    days: frozenset[int] = frozenset()
    start: int = 0
    end: int = 0

    @property
    def endless(self) -> bool:
        """Whether nobody would ever be told."""
        return self.start == self.end and len(self.days) == 7

    def holds(self, at: datetime) -> bool:
        """Say whether it is silent at a moment."""
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        today, yesterday = local.weekday() in self.days, (local.weekday() - 1) % 7 in self.days
        if self.start < self.end:
            return today and self.start <= minute < self.end
        return (today and minute >= self.start) or (yesterday and minute < self.end)

    def over_at(self, at: datetime) -> datetime | None:
        """Return the first moment from `at` on at which it is not silent; None when there is none."""
        if self.endless:
            return None
        moment = at.astimezone(UTC)  # clocks that are put back don't repeat there
        for _number in range(8 * _A_DAY):
            if not self.holds(moment):
                return moment
            moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        return None


ALWAYS_LOUD = Silence()
