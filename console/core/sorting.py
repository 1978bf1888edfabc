"""Lists that can be sorted by their columns' heads, the choice in the address: `sort=name`, `sort=-name` downwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

__all__ = ["Column", "Head", "Sorting", "read_sorting", "sort_values"]


@dataclass(frozen=True)
class Column:
    """A column of a list. name: in the address, "" for one that cannot be sorted by. falls: downwards at first."""

    name: str
    label: str | Promise
    falls: bool = False


@dataclass(frozen=True)
class Head:
    """The head of a column. url: sorts by it, or turns it round; "" for none. aria: "ascending", "descending" or ""."""

    name: str
    label: str
    url: str
    aria: str = ""


@dataclass(frozen=True)
class Sorting:
    """How a list is sorted. name: of the column, "" for the list's own order.

    choices: values of "sort" and their labels, for a select; value: the one in force.
    """

    name: str
    descending: bool
    heads: tuple[Head, ...]
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def value(self) -> str:
        return f"-{self.name}" if self.descending else self.name


def read_sorting(query: QueryDict, columns: Sequence[Column], *, usual: str = "") -> Sorting:
    """Read how a list is sorted from an address, and return the heads for its table.

    usual: the order when the address says nothing, as it would stand there; "" is the list's own.
    """
    wanted = query.get("sort", "")
    known = {column.name for column in columns if column.name}
    if wanted.removeprefix("-") not in known:
        wanted = usual
    name, descending = wanted.removeprefix("-"), wanted.startswith("-")
    heads = tuple(_head(query, column, name, descending) for column in columns)
    choices = {f"-{one.name}" if one.falls else one.name: str(one.label) for one in columns if one.name}
    if wanted and wanted not in choices:  # the other way round
        label = next(str(one.label) for one in columns if one.name == name)
        choices[wanted] = _("%(column)s, the other way round") % {"column": label}
    if not usual:
        choices = {"": _("as usual"), **choices}
    return Sorting(name, descending, heads, tuple(choices.items()))


def sort_values(names: Iterable[str]) -> set[str]:
    """Return what "sort" may be in an address: the names of columns, each also downwards."""
    return {value for name in names if name for value in (name, f"-{name}")}


def _head(query: QueryDict, column: Column, current: str, descending: bool) -> Head:
    label = str(column.label)
    if not column.name:
        return Head("", label, "")
    turned = query.copy()
    turned.pop("page", None)
    mine = column.name == current
    downwards = not descending if mine else column.falls
    turned["sort"] = f"-{column.name}" if downwards else column.name
    aria = ("descending" if descending else "ascending") if mine else ""
    return Head(column.name, label, f"?{turned.urlencode()}", aria)
