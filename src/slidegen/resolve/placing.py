"""Applies the look of a table to its computed cells: rows in order, cells emphasised by rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from slidegen.errors import Problem, SlidegenError, nearest
from slidegen.model import FOOTNOTES, Column, Table
from slidegen.resolve.arranging import arranged, grouped
from slidegen.resolve.expander import Expander
from slidegen.resolve.shown_table import ShownTable, holds, known, names_in
from slidegen.resolve.values import ValueProblem
from slidegen.resolved import PlacedTable
from slidegen.table_look import EmphasisRule, EmphasisStyle, TableLook

T = TypeVar("T")


class LookError(ValueProblem):
    """Mistakes in the look of a table, each with the option that it is about."""

    def __init__(self, problems: Sequence[tuple[str, Problem]]) -> None:
        self.problems = tuple(problems)
        (_, first), *_ = problems
        super().__init__("; ".join(dict.fromkeys(problem.message for _, problem in problems)), code=first.code)


def place(name: str, table: Table, look: TableLook, expander: Expander) -> PlacedTable:
    """Returns the table with the look applied.

    Raises:
        LookError: with every column, sort key and rule that does not match the table.
    """
    keys = [column.key for column in table.columns]
    expander.spend(len(keys) * len(table.rows))
    problems: list[tuple[str, Problem]] = []

    def check(option: str, action: Callable[[], T]) -> T | None:
        try:
            return action()
        except ValueProblem as error:
            problems.append((option, Problem(str(error), code=error.code)))
        except SlidegenError as error:
            problems.extend((option, problem) for problem in error.problems)
        return None

    named = [(f"columns.{index}", key) for index, key in enumerate(look.columns or ())]
    for option, key in [*named, *((f"labels.{key}", key) for key in look.labels)]:
        check(option, partial(known, key, keys, name))
    table = check("sort_by", partial(sorted_by, name, table, look.sort_by)) or table
    table = check("group", partial(grouped, name, table, look.group)) or table
    emphasised = []
    for number, rule in enumerate(look.emphasis):
        if rule.column is not None:
            check(f"emphasis.{number}.column", partial(known, rule.column, keys, name))
        emphasised.append(check(f"emphasis.{number}.when", partial(_emphasised, rule, table, name, expander)))
    columns = _shown(table, look, keys)
    shown_keys = tuple(keys[index] for index in columns if keys[index] != look.group)
    shown_table = ShownTable(name, table, shown_keys, expander)
    arrangement = arranged(shown_table, look, check)
    if not shown_keys and look.group in keys:
        check("group", partial(_only_group, shown_table))
    if problems:
        raise LookError(problems)
    styles: list[tuple[EmphasisStyle | None, ...]] = []
    for row in range(len(table.rows)):
        style: list[EmphasisStyle | None] = [None] * len(keys)
        for rule, (targets, rows) in zip(look.emphasis, filter(None, emphasised), strict=True):
            for index in targets if rows[row] else ():
                style[index] = style[index] or rule.style
        styles.append(tuple(style[index] for index in columns))
    shown = Table(
        tuple(_labelled(table.columns[index], look) for index in columns),
        tuple(tuple(row[index] for index in columns) for row in table.rows),
        table.provenance,
    )
    hidden = set(range(len(keys))).difference(columns) if look.columns is None else ()
    empty = tuple(table.columns[index] for index in sorted(hidden))
    if arrangement.grouped is not None:
        arrangement = replace(arrangement, grouped=_labelled(arrangement.grouped, look))
    return PlacedTable(name, shown, look, tuple(styles), empty, arrangement)


def _shown(table: Table, look: TableLook, keys: list[str]) -> list[int]:
    """Returns the indexes of the columns that are shown, that of the groups among them. A choice of columns hides
    numbers, but not the footnotes about them."""
    filled = [index for index in range(len(keys)) if any(row[index] is not None for row in table.rows)]
    columns = filled if look.columns is None else [keys.index(key) for key in look.columns if key in keys]
    columns += [index for index in filled if table.columns[index].kind in FOOTNOTES and index not in columns]
    if look.group in keys and (group := keys.index(look.group)) not in columns:
        return [group, *columns]
    return columns


def _only_group(shown: ShownTable) -> None:
    raise shown.problem("no column is left beside that of the groups; show another one")


def sorted_by(name: str, table: Table, sort_by: str | None) -> Table:
    """Returns the table with its rows sorted by a column, the greatest first if a ``-`` stands before its key.

    Raises:
        ValueProblem: no such column.
    """
    if sort_by is None:
        return table
    keys = [column.key for column in table.columns]
    column = keys.index(known(sort_by.removeprefix("-"), keys, name))
    rows = sorted(table.rows, key=lambda row: _order(row[column]), reverse=sort_by.startswith("-"))
    return replace(table, rows=tuple(rows))


def _labelled(column: Column, look: TableLook) -> Column:
    return replace(column, label=look.labels.get(column.key, column.label))


def _order(cell: Any) -> tuple[bool, Any]:
    return (cell is not None, cell if cell is not None else 0)


def _emphasised(rule: EmphasisRule, table: Table, name: str, expander: Expander) -> tuple[list[int], list[bool]]:
    """Returns the columns that a rule emphasises, and for each row whether the rule holds there."""
    keys = [column.key for column in table.columns]
    names = names_in(rule.when, name, expander)
    targets = _targets(rule, names, keys, name)
    return targets, [holds(rule.when, names, dict(zip(keys, row, strict=True)), expander) for row in table.rows]


def _targets(rule: EmphasisRule, names: set[str], keys: list[str], table: str) -> list[int]:
    """Returns the columns that a rule emphasises. A column that the rule names was checked before."""
    if rule.column is not None:
        return [index for index, key in enumerate(keys) if key == rule.column]
    targets = [index for index, key in enumerate(keys) if key in names]
    if not targets:
        raise ValueProblem(
            f"table {table!r}: {rule.when!r} uses no column; {nearest(min(names, default=''), keys)}",
            code="unknown-column",
        )
    return targets
