"""Makes a cut: chooses rows, or counts and aggregates them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from slidegen.parquet.bins import bin_rows
from slidegen.parquet.groups import best_rows, group_rows
from slidegen.parquet.opening import ParquetRows
from slidegen.parquet.plan import MOST_ROWS, Answer, BinsCut, Cell, CutError, GroupsCut, Order, Plan, RowsCut
from slidegen.parquet.scan import Matches, fetched, scan

Row = TypeVar("Row")


def answer(file: ParquetRows, plan: Plan) -> Answer:
    """Returns the cut of a file. Raises CutError."""
    cut = plan.cut
    if isinstance(cut, RowsCut):
        return _rows(file, plan, cut)
    if isinstance(cut, GroupsCut):
        tested = [condition.column for conditions in cut.counts for condition in conditions]
        found = scan(file, plan, (*cut.by, *(name for name, _ in cut.aggregates), *tested))
        rows = _limited(_in_order(group_rows(found.table, cut), cut.order), cut.limit)
        return Answer(tuple(rows), len(found.rows), found.failed, found.distinct)
    assert isinstance(cut, BinsCut)
    found = scan(file, plan, [axis.column for axis in cut.axes])
    counts, bins, categories = bin_rows(found.table, cut)
    return Answer(tuple(counts), len(found.rows), found.failed, found.distinct, bins, categories)


def _rows(file: ParquetRows, plan: Plan, cut: RowsCut) -> Answer:
    ordered = [] if cut.order is None else [str(cut.order.column)]
    found = scan(file, plan, (*cut.by, *([] if cut.best is None else [cut.best]), *ordered))
    lost = 0
    chosen: Sequence[int]
    if cut.best is not None:
        chosen, lost = best_rows(found.table, cut.best, cut.by, cut.greatest)
    elif cut.order is not None:
        chosen = _positions(found, cut.order)
    else:
        chosen = _sampled(len(found.rows), cut.sample or len(found.rows))
    if cut.best is not None and cut.order is not None:
        place = {row: at for at, row in enumerate(_positions(found, cut.order))}
        chosen = sorted(chosen, key=place.__getitem__)
    chosen = _limited(chosen, cut.limit)
    rows = fetched(file, found.rows.take(pa.array(list(chosen), pa.int64())).to_pylist(), cut.columns)
    return Answer(tuple(rows), len(found.rows), found.failed, found.distinct, lost=lost)


def _positions(found: Matches, order: Order) -> list[int]:
    """Returns the positions of rows in an order. Equal ones stay as they are in the file."""
    column: Any = found.table.column(str(order.column))
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    table = pa.table({"value": column, "row": found.rows})
    keys = [("value", "descending" if order.descending else "ascending"), ("row", "ascending")]
    places: list[int] = pc.sort_indices(table, sort_keys=keys, null_placement="at_end").to_pylist()
    return places


def _in_order(rows: list[tuple[Cell, ...]], order: Order | None) -> list[tuple[Cell, ...]]:
    if order is None:
        return rows
    at = int(order.column)
    known = [row for row in rows if row[at] is not None]
    known.sort(key=lambda row: row[at], reverse=order.descending)  # type: ignore[arg-type, return-value]
    return known + [row for row in rows if row[at] is None]


def _limited(rows: Sequence[Row], limit: int | None) -> Sequence[Row]:
    kept = rows if limit is None else rows[:limit]
    if len(kept) > MOST_ROWS:
        raise CutError("rows", count=len(kept))
    return kept


def _sampled(count: int, size: int) -> Sequence[int]:
    """Returns a random sample of positions in ascending order, the same for the same numbers (Floyd's algorithm)."""
    if size >= count:
        return range(count)
    numbers, chosen = random.Random(0), set[int]()
    for last in range(count - size, count):
        one = int(numbers.random() * (last + 1))
        chosen.add(last if one in chosen else one)
    return sorted(chosen)
