"""Tables in expressions: rows, their cells, and claims about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar

from slidegen.errors import nearest
from slidegen.judgments import Judgment
from slidegen.model import NUMERIC, Accuracy, CellValue, Column, Provenance, Table
from slidegen.resolve import row_claims
from slidegen.resolve.counting import Count
from slidegen.resolve.lookup import (
    NoSingleRow,
    distinct,
    distinguishing,
    distinguishing_keys,
    find_row,
    find_rows,
)
from slidegen.resolve.values import Quantity, ValueProblem, plain, shown
from slidegen.uncertainty import of_number

T = TypeVar("T")
AccuracyOf = Callable[[Column, Mapping[str, CellValue], Provenance], Accuracy | None]
"""The accuracy of the number in a column of a row; None if it is exact or not known."""
Judge = Callable[[str, str, list[dict[str, Any]]], list[Judgment]]
"""Judges an expression over the columns of a table, by the table's name, in each of the rows that are given."""


class Row:
    """A row of a table: `row.total` is a cell. The message about an unknown column suggests the nearest one."""

    def __init__(self, table: Table, cells: tuple[CellValue, ...], accuracy: AccuracyOf | None = None) -> None:
        self._keys = {column.key: index for index, column in enumerate(table.columns)}
        self._columns = table.columns
        self._cells = cells
        self._provenance = table.provenance.of_row(cells)
        self._accuracy = accuracy

    def __getattr__(self, key: str) -> Quantity:
        if str(key).startswith("_"):
            raise AttributeError(key)
        if key not in self._keys:
            raise ValueProblem(f"no column {key!r}; {nearest(str(key), self._keys)}", code="unknown-column")
        at = self._keys[key]
        cell, column = self._cells[at], self._columns[at]
        known = None
        if self._accuracy is not None and isinstance(cell, int | float):
            cells = dict(zip(self._keys, self._cells, strict=True))
            accuracy = self._accuracy(column, cells, self._provenance)
            known = None if accuracy is None else of_number(cell, accuracy, self._provenance.source)
        return Quantity(cell, (self._provenance,), column.kind, known)

    __getitem__ = __getattr__


def values_of(row: Row) -> dict[str, Any]:
    """Returns the cells of a row by their keys, for an expression: numbers with where they come from, texts and n/a as
    they are."""
    cells = {key: row[key] for key in row._keys}
    return {key: cell.value if isinstance(cell.value, str | None) else cell for key, cell in cells.items()}


class TableView:
    """A declared table in expressions: `rows`, iteration, one row by `row("org/model", method="full")`, and claims.

    A claim names a row as `row` does. What it says of numbers that are n/a is not known, and so does not hold.
    """

    def __init__(self, name: str, table: Table, accuracy: AccuracyOf | None = None, judge: Judge | None = None) -> None:
        self.name = name
        self.table = table
        self.origin = (table.provenance,)
        self._judge = judge
        self._accuracy = accuracy
        self.rows = [Row(table, cells, accuracy) for cells in table.rows]

    def of(self, table: Table) -> TableView:
        """Returns the view of some rows of the table, by the same name."""
        return TableView(self.name, table, self._accuracy, self._judge)

    def row(self, *key: object, **columns: object) -> Row:
        """Returns the only row whose first cell is `key` and whose cells in `columns` have these values.

        Raises ValueProblem if none or several match.
        """
        return self.rows[self._index("row", key, columns)]

    def least(self, column: object, /, *key: object, **columns: object) -> Judgment:
        """Returns whether a row has the least number in a column, alone."""
        one, others = self._one_and_others("least", column, key, columns)
        return row_claims.extreme("<", one, others, self.origin)

    def most(self, column: object, /, *key: object, **columns: object) -> Judgment:
        """Returns whether a row has the greatest number in a column, alone."""
        one, others = self._one_and_others("most", column, key, columns)
        return row_claims.extreme(">", one, others, self.origin)

    def rank(self, column: object, /, *key: object, **columns: object) -> Count:
        """Returns the place of a row among all by the numbers in a column, 1 for the least."""
        one, others = self._one_and_others("rank", column, key, columns)
        return row_claims.ranked(one, others, self.origin)

    def ordered(self, column: object, /, *key: object, **columns: object) -> Judgment:
        """Returns whether the numbers in a column ascend; with ``-`` before its key, whether they descend.

        The rows are those of the table, in its order, that match. One of `columns` may be a list: then there is a row
        for each of its values, in this order.
        """
        name = shown(column)
        by = self._numeric("ordered", name.removeprefix("-"))
        lists = [key for key, value in columns.items() if isinstance(value, list | tuple)]
        if len(lists) > 1:
            raise self._problem(f"ordered() takes one list of values, not {len(lists)}: {' and '.join(lists)}")
        if lists:
            (listed,) = lists
            values = columns[listed]
            rows = [self._index("ordered", key, columns | {listed: value}) for value in values]  # type: ignore[attr-defined]
        else:
            rows = self._found(find_rows, "ordered", key, columns)
        if not rows:
            raise self._problem("ordered() has no rows to compare")
        numbers = [self.rows[at][by] for at in rows]
        return row_claims.ascending(numbers, name.startswith("-"), self.origin)

    def only(self, expression: object, /, *key: object, **columns: object) -> Judgment:
        """Returns whether a row is the only one for which an expression over the columns holds."""
        at = self._index("only", key, columns)
        same = [index for index, cells in enumerate(self.table.rows) if cells == self.table.rows[at]]
        return row_claims.marked(self.judged(expression), same, self.origin)

    def all(self, expression: object, /) -> Judgment:
        """Returns whether an expression over the columns holds in every row."""
        return row_claims.marked(self.judged(expression), range(len(self.rows)), self.origin)

    def none(self, expression: object, /) -> Judgment:
        """Returns whether an expression over the columns holds in no row."""
        return row_claims.marked(self.judged(expression), (), self.origin)

    def count(self, expression: object, /) -> Count:
        """Returns in how many rows an expression over the columns holds."""
        return row_claims.counted(self.judged(expression), self.origin)

    def _index(self, method: str, key: tuple[object, ...], columns: Mapping[str, object]) -> int:
        return self._found(find_row, method, key, columns)

    def _found(
        self,
        find: Callable[[Table, tuple[object, ...], dict[str, Any]], T],
        method: str,
        key: tuple[object, ...],
        columns: Mapping[str, object],
    ) -> T:
        """Returns what a function finds for the values of a row that a call of a method gives."""
        if len(key) > 1:
            what = f"{method}() of table {self.name!r} takes one unnamed value of a row"
            raise ValueProblem(f"{what}; name the others: method='full'", code="wrong-expression")
        try:
            return find(self.table, tuple(map(plain, key)), {name: plain(value) for name, value in columns.items()})
        except NoSingleRow as error:
            raise ValueProblem(f"table {self.name!r} {error}", code="unknown-row") from None

    def _one_and_others(
        self, method: str, column: object, key: tuple[object, ...], columns: Mapping[str, object]
    ) -> tuple[Quantity, list[Quantity]]:
        """Returns a row's number in a column, and those of the other rows; rows that are equal count as one."""
        by = self._numeric(method, shown(column))
        at = self._index(method, key, columns)
        different = distinct(self.table, range(len(self.rows)))
        same = self.table.rows[at]
        return self.rows[at][by], [self.rows[index][by] for index in different if self.table.rows[index] != same]

    def _numeric(self, method: str, key: str) -> str:
        """Returns the key of a column of numbers. Raises ValueProblem for any other."""
        kinds = {column.key: column.kind for column in self.table.columns}
        if key not in kinds:
            raise ValueProblem(
                f"table {self.name!r} has no column {key!r}; {nearest(key, kinds)}", code="unknown-column"
            )
        if kinds[key] not in NUMERIC:
            numeric = [name for name, kind in kinds.items() if kind in NUMERIC]
            raise self._problem(
                f"{method}() compares numbers, and the column {key!r} has none; {nearest(key, numeric)}"
            )
        return key

    def judged(self, expression: object) -> list[Judgment]:
        """Returns for each row whether an expression over the columns holds. Raises ValueProblem if none is there."""
        if not self.rows:
            raise self._problem("there are no rows to judge")
        assert self._judge is not None
        return self._judge(shown(expression), self.name, list(map(values_of, self.rows)))

    def _problem(self, message: str) -> ValueProblem:
        return ValueProblem(f"table {self.name!r}: {message}", code="wrong-expression")

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def called_row(source: str, table: Table, parameters: Collection[str], accuracy: AccuracyOf | None = None) -> Row:
    """Returns the one row that a call of a source in a deck's text gives. Raises ValueProblem for none or several."""
    rows = distinct(table, range(len(table.rows)))
    if len(rows) == 1:
        return Row(table, table.rows[rows[0]], accuracy)
    if not rows:
        raise ValueProblem(f"{source}() gives no rows", code="unknown-row")
    columns = distinguishing(table, rows, set())
    if all(key in parameters for key in distinguishing_keys(table, rows)):
        raise ValueProblem(f"{source}() gives {len(rows)} rows; give one value of {columns}", code="unknown-row")
    advice = f"declare the table and take one row with tables.NAME.row(...), by {columns}"
    raise ValueProblem(f"{source}() gives {len(rows)} rows; {advice}", code="unknown-row")
