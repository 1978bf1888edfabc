"""One value of one field, judged three times: by the form, by the cloud's library, and by the sandbox.

A table of such rows for each form says what its limits are; a test walks it and tells of every row that is judged
otherwise than the table says.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from console.sparkrtc.errors import InvalidParameters
from console.sparkrtc.operation import Operation
from console.sparkrtc.outgoing import make_request

__all__ = ["MISSING", "Judged", "Row", "put", "surprises", "takes"]

MISSING = object()


@dataclass(frozen=True)
class Row:
    """One value of one field. typed: as a form sends it; wire: as JSON carries it; fits: whether it is taken.

    Where the three differ, one of these says why:
    stricter: only the form refuses it. kinder: only the sandbox takes it.
    unseen: only the library takes it, which checks without asking. told: only the cloud can know that it is wrong.
    """

    field: str
    typed: Any
    wire: Any
    fits: bool
    stricter: str = ""
    kinder: str = ""
    unseen: str = ""
    told: str = ""

    def __post_init__(self) -> None:
        reasons = [self.stricter, self.kinder, self.unseen, self.told]
        assert sum(map(bool, reasons)) <= (0 if self.fits else 1), self

    def __str__(self) -> str:
        shown = "missing" if self.wire is MISSING else repr(self.wire)[:40]
        return f"{self.field}={shown}"

    @property
    def expected(self) -> tuple[bool, bool, bool]:
        """Whether the form, the library and the sandbox are to take it."""
        return (
            self.fits or bool(self.told),
            self.fits or bool(self.told or self.stricter or self.unseen),
            self.fits or bool(self.stricter or self.kinder),
        )


@dataclass(frozen=True)
class Judged:
    """What the three say of a row."""

    row: Row
    form: bool
    library: bool
    sandbox: bool


def surprises(found: Iterable[Judged]) -> list[str]:
    """Return the rows that are judged otherwise than they say, each with who says what."""
    return [
        f"{one.row}: form {one.form}, library {one.library}, sandbox {one.sandbox}"
        for one in found
        if (one.form, one.library, one.sandbox) != one.row.expected
    ]


def put(target: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy with another value at a path like "hls_config.record_cycle", or without it when MISSING."""
    changed = deepcopy(target)
    *way, last = path.split(".")
    place = changed
    for step in way:
        place = place[step]
    if value is MISSING:
        place.pop(last, None)
    else:
        place[last] = value
    return changed


def takes(operation: Operation, params: dict[str, Any]) -> bool:
    """Say whether the cloud's library would send it."""
    try:
        make_request(operation, params, project_id="p", now=datetime.now(UTC))
    except InvalidParameters:
        return False
    return True
