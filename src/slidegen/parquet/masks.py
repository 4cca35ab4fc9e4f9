"""Applies conditions to columns: for each row whether they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from slidegen.parquet.plan import Cell, Condition


def mask(table: pa.Table, conditions: Iterable[Condition]) -> pa.ChunkedArray | pa.Array:
    """Returns for each row of a table whether all conditions hold. It has no nulls."""
    found: Any = pa.repeat(True, table.num_rows)
    for condition in conditions:
        found = pc.and_(found, holds(table.column(condition.column), condition))
    return found


def holds(column: pa.ChunkedArray, condition: Condition) -> Any:
    """Returns for each cell whether a condition holds. A null meets only conditions that list it or are negated."""
    found: Any = pa.repeat(True, len(column))
    if condition.values is not None:
        found = pc.and_(found, _one_of(column, condition.values))
    if condition.patterns is not None:
        found = pc.and_(found, _alike(column, condition.patterns))
    compare = {"least": pc.greater_equal, "most": pc.less_equal, "above": pc.greater, "below": pc.less}
    for name, function in compare.items():
        end = getattr(condition, name)
        if end is not None:
            found = pc.and_(found, pc.fill_null(function(column, _number(end)), False))
    return pc.invert(found) if condition.negated else found


def present(column: pa.ChunkedArray, values: Iterable[Cell]) -> set[Cell]:
    """Returns which of some values a column has."""
    wanted = set(values)
    if pa.types.is_dictionary(column.type):
        return wanted.intersection(pc.unique(column).to_pylist())
    return wanted.intersection(pc.unique(column.filter(_one_of(column, tuple(wanted)))).to_pylist())


def _one_of(column: pa.ChunkedArray, values: tuple[Cell, ...]) -> Any:
    known = [value for value in values if value is not None]
    if pa.types.is_dictionary(column.type):
        found = _of_dictionary(column, set(known).__contains__)
    else:
        numbers = pa.float64() if any(isinstance(value, float) for value in known) else column.type
        compared = column if numbers == column.type else column.cast(numbers, safe=False)
        found = pc.is_in(compared, value_set=pa.array(known, type=numbers))
    return pc.or_(found, pc.is_null(column)) if None in values else found


def _alike(column: pa.ChunkedArray, patterns: tuple[str, ...]) -> Any:
    expressions = [re.compile(translate(pattern), re.IGNORECASE) for pattern in patterns]
    return _of_dictionary(column, lambda text: any(one.match(text) for one in expressions))


def _of_dictionary(column: pa.ChunkedArray, test: Any) -> pa.ChunkedArray:
    """Returns for each cell whether its text passes a test, which sees each text of the dictionary once."""
    chunks = []
    for chunk in column.chunks:
        passed = pa.array([text is not None and bool(test(text)) for text in chunk.dictionary.to_pylist()], pa.bool_())
        chunks.append(pc.fill_null(passed.take(chunk.indices), False))
    return pa.chunked_array(chunks, type=pa.bool_())


def _number(value: float) -> pa.Scalar:
    return pa.scalar(value, pa.float64() if isinstance(value, float) else pa.int64())
