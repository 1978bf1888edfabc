"""Figures of whole days over any period of the store: in steps, summed, compared, and combined by what they are.

Sums add up. Rates are weighed by what they are a share of, never averaged: a week's is not the mean of its days. The
most at a time of several applications is not the sum of each one's most: it is at most that. Medians can't be combined:
weighed, they are an estimate. A step that lacks days says so (`Cell.known`), and what it has is not stretched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.analytics.models import DayQuality, DayScale, DayUsage
from console.analytics.moving import Side, same_coverage
from console.analytics.services.known import Remembered
from console.analytics.services.sums import Column, Summed, sums_by_application, sums_by_day, values_by_day
from console.analytics.steps import Part, Step, beside, parts_of
from console.core.charts import COUNT, MILLISECONDS, RATIO, SECONDS, Unit

__all__ = ["VIEWS", "AppFigure", "Cell", "Combining", "Field", "Figures", "Found", "View", "figures"]


class Combining(Enum):
    """How the figures of several days or applications become one."""

    SUM = "sum"
    MOST = "most"
    RATE = "rate"
    MEDIAN = "median"


@dataclass(frozen=True)
class Field:
    """One figure. weight: the field of DayScale that a rate or median is weighed by.

    more_is_better: None for neither.
    """

    name: str
    label: str | Promise
    combining: Combining = Combining.SUM
    unit: Unit = COUNT
    weight: str = ""
    more_is_better: bool | None = None

    @property
    def estimated(self) -> bool:
        """Whether what stands for several days or applications is no exact figure."""
        return self.combining is Combining.MEDIAN


def _rate(name: str, label: Promise, weight: str, more_is_better: bool = True) -> Field:
    return Field(name, label, Combining.RATE, RATIO, weight, more_is_better)


def _median(name: str, label: Promise, weight: str) -> Field:
    return Field(name, label, Combining.MEDIAN, MILLISECONDS, weight, False)


@dataclass(frozen=True)
class View:
    """A page of insights: its model, what narrows it, and its fields, the first being the main one."""

    name: str
    label: str | Promise
    model: type[Model]
    fields: tuple[Field, ...]
    kind: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is read of the store."""
        return tuple((field.name, field.weight) for field in self.fields)


_JOINS, _VIDEO, _CALLS = "session_count", "video_communication_seconds", "communication_seconds"
_USAGE = (
    Field("total_seconds", _("Total"), unit=SECONDS),
    Field("video_hdp_seconds", _("Ultra HD video"), unit=SECONDS),
    Field("video_hd_seconds", _("HD video"), unit=SECONDS),
    Field("video_sd_seconds", _("SD video"), unit=SECONDS),
    Field("audio_seconds", _("Audio"), unit=SECONDS),
)
VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View("usage", _("Usage"), DayUsage, _USAGE, "calls"),
        View("mixing", _("Mixing"), DayUsage, _USAGE, "mixing"),
        View("recording", _("Recording"), DayUsage, _USAGE, "recording"),
        View(
            "scale",
            _("Scale"),
            DayScale,
            (
                Field(_JOINS, _("Joins")),
                Field("user_count", _("People, summed over days")),
                Field("room_count", _("Rooms")),
                Field("max_online_user_count", _("Most people at a time"), Combining.MOST),
                Field("max_online_room_count", _("Most rooms at a time"), Combining.MOST),
                Field(_CALLS, _("Call time"), unit=SECONDS),
                Field(_VIDEO, _("Video call time"), unit=SECONDS),
                Field("audio_communication_seconds", _("Audio call time"), unit=SECONDS),
            ),
        ),
        View(
            "quality",
            pgettext_lazy("of calls", "Quality"),
            DayQuality,
            (
                _rate("join_success_rate", _("Join success"), _JOINS),
                _rate("join_success_in5secs_rate", _("Joined within 5 s"), _JOINS),
                _rate("video_freeze_rate", _("Video freezes"), _VIDEO, False),
                _rate("audio_freeze_rate", _("Audio freezes"), _CALLS, False),
                _rate("pull_stream_success_rate", _("Pull success"), _JOINS),
                _rate("push_stream_success_rate", _("Push success"), _JOINS),
                _median("first_video_recv_ms", _("First video frame"), _JOINS),
                _median("first_audio_recv_ms", _("First audio frame"), _JOINS),
            ),
        ),
        View(
            "network",
            _("Network"),
            DayQuality,
            (
                _rate("video_excellent_trans_rate", _("Excellent video transmission"), _VIDEO),
                _rate("audio_excellent_trans_rate", _("Excellent audio transmission"), _CALLS),
                _rate("video_upstream_excellent_trans_rate", _("Excellent video upstream"), _VIDEO),
                _rate("audio_upstream_excellent_trans_rate", _("Excellent audio upstream"), _CALLS),
                _median("video_trans_delay_ms", _("Video delay"), _VIDEO),
                _median("audio_trans_delay_ms", _("Audio delay"), _CALLS),
            ),
        ),
    )
}


@dataclass(frozen=True)
class Cell:
    """A field over one step or a whole period. known: application-days that have a figure, of `possible`."""

    value: float | None
    weight: float
    known: int
    possible: int

    def comparable(self, other: "Cell", combining: Combining) -> bool:
        """Say whether two can be compared: sums and peaks only where about the same share of the days is known."""
        if combining in (Combining.RATE, Combining.MEDIAN):
            return True
        share, other_share = (one.known / one.possible if one.possible else 0.0 for one in (self, other))
        return same_coverage(share, other_share)


@dataclass(frozen=True)
class AppFigure:
    """One application's main figure in the period, in the one it is compared with, and step by step (of sums)."""

    application: Remembered
    combining: Combining
    now: Cell
    then: Cell | None
    steps: tuple[float | None, ...] = ()

    @property
    def value(self) -> float | None:
        return self.now.value

    @property
    def before(self) -> float | None:
        return self.then.value if self.then else None

    @property
    def change(self) -> float | None:
        """By how much it differs; None where the two can't be compared."""
        if self.value is None or self.before is None or not self.comparable:
            return None
        return self.value - self.before

    @property
    def comparable(self) -> bool:
        """Whether about the same share of both periods is known."""
        return self.then is not None and self.now.comparable(self.then, self.combining)

    @property
    def sides(self) -> tuple[Side, Side]:
        """The figure now and before, as a part of the whole; what can't be compared is unknown."""
        before = self.before if self.comparable else None
        return Side(self.value, self.now.weight), Side(before, self.then.weight if self.then else 0.0)


@dataclass(frozen=True)
class Found:
    """One field over the period: by step and as a whole, now and then.

    provisional_from: place of the first step that may still change; None when all are settled.
    """

    field: Field
    steps: tuple[Cell, ...]
    steps_then: tuple[Cell, ...]
    whole: Cell
    then: Cell | None
    provisional_from: int | None

    @property
    def comparable(self) -> bool:
        """Whether the whole can be compared with what it was."""
        return self.then is not None and self.whole.comparable(self.then, self.field.combining)

    @property
    def values(self) -> tuple[float | None, ...]:
        return tuple(cell.value for cell in self.steps)

    @property
    def values_then(self) -> tuple[float | None, ...]:
        """What it is compared with, step beside step: cut or filled with gaps to the length of the period."""
        values = [cell.value for cell in self.steps_then[: len(self.steps)]]
        return (*values, *[None] * (len(self.steps) - len(values))) if values else ()


@dataclass(frozen=True)
class Figures:
    """A view over a period: its steps, its fields, and the main field by application, what moved most first."""

    parts: tuple[Part, ...]
    fields: tuple[Found, ...]
    by_app: tuple[AppFigure, ...]


def figures(
    view: View,
    applications: Sequence[Remembered],
    first: date,
    last: date,
    then: tuple[date, date] | None = None,
    step: Step = Step.DAY,
) -> Figures:
    """Return each field of a view, and the main one by application. Five queries at most, three without `then`.

    first, last: days of UTC, both part of it. then: the days to compare with.
    """
    now = _Days(view, applications, first, last, step)
    before = _Days(view, applications, *then, step, beside(now.parts, *then, step)) if then else None
    fields = tuple(
        Found(
            field,
            now.steps(place),
            before.steps(place) if before else (),
            now.whole(place),
            before.whole(place) if before else None,
            now.provisional_from,
        )
        for place, field in enumerate(view.fields)
    )
    return Figures(tuple(now.parts), fields, _by_application(now, before))


def _by_application(now: "_Days", before: "_Days | None") -> tuple[AppFigure, ...]:
    found, found_before = now.by_application(), before.by_application() if before else {}
    several = len(now.applications) > 1
    main = now.view.fields[0]
    steps = now.stacked() if several and main.combining is Combining.SUM else {}
    rows = [
        AppFigure(app, main.combining, found[app.key], found_before.get(app.key), steps.get(app.key, ()))
        for app in now.applications
    ]
    return tuple(sorted(rows, key=lambda one: -abs(one.change or 0.0)))


class _Days:
    """The sums of a view between two days, and how they become steps. parts: the steps; left out, as step says."""

    def __init__(
        self,
        view: View,
        applications: Sequence[Remembered],
        first: date,
        last: date,
        step: Step,
        parts: Sequence[Part] = (),
    ) -> None:
        self.view, self.applications = view, applications
        self.parts = parts or parts_of(first, last, step)
        self.count = (last - first).days + 1
        self.chosen = ([app.key for app in applications], first, last)
        self.days = sums_by_day(view.model, view.kind, view.columns, self.chosen)
        self.place_of = {
            day: place
            for place, part in enumerate(self.parts)
            for day in _days_between(part.first, part.last)
        }
        unsettled = [day for day, (_sums, settled) in self.days.items() if not settled]
        self.provisional_from = min(
            (self.place_of[day] for day in unsettled if day in self.place_of), default=None
        )

    def steps(self, field: int) -> tuple[Cell, ...]:
        """Return a field step by step."""
        rows: list[list[Summed]] = [[] for _part in self.parts]
        for day, (sums, _settled) in self.days.items():
            if day in self.place_of:
                rows[self.place_of[day]].append(sums[field])
        count = len(self.applications)
        return tuple(
            _combined(self.view.fields[field], found, part.days * count)
            for part, found in zip(self.parts, rows, strict=True)
        )

    def whole(self, field: int) -> Cell:
        """Return a field over the whole period."""
        possible = self.count * len(self.applications)
        return _combined(self.view.fields[field], [sums[field] for sums, _s in self.days.values()], possible)

    def by_application(self) -> dict[int, Cell]:
        """Return the main field of each application over the whole period. One query."""
        main, possible = self.view.fields[0], self.count
        rows = sums_by_application(self.view.model, self.view.kind, self.view.columns[:1], self.chosen)
        return {
            app.key: _combined(main, rows.get(app.key, ()), possible, one=True) for app in self.applications
        }

    def stacked(self) -> dict[int, tuple[float | None, ...]]:
        """Return the main field, a sum, of each application step by step. One query."""
        places = {day.isoformat(): place for day, place in self.place_of.items()}
        found: dict[int, list[float | None]] = {
            app.key: [None] * len(self.parts) for app in self.applications
        }
        for key, day, value in values_by_day(
            self.view.model, self.view.kind, self.view.fields[0].name, self.chosen
        ):
            row, place = found[key], places[day]
            row[place] = (row[place] or 0.0) + value
        return {key: tuple(row) for key, row in found.items()}


def _combined(field: Field, rows: Sequence[Summed], possible: int, *, one: bool = False) -> Cell:
    """Make one figure of those of several days. one: of a single application, whose peaks need no adding up."""
    rows = [row for row in rows if row.known]
    known = sum(row.known for row in rows)
    if not known:
        return Cell(None, 0.0, 0, possible)
    if field.combining is Combining.SUM:
        return Cell(sum(row.total or 0.0 for row in rows), 0.0, known, possible)
    if field.combining is Combining.MOST:
        # Of a day of several applications the sum, which the true peak is at most; of several days the highest.
        peaks = [row.most if one else row.total for row in rows]
        return Cell(max(peak for peak in peaks if peak is not None), 0.0, known, possible)
    weight = sum(row.weight for row in rows)
    value = sum(row.total or 0.0 for row in rows) / weight if weight else None
    return Cell(value, weight, known, possible)


def _days_between(first: date, last: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
