"""From a computed table and its look to the table a slide places: rows in order, cells emphasised by rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jinja2 import TemplateSyntaxError

from slidegen.errors import nearest
from slidegen.model import Column, EmphasisRule, EmphasisStyle, PlacedTable, Table, TableLook
from slidegen.resolve.environment import Expander
from slidegen.resolve.values import ValueProblem


def place(name: str, table: Table, look: TableLook, expander: Expander) -> PlacedTable:
    """The table with the look applied.

    Raises:
        ValueProblem: a column, a sort key or a rule that does not fit the table.
    """
    keys = [column.key for column in table.columns]
    expander.spend(len(keys) * len(table.rows))
    for key in (*(look.columns or ()), *look.labels):
        _known(key, keys, name)
    table = sorted_by(name, table, look.sort_by)
    columns = [keys.index(key) for key in look.columns or keys]
    filled = [index for index in range(len(keys)) if any(row[index] is not None for row in table.rows)]
    if look.columns is None:
        columns = filled
    # A choice of columns hides numbers, but not that they mean nothing.
    columns += [index for index in filled if table.columns[index].kind == "caveat" and index not in columns]
    rules = [
        (rule, names, _targets(rule, names, keys, name))
        for rule in look.emphasis
        for names in [names_in(rule.when, name, expander)]
    ]
    styles: list[tuple[EmphasisStyle | None, ...]] = []
    for row in table.rows:
        cells = dict(zip(keys, row, strict=True))
        style: list[EmphasisStyle | None] = [None] * len(keys)
        for rule, names, target in rules:
            if holds(rule.when, names, cells, expander):
                for index in target:
                    style[index] = style[index] or rule.style
        styles.append(tuple(style[index] for index in columns))
    shown = Table(
        tuple(_labelled(table.columns[index], look) for index in columns),
        tuple(tuple(row[index] for index in columns) for row in table.rows),
        table.provenance,
    )
    return PlacedTable(name, shown, look, tuple(styles))


def sorted_by(name: str, table: Table, sort_by: str | None) -> Table:
    """The table with its rows in the order of a column, the greatest first if there is a ``-`` before it.

    Raises:
        ValueProblem: no such column.
    """
    if sort_by is None:
        return table
    keys = [column.key for column in table.columns]
    column = keys.index(_known(sort_by.removeprefix("-"), keys, name))
    rows = sorted(table.rows, key=lambda row: _order(row[column]), reverse=sort_by.startswith("-"))
    return replace(table, rows=tuple(rows))


def _labelled(column: Column, look: TableLook) -> Column:
    return replace(column, label=look.labels.get(column.key, column.label))


def _known(key: str, keys: list[str], name: str) -> str:
    if key not in keys:
        raise ValueProblem(f"table {name!r} has no column {key!r}; {nearest(key, keys)}")
    return key


def _order(cell: Any) -> tuple[bool, Any]:
    return (cell is not None, cell if cell is not None else 0)


def names_in(expression: str, table: str, expander: Expander) -> set[str]:
    """The names that an expression over a table's rows uses. Raises ValueProblem if it is none."""
    try:
        return expander.names(expression)
    except TemplateSyntaxError as error:
        raise ValueProblem(f"table {table!r}: {expression!r} is not an expression: {error.message}") from None
    except ValueError:  # thousands of digits
        raise ValueProblem(f"table {table!r}: an expression holds a number that is too large") from None


def _targets(rule: EmphasisRule, names: set[str], keys: list[str], table: str) -> list[int]:
    """The columns that a rule emphasises."""
    if rule.column is not None:
        return [keys.index(_known(rule.column, keys, table))]
    targets = [index for index, key in enumerate(keys) if key in names]
    if not targets:
        raise ValueProblem(f"table {table!r}: {rule.when!r} names no column; {nearest(min(names, default=''), keys)}")
    return targets


def holds(expression: str, names: set[str], cells: dict[str, Any], expander: Expander) -> bool:
    """Whether an expression holds for a row; one that cannot be computed because a cell is n/a does not."""
    try:
        return bool(expander.evaluate(expression, cells))
    except ValueProblem:
        if any(cells[key] is None for key in cells if key in names):
            return False
        raise
