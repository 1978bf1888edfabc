"""The panes of a layout as a part of a form: rows of fields with the same names, judged by layouts/rules.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from console.recording.layouts.panes import rows_from_form, to_wire
from console.recording.layouts.rules import Mode, Problem, Row, mode_of, problems_of, said

__all__ = ["PaneRows"]


@dataclass(frozen=True)
class PaneRows:
    """The rows of one form. layout: layout_template; one without panes has no problems and sends none.

    needs_people: somebody must stand in each pane. people: there is anybody at all. judged: whether problems are shown.
    """

    rows: Sequence[Row]
    layout: str = "custom"
    needs_people: bool = True
    judged: bool = False
    people: bool = True

    @classmethod
    def of(cls, data: Any, layout: str, *, needs_people: bool = True, judged: bool = True) -> "PaneRows":
        """Read them from what was sent (a QueryDict)."""
        return cls(rows_from_form(data), layout, needs_people, judged)

    @property
    def mode(self) -> Mode | None:
        return mode_of(self.layout)

    @cached_property
    def problems(self) -> list[Problem]:
        """What is wrong; nothing for a layout without panes."""
        if self.mode is None:
            return []
        return problems_of(self.rows, self.mode, needs_people=self.needs_people)

    @property
    def valid(self) -> bool:
        return not self.problems

    @property
    def wire(self) -> list[dict[str, Any]]:
        """The panes as the request carries them; only of valid rows."""
        return to_wire(self.rows, self.mode) if self.mode is not None else []

    @property
    def whole_problems(self) -> list[str]:
        """What is wrong with the layout as a whole, in words."""
        return [said(problem.code) for problem in self.problems if problem.row < 0] if self.judged else []

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The rows for a template: place, values, and problems in words by field."""
        wrong: dict[int, dict[str, str]] = {}
        for problem in self.problems if self.judged else ():
            wrong.setdefault(problem.row, {})[problem.field] = said(problem.code)
        return [
            {"place": place, "problems": wrong.get(place, {}), **row} for place, row in enumerate(self.rows)
        ]

    @property
    def wrong_places(self) -> frozenset[int]:
        """Places of rows that have a problem worth showing."""
        return frozenset(problem.row for problem in self.problems) if self.judged else frozenset()
