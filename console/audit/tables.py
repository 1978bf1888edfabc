"""Tables to take away: CSV that spreadsheets read as it is meant, and whose cells they take for no formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

from console.audit.exports import cell

__all__ = ["as_table"]


def as_table(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV: UTF-8 with a mark that says so, a line of column names, every cell defused.

    None is an empty cell; times are written as they are given (give aware ones, in ISO form).
    """
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return buffer.getvalue()
