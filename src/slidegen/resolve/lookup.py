"""Finds the one row of a table that fits given values. None or several are a mistake: the first would be a guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jinja2 import Undefined

from slidegen.errors import nearest
from slidegen.model import CellValue, Column, Table
from slidegen.units import NOT_AVAILABLE

MOST_SHOWN: Final = 6
"""So many values of a column are listed in a message."""
NAMING: Final = (("text", "model"), ("integer",))
"""The kinds of columns that tell rows apart, the likeliest first; after them any other."""


class NoSingleRow(Exception):
    """None or several rows fit; the message says which values would do."""


def find_row(table: Table, key: tuple[object, ...], columns: Mapping[str, object]) -> int:
    """The index of the row whose first cell is `key` (one value or none) and that has these values in `columns`.

    Rows that are alike in every column count as one. Numbers are compared as numbers, text as text; a model may be
    named without its organisation where that names one model only.

    Raises:
        NoSingleRow: an unknown column, no such row, or several.
    """
    keys = [column.key for column in table.columns]
    for name in columns:
        if name not in keys:
            raise NoSingleRow(f"has no column {name!r}; {nearest(name, keys)}")
    wanted = [(0, value) for value in key] + [(keys.index(name), value) for name, value in columns.items()]
    rows = list(range(len(table.rows)))
    asked: list[str] = []
    for number, (at, value) in enumerate(wanted):
        column = table.columns[at]
        said = repr(value) if number < len(key) else f"{column.key}={value!r}"
        fitting = _fitting(table, rows, at, value)
        if not fitting:
            where = f" for {', '.join(asked)}" if asked else ""
            raise NoSingleRow(f"has no row {said}{where}; {_nearest_value(value, _cells(table, rows, at))}")
        rows = fitting
        asked.append(said)
    different = distinct(table, rows)
    if not different:
        raise NoSingleRow("has no rows")
    if len(different) > 1:
        where = f" for {', '.join(asked)}" if asked else ""
        names = {table.columns[at].key for at, _ in wanted}
        raise NoSingleRow(f"has {len(different)} rows{where}; name {telling(table, different, names)}")
    return different[0]


def distinct(table: Table, rows: Sequence[int]) -> list[int]:
    """`rows` without those that are alike in every column to an earlier one."""
    return list({table.rows[row]: row for row in reversed(rows)}.values())[::-1]


def telling(table: Table, rows: Sequence[int], known: set[str]) -> str:
    """The columns that tell rows apart, each with its values: "method ('full', 'lora') and rank (8, 16)"."""
    named = (f"{column.key} ({_listed(_cells(table, rows, at))})" for at, column in _telling(table, rows, known))
    return " and ".join(named)


def telling_keys(table: Table, rows: Sequence[int]) -> list[str]:
    """The keys of the columns that tell rows apart."""
    return [column.key for _, column in _telling(table, rows, set())]


def _telling(table: Table, rows: Sequence[int], known: set[str]) -> list[tuple[int, Column]]:
    """One column of text that tells all rows apart, if there is one, else as few columns as do so together."""
    ordered = [
        (at, column)
        for at, column in sorted(enumerate(table.columns), key=lambda one: _rank(one[1]))
        if column.key not in known and len(_cells(table, rows, at)) > 1
    ]
    for at, column in ordered:
        if _rank(column) == 0 and len(_cells(table, rows, at)) == len(rows):
            return [(at, column)]
    chosen: list[tuple[int, Column]] = []
    apart = 1
    for at, column in ordered:
        now = len({tuple(table.rows[row][one] for one, _ in (*chosen, (at, column))) for row in rows})
        if now > apart:
            chosen.append((at, column))
            apart = now
        if apart == len(rows):
            break
    return chosen


def _rank(column: Column) -> int:
    return next((place for place, kinds in enumerate(NAMING) if column.kind in kinds), len(NAMING))


def _fitting(table: Table, rows: Sequence[int], at: int, value: object) -> list[int]:
    if isinstance(value, Undefined):
        str(value)  # a strict one raises what is wrong with it
    if not isinstance(value, str | int | float | bool | None):
        raise NoSingleRow(
            f"is asked for a row by {type(value).__name__}; give one text or number for {_key(table, at)}"
        )
    fitting = [row for row in rows if same(table.rows[row][at], value)]
    if fitting or table.columns[at].kind != "model" or not isinstance(value, str) or "/" in value:
        return fitting
    short = [row for row in rows if str(table.rows[row][at]).rpartition("/")[2] == value]
    models = _cells(table, short, at)
    if len(models) > 1:
        raise NoSingleRow(f"has several models called {value!r}; give the whole name: {_listed(models)}")
    return short


def _key(table: Table, at: int) -> str:
    return table.columns[at].key


def same(cell: CellValue, value: object) -> bool:
    """Whether a cell has a value: a number as a number, a text as text, true and false also as the text of a CSV."""
    if isinstance(value, bool) or isinstance(cell, bool):
        return str(cell).lower() == str(value).lower()
    if isinstance(cell, int | float):
        return isinstance(value, int | float) and cell == value
    return cell == value


def _cells(table: Table, rows: Sequence[int], at: int) -> list[CellValue]:
    """The different cells of a column."""
    return list(dict.fromkeys(table.rows[row][at] for row in rows))


def _listed(cells: Sequence[CellValue]) -> str:
    shown = [NOT_AVAILABLE if cell is None else repr(cell) for cell in cells[:MOST_SHOWN]]
    more = [f"and {len(cells) - MOST_SHOWN} more"] if len(cells) > MOST_SHOWN else []
    return ", ".join(shown + more)


def _nearest_value(value: object, cells: Sequence[CellValue]) -> str:
    """The end of an error about a value that is not there: the nearest one, and all of them if they are few."""
    numbers = list(_numbers(cells))
    if isinstance(value, str) or not numbers:
        hint = next((f"did you mean the number {value}? " for cell in numbers if str(cell) == value), None)
        return nearest(str(value), map(str, cells)) if hint is None else f"{hint}available: {_listed(cells)}"
    if value is None or isinstance(value, bool):
        return f"available: {_listed(cells)}"
    close = min(numbers, key=lambda cell: abs(cell - value))  # type: ignore[operator]
    return f"did you mean {close!r}? available: {_listed(sorted(numbers))}"


def _numbers(cells: Sequence[Any]) -> Iterator[int | float]:
    return (cell for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool))
