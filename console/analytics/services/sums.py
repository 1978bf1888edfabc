"""The database adds up: figures of days by day, and by application, in one short row each.

A year of twenty applications is 7,300 rows of a table; what a page needs of them is 365 sums and 20 sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection as database
from django.db import models

from console.analytics.models import DayScale

__all__ = ["Summed", "sums_by_application", "sums_by_day", "values_by_day"]


@dataclass(frozen=True)
class Summed:
    """One field of some days or applications.

    known: how many of them have a figure; a weighed field of what has no weight, as of a day without calls, is known to
    be nothing. total: their sum, of a weighed field the sum of value times weight.
    weight: the sum of the weights of those that have a figure. most: the highest of them.
    """

    known: int
    total: float | None
    weight: float
    most: float | None


Column = tuple[str, str]  # a field of the view's model, and the field of DayScale that weighs it or ""
Chosen = tuple[Sequence[int], date, date]  # keys of applications, first and last day


def sums_by_day(
    model: type[models.Model], kind: str, columns: Sequence[Column], chosen: Chosen
) -> dict[date, tuple[list[Summed], bool]]:
    """Return each day that has rows: the sums of its columns, and whether all its rows are settled. One query."""
    open_rows = "SUM(CASE WHEN v.settled THEN 0 ELSE 1 END)"
    return {
        day: (_read(columns, values), not unsettled)
        for day, unsettled, *values in _grouped(model, kind, columns, chosen, "v.day", open_rows)
    }


def sums_by_application(
    model: type[models.Model], kind: str, columns: Sequence[Column], chosen: Chosen
) -> dict[int, list[Summed]]:
    """Return each application that has rows, by key: the sums of its columns. One query."""
    rows = _grouped(model, kind, columns, chosen, "v.application_id", "0")
    return {key: _read(columns, values) for key, _nothing, *values in rows}


def values_by_day(
    model: type[models.Model], kind: str, name: str, chosen: Chosen
) -> list[tuple[int, str, float]]:
    """Return application, day (as 2026-03-01) and figure, where there is one. One query."""
    where, given = _where(model, kind, chosen)
    value = f"v.{_quoted(name)}"
    # As text: thousands of dates are not worth making objects of.
    where = f"{where} AND {value} IS NOT NULL"
    sql = f"SELECT v.application_id, CAST(v.day AS varchar(10)), {value} FROM {_table(model)} v WHERE {where}"  # noqa: S608
    return _rows(sql, given)


def _grouped(
    model: type[models.Model], kind: str, columns: Sequence[Column], chosen: Chosen, by: str, more: str
) -> list[tuple[Any, ...]]:
    where, given = _where(model, kind, chosen)
    weighed = any(weight for _name, weight in columns)
    scale = _table(DayScale)
    join = f" LEFT JOIN {scale} w ON w.application_id = v.application_id AND w.day = v.day" if weighed else ""
    sums = ", ".join(_sums(name, weight) for name, weight in columns)
    sql = f"SELECT {by}, {more}, {sums} FROM {_table(model)} v{join} WHERE {where} GROUP BY {by}"  # noqa: S608
    return _rows(sql, given)


def _sums(name: str, weight: str) -> str:
    value = f"v.{_quoted(name)}"
    if not weight:
        return f"COUNT({value}), SUM({value}), MAX({value})"
    heavy = f"w.{_quoted(weight)}"
    # Without its weight a rate says nothing; where that is nought there was nothing to rate, and nothing is missing.
    known = f"CASE WHEN {heavy} = 0 OR ({heavy} > 0 AND {value} IS NOT NULL) THEN 1 END"
    return f"COUNT({known}), SUM({value} * {heavy}), SUM(CASE WHEN {value} IS NOT NULL THEN {heavy} END)"


def _read(columns: Sequence[Column], values: Sequence[Any]) -> list[Summed]:
    found = []
    for place, (_name, weight) in enumerate(columns):
        known, total, last = values[3 * place : 3 * place + 3]
        total = None if total is None else float(total)
        last = None if last is None else float(last)
        found.append(Summed(known, total, (last or 0.0) if weight else 0.0, None if weight else last))
    return found


def _where(model: type[models.Model], kind: str, chosen: Chosen) -> tuple[str, list[Any]]:
    keys, first, last = chosen
    marks = ", ".join(["%s"] * len(keys)) or "NULL"
    where, given = f"v.application_id IN ({marks}) AND v.day BETWEEN %s AND %s", [*keys, first, last]
    return (f"{where} AND v.kind = %s", [*given, kind]) if kind else (where, given)


def _rows(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str) -> str:
    return database.ops.quote_name(name)
