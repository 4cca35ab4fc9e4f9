"""Finds the one row of a table that matches given values. None or several are a mistake: the first would be a guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jinja2 import Undefined

from slidegen.errors import nearest
from slidegen.model import CellValue, Column, Table
from slidegen.units import NOT_AVAILABLE

MAX_SHOWN: Final = 6
"""The most values of a column that a message lists."""
NAMING: Final = (("text", "model"), ("integer",))
"""The kinds of columns that distinguish rows best, the best first; all other kinds come after them."""


class NoSingleRow(Exception):
    """No row or several rows match. The message says which values would select one."""


def find_row(table: Table, key: tuple[object, ...], columns: Mapping[str, object]) -> int:
    """Returns the index of the row whose first cell is `key` (a tuple of one value or none) and that matches `columns`.

    Rows that are equal in every column count as one. Numbers are compared as numbers, text as text. A model may be
    named without its organisation if only one model of the table has that name.

    Raises:
        NoSingleRow: an unknown column, no such row, or several.
    """
    rows, met = _rows(table, key, columns)
    different = distinct(table, rows)
    if not different:
        raise NoSingleRow("has no rows")
    if len(different) > 1:
        where = f" for {', '.join(met)}" if met else ""
        names = {*columns, *(column.key for column in table.columns[: len(key)])}
        raise NoSingleRow(f"has {len(different)} rows{where}; name {distinguishing(table, different, names)}")
    return different[0]


def find_rows(table: Table, key: tuple[object, ...], columns: Mapping[str, object]) -> list[int]:
    """Returns the indexes of the rows that match, as `find_row` matches them; of rows that are equal, the first.

    Raises:
        NoSingleRow: an unknown column, or no such row.
    """
    return distinct(table, _rows(table, key, columns)[0])


def _rows(table: Table, key: tuple[object, ...], columns: Mapping[str, object]) -> tuple[list[int], list[str]]:
    """Returns the indexes of the rows that match, and the conditions that they meet, as text."""
    keys = [column.key for column in table.columns]
    for name in columns:
        if name not in keys:
            raise NoSingleRow(f"has no column {name!r}; {nearest(name, keys)}")
    conditions = [(0, value) for value in key] + [(keys.index(name), value) for name, value in columns.items()]
    rows = list(range(len(table.rows)))
    met: list[str] = []
    for number, (at, value) in enumerate(conditions):
        column = table.columns[at]
        condition = repr(value) if number < len(key) else f"{column.key}={value!r}"
        matching = _matching(table, rows, at, value)
        if not matching:
            where = f" for {', '.join(met)}" if met else ""
            raise NoSingleRow(f"has no row {condition}{where}; {_nearest_value(value, _cells(table, rows, at))}")
        rows = matching
        met.append(condition)
    return rows, met


def distinct(table: Table, rows: Sequence[int]) -> list[int]:
    """Returns `rows` without those that equal an earlier one in every column."""
    return list({table.rows[row]: row for row in reversed(rows)}.values())[::-1]


def distinguishing(table: Table, rows: Sequence[int], known: set[str]) -> str:
    """Returns the columns that distinguish rows, with their values: "method ('full', 'lora') and rank (8, 16)"."""
    columns = _distinguishing(table, rows, known)
    return " and ".join(f"{column.key} ({_listed(_cells(table, rows, at))})" for at, column in columns)


def distinguishing_keys(table: Table, rows: Sequence[int]) -> list[str]:
    """Returns the keys of the columns that distinguish rows."""
    return [column.key for _, column in _distinguishing(table, rows, set())]


def _distinguishing(table: Table, rows: Sequence[int], known: set[str]) -> list[tuple[int, Column]]:
    """Returns one column of text that distinguishes all rows, if there is one, else columns that do so together."""
    ordered = [
        (at, column)
        for at, column in sorted(enumerate(table.columns), key=lambda one: _rank(one[1]))
        if column.key not in known and len(_cells(table, rows, at)) > 1
    ]
    for at, column in ordered:
        if _rank(column) == 0 and len(_cells(table, rows, at)) == len(rows):
            return [(at, column)]
    chosen: list[tuple[int, Column]] = []
    groups = 1
    for at, column in ordered:
        now = len({tuple(table.rows[row][index] for index, _ in (*chosen, (at, column))) for row in rows})
        if now > groups:
            chosen.append((at, column))
            groups = now
        if groups == len(rows):
            break
    return chosen


def _rank(column: Column) -> int:
    return next((place for place, kinds in enumerate(NAMING) if column.kind in kinds), len(NAMING))


def _matching(table: Table, rows: Sequence[int], at: int, value: object) -> list[int]:
    if isinstance(value, Undefined):
        str(value)  # a strict one raises its error
    if not isinstance(value, str | int | float | bool | None):
        raise NoSingleRow(
            f"cannot find a row by a {type(value).__name__}; give one text or number for {table.columns[at].key}"
        )
    matching = [row for row in rows if same(table.rows[row][at], value)]
    if matching or table.columns[at].kind != "model" or not isinstance(value, str) or "/" in value:
        return matching
    short = [row for row in rows if str(table.rows[row][at]).rpartition("/")[2] == value]
    models = _cells(table, short, at)
    if len(models) > 1:
        raise NoSingleRow(f"has several models called {value!r}; give the whole name: {_listed(models)}")
    return short


def same(cell: CellValue, value: object) -> bool:
    """Returns whether a cell has a value: a number as a number, a text as text, true also as the text "true"."""
    if isinstance(value, bool) or isinstance(cell, bool):
        return str(cell).lower() == str(value).lower()
    if isinstance(cell, int | float):
        return isinstance(value, int | float) and cell == value
    return cell == value


def _cells(table: Table, rows: Sequence[int], at: int) -> list[CellValue]:
    """Returns the distinct cells of a column."""
    return list(dict.fromkeys(table.rows[row][at] for row in rows))


def _listed(cells: Sequence[CellValue]) -> str:
    shown = [NOT_AVAILABLE if cell is None else repr(cell) for cell in cells[:MAX_SHOWN]]
    more = [f"and {len(cells) - MAX_SHOWN} more"] if len(cells) > MAX_SHOWN else []
    return ", ".join(shown + more)


def _nearest_value(value: object, cells: Sequence[CellValue]) -> str:
    """Returns the end of a message about a missing value: the nearest one, and all values if they are few."""
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
