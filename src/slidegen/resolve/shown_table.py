"""A computed table with the columns that are shown of it, and expressions over its rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from jinja2 import TemplateSyntaxError

from slidegen.errors import nearest
from slidegen.judgments import Judgment
from slidegen.model import NUMERIC, CellValue, Column, Table
from slidegen.resolve.expander import Expander
from slidegen.resolve.judging import compare, is_true
from slidegen.resolve.meter import JUDGMENT, NumberTooLargeError
from slidegen.resolve.syntax import syntax_message
from slidegen.resolve.values import Quantity, ValueProblem

T = TypeVar("T")


class Check(Protocol):
    """Calls a function. If that raises a mistake, keeps it as one of an option of the look, and returns None."""

    def __call__(self, option: str, action: Callable[[], T]) -> T | None: ...


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table whose rows are in their order. `shown` are the keys of the columns that are shown."""

    name: str
    table: Table
    shown: tuple[str, ...]
    expander: Expander

    @property
    def keys(self) -> list[str]:
        """The keys of all columns."""
        return [column.key for column in self.table.columns]

    def column(self, key: str) -> Column:
        """Returns the column `key`. Raises ValueProblem if the table has no such column."""
        return self.table.columns[self.keys.index(known(key, self.keys, self.name))]

    def numbers(self, key: str) -> Column:
        """Returns the column `key`. Raises ValueProblem if it is unknown or does not hold numbers."""
        column = self.column(key)
        if column.kind not in NUMERIC:
            numeric = [column.key for column in self.table.columns if column.kind in NUMERIC]
            raise self.problem(f"the column {key!r} does not hold numbers; {nearest(key, numeric)}")
        return column

    def cells(self, key: str) -> list[CellValue]:
        """Returns the cells of a column."""
        at = self.table.column(key)
        return [row[at] for row in self.table.rows]

    def problem(self, message: str) -> ValueProblem:
        """Returns a mistake in a value of the look."""
        return ValueProblem(f"table {self.name!r}: {message}", code="wrong-value")

    def rows_where(self, expression: str) -> list[bool]:
        """Returns for each row whether an expression over its columns holds."""
        keys, names = self.keys, names_in(expression, self.name, self.expander)
        rows = (dict(zip(keys, row, strict=True)) for row in self.table.rows)
        return [holds(expression, names, row, self.expander) for row in rows]


def known(key: str, keys: Sequence[str], table: str) -> str:
    """Returns the key of a column. Raises ValueProblem if the table has no such column."""
    if key not in keys:
        raise ValueProblem(f"table {table!r} has no column {key!r}; {nearest(key, keys)}", code="unknown-column")
    return key


def finite(value: object) -> int | float | None:
    """Returns a finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def names_in(expression: str, table: str, expander: Expander) -> set[str]:
    """Returns the names that an expression over a table's rows uses. Raises ValueProblem if it is not an expression."""
    try:
        return expander.names(expression)
    except NumberTooLargeError:
        raise ValueProblem(
            f"table {table!r}: an expression holds a number that is too large", code="wrong-expression"
        ) from None
    except TemplateSyntaxError as error:
        message = syntax_message(error)
        raise ValueProblem(
            f"table {table!r}: {expression!r} is not an expression: {message}", code="template-syntax"
        ) from None


def holds(expression: str, names: set[str], cells: dict[str, Any], expander: Expander) -> bool:
    """Returns whether an expression holds for a row. One that cannot be computed because a cell is n/a does not."""
    try:
        return bool(expander.evaluate(expression, cells))
    except ValueProblem:
        if any(cells[key] is None for key in cells if key in names):
            return False
        raise


def judged(expander: Expander, expression: str, table: str, rows: Sequence[Mapping[str, Any]]) -> list[Judgment]:
    """Returns for each row of a table whether an expression over its columns holds. Of one that cannot be computed
    because a cell is n/a, that is not known."""
    keys = list(rows[0]) if rows else []
    names = names_in(expression, table, expander)
    if not names.intersection(keys):
        raise ValueProblem(
            f"table {table!r}: {expression!r} uses no column; {nearest(min(names, default=''), keys)}",
            code="unknown-column",
        )
    expander.spend((len(keys) + JUDGMENT) * len(rows))
    return [_judged(expander, expression, table, dict(row), names) for row in rows]


def _judged(expander: Expander, expression: str, table: str, row: dict[str, Any], names: set[str]) -> Judgment:
    try:
        value = expander.evaluate(expression, row)
    except ValueProblem:
        if not any(row[key] is None for key in row if key in names):
            raise
        return compare("<", Quantity(None, ()), 0)  # type: ignore[no-any-return]
    if isinstance(value, Quantity) and isinstance(value.value, bool | None):
        value = is_true(value)
    if isinstance(value, bool):
        value = compare("==", value, True, judged=True)
    if not isinstance(value, Judgment):
        what = f"{expression!r} is not a truth value; compare it with something"
        raise ValueProblem(f"table {table!r}: {what}", code="wrong-expression")
    return value
