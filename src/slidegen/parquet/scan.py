"""Reads the rows that meet a plan's conditions, one row group after the other, and only the columns that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from slidegen.parquet.masks import holds, mask, present
from slidegen.parquet.opening import ParquetRows
from slidegen.parquet.plan import Cell, Condition, CutError, Plan

MOST_BYTES: Final = 2**30
"""The most bytes of the rows that meet the conditions."""
ROW: Final = ""
"""The name of the column with the numbers of rows. No other column that is read has an empty name."""
MOST_DISTINCT: Final = 2_000_000
"""The most characters of the different values that a column has in the rows of the cut, if these are part of it."""
MOST_KNOWN: Final = 10_000
"""The most values of a column among which a wrong one is looked for."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The rows that meet the conditions, with their numbers in the file in the column `ROW`. `failed` were left out."""

    table: pa.Table
    failed: int
    distinct: Mapping[str, tuple[str, ...]]

    @property
    def rows(self) -> pa.ChunkedArray:
        """The numbers of the rows in the file."""
        return self.table.column(ROW)


def scan(file: ParquetRows, plan: Plan, columns: Sequence[str]) -> Matches:
    """Returns the rows that meet the conditions of a plan, with these columns.

    Raises CutError if a condition names a value that the file does not have, or the rows are too large.
    """
    tested = [condition.column for condition in plan.where]
    failed_by = [] if plan.failed is None else [plan.failed]
    names = list(dict.fromkeys((*columns, *tested, *plan.distinct, *failed_by))) or file.least
    seen: dict[int, set[Cell]] = {}
    counts = [0] * len(plan.where)
    kept: list[pa.Table] = []
    distinct: dict[str, dict[str, None]] = {name: {} for name in plan.distinct}
    failed = start = size = 0
    for number in range(file.described.num_row_groups):
        length = file.described.row_group(number).num_rows
        failed += _failures(file, plan, number)
        if not _skipped(file, plan.where, number):
            table = file.group(number, names)
            if table.num_rows != length:
                raise CutError("broken", text="a row group has another number of rows than the file says")
            found: Any = pa.repeat(True, length) if plan.failed is None else pc.is_null(table.column(plan.failed))
            for at, condition in enumerate(plan.where):
                met = pc.and_(holds(table.column(condition.column), condition), found)
                counts[at] += pc.sum(met).as_py() or 0
                seen.setdefault(at, set()).update(present(table.column(condition.column), condition.values or ()))
            found = pc.and_(found, mask(table, plan.where))
            chosen = table.filter(found)
            numbers = pc.add(pc.indices_nonzero(found).cast(pa.int64()), start)
            kept.append(chosen.select(list(dict.fromkeys(columns))).append_column(ROW, numbers))
            size += kept[-1].nbytes
            if size > MOST_BYTES:
                raise CutError("large", what=f"more than {MOST_BYTES:,} bytes in the rows of the cut")
            for name in plan.distinct:
                distinct[name].update(dict.fromkeys(_texts(chosen.column(name))))
                if sum(map(len, distinct[name])) > MOST_DISTINCT:
                    raise CutError("large", what=f"more than {MOST_DISTINCT:,} characters of different {name}")
        start += length
    for at, condition in enumerate(plan.where):
        _check_known(file, condition, seen.get(at, set()))
    if plan.where and not sum(map(len, kept)):
        _check_empty(plan, counts)
    whole = pa.concat_tables(kept) if kept else _empty(file, columns)
    return Matches(
        whole.unify_dictionaries().combine_chunks(), failed, {name: tuple(values) for name, values in distinct.items()}
    )


def fetched(file: ParquetRows, rows: Sequence[int], columns: Sequence[str]) -> list[tuple[Cell, ...]]:
    """Returns the cells of a few rows, which have these numbers in the file, in the same order."""
    found: dict[int, tuple[Cell, ...]] = {}
    start, wanted = 0, sorted(set(rows))
    for number in range(file.described.num_row_groups):
        length = file.described.row_group(number).num_rows
        here = [row for row in wanted if start <= row < start + length]
        if here:
            table = file.group(number, list(dict.fromkeys(columns))).take([row - start for row in here])
            cells = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
            found.update(zip(here, cells, strict=True))
        start += length
    return [found[row] for row in rows]


def _failures(file: ParquetRows, plan: Plan, number: int) -> int:
    """Returns how many rows of a row group are left out because they failed."""
    if plan.failed is None:
        return 0
    stated = file.statistics(number, plan.failed)
    if stated is not None and stated.has_null_count and stated.null_count == file.described.row_group(number).num_rows:
        return 0
    names = dict.fromkeys((plan.failed, *(condition.column for condition in plan.failed_where)))
    table = file.group(number, list(names))
    found = pc.and_(pc.is_valid(table.column(plan.failed)), mask(table, plan.failed_where))
    return pc.sum(found).as_py() or 0


def _skipped(file: ParquetRows, conditions: Iterable[Condition], number: int) -> bool:
    """Returns whether the file says that no row of a row group lies in the range of a condition."""
    for condition in conditions:
        ends = (condition.least, condition.most, condition.above, condition.below)
        if condition.negated or all(end is None for end in ends):
            continue
        stated = file.statistics(number, condition.column)
        if stated is None or not stated.has_min_max or not isinstance(stated.min, int | float):
            continue
        low, high = stated.min, stated.max
        if (condition.least is not None and high < condition.least) or (
            condition.above is not None and high <= condition.above
        ):
            return True
        if (condition.most is not None and low > condition.most) or (
            condition.below is not None and low >= condition.below
        ):
            return True
    return False


def _check_known(file: ParquetRows, condition: Condition, seen: set[Cell]) -> None:
    """Raises CutError if a condition lists a value that no row of the file has. Row groups may have been skipped."""
    missing = [value for value in condition.values or () if value is not None and value not in seen]
    if not missing:
        return
    known: set[Cell] = set()
    for number in range(file.described.num_row_groups):
        known.update(pc.unique(file.group(number, [condition.column]).column(0)).to_pylist())
        if len(known) > MOST_KNOWN:
            break
    unknown = [value for value in missing if value not in known]
    if unknown:
        values = sorted((value for value in known if value is not None), key=lambda value: (str(type(value)), value))
        raise CutError("unknown", option=condition.option, value=unknown[0], known=values)


def _check_empty(plan: Plan, counts: Sequence[int]) -> None:
    """Raises CutError for a cut without rows, unless it counts."""
    if getattr(plan.cut, "counts", None) is None:
        options = [condition.option for condition in plan.where]
        raise CutError("empty", counts=[[option, count] for option, count in zip(options, counts, strict=True)])


def _texts(column: pa.ChunkedArray) -> list[str]:
    return [str(value) for value in pc.unique(column).to_pylist() if value is not None]


def _empty(file: ParquetRows, columns: Sequence[str]) -> pa.Table:
    types = {"whole": pa.int64(), "number": pa.float64(), "switch": pa.bool_()}
    text = pa.dictionary(pa.int32(), pa.string())
    fields = [(name, types.get(file.schema.columns[name] or "", text)) for name in dict.fromkeys(columns)]
    return pa.schema([*fields, (ROW, pa.int64())]).empty_table()
