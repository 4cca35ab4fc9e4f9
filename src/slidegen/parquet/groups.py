"""Groups rows by the values of columns: the row with the least number of each, and aggregates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from slidegen.parquet.masks import mask
from slidegen.parquet.plan import Cell, CutError, Function, GroupsCut

MOST_GROUPS = 200_000


def group_numbers(table: pa.Table, by: Sequence[str]) -> tuple[pa.Array, list[int]]:
    """Returns the number of each row's group, in the order in which groups first occur, and the first row of each."""
    numbers: Any = pa.repeat(pa.scalar(0, pa.int64()), table.num_rows)
    for name in by:
        encoded = _whole(_whole(table.column(name)).dictionary_encode())
        size = len(encoded.dictionary)
        places = pc.fill_null(encoded.indices.cast(pa.int64()), size)
        mixed = pc.add(pc.multiply(numbers, size + 1), places)
        numbers = mixed.dictionary_encode().indices.cast(pa.int64())  # dense again, so that no product overflows
    count = (pc.max(numbers).as_py() or 0) + 1 if len(numbers) else 0
    if count > MOST_GROUPS:
        raise CutError("large", what=f"{count:,} groups; allowed: at most {MOST_GROUPS:,}")
    firsts = pa.table({"group": numbers, "row": positions(len(numbers))})
    firsts = firsts.group_by("group", use_threads=False).aggregate([("row", "min")]).sort_by("group")
    return numbers, firsts.column("row_min").to_pylist()


def best_rows(table: pa.Table, column: str, by: Sequence[str], greatest: bool) -> tuple[list[int], int]:
    """Returns the row with the least number, or the greatest, of each group, the first if several have it; and how many
    groups have none because they have no number."""
    numbers, firsts = group_numbers(table, by)
    values = _whole(table.column(column))
    ends = pa.array(_aggregate(numbers, values, "max" if greatest else "min", len(firsts)), values.type)
    reached = pc.fill_null(pc.equal(values, ends.take(numbers)), False)
    found = pa.table({"group": numbers, "row": positions(len(numbers))}).filter(reached)
    rows = found.group_by("group", use_threads=False).aggregate([("row", "min")]).sort_by("group").column("row_min")
    return rows.to_pylist(), len(firsts) - len(rows)


def group_rows(table: pa.Table, cut: GroupsCut) -> list[tuple[Cell, ...]]:
    """Returns a row for each group: its values, the aggregates, the counts of conditions, and how many rows it has."""
    numbers, firsts = group_numbers(table, cut.by)
    if not cut.by and not firsts:  # no row meets the conditions, which is worth a count
        return [(*(None for _ in cut.aggregates), *(0 for _ in cut.counts), 0)]
    size = len(firsts)
    heads = [_whole(table.column(name)).take(pa.array(firsts, pa.int64())).to_pylist() for name in cut.by]
    made = [_aggregate(numbers, _whole(table.column(name)), function, size) for name, function in cut.aggregates]
    made += [_counted(numbers, mask(table, conditions), size) for conditions in cut.counts]
    made.append(_counted(numbers, pa.repeat(True, len(numbers)), size))
    return list(zip(*heads, *made, strict=True))


def positions(count: int) -> pa.Array:
    """Returns the numbers from 0."""
    return pc.indices_nonzero(pa.repeat(True, count)).cast(pa.int64())


def _aggregate(numbers: pa.Array, values: pa.Array, function: Function, size: int) -> list[Cell]:
    if isinstance(function, float):
        return _quantile(numbers, values, function, size)
    if function == "mean":
        values = values.cast(pa.float64(), safe=False)  # a sum of whole numbers could overflow
    table = pa.table({"group": numbers, "value": values})
    made = table.group_by("group", use_threads=False).aggregate([("value", function)])
    return _by_group(made.column("group"), made.column(f"value_{function}"), size)


def _quantile(numbers: pa.Array, values: pa.Array, share: float, size: int) -> list[Cell]:
    """Returns the quantile of each group, between two numbers by their distance, as numpy and R do by default."""
    groups, ordered, ends = _sorted(numbers, values)
    found: list[Cell] = [None] * size
    start = 0
    for end in ends:
        at = start + share * (end - start - 1)
        low, part = int(at), at - int(at)
        first = ordered[low].as_py()
        second = ordered[min(low + 1, end - 1)].as_py()
        found[groups[start].as_py()] = first if not part else first + (second - first) * part
        start = end
    return found


def _counted(numbers: pa.Array, met: Any, size: int) -> list[Cell]:
    whole = met.cast(pa.int64())
    table = pa.table({"group": numbers, "value": _whole(whole)})
    made = table.group_by("group", use_threads=False).aggregate([("value", "sum")])
    return _by_group(made.column("group"), made.column("value_sum"), size)


def _by_group(groups: pa.ChunkedArray, values: pa.ChunkedArray, size: int) -> list[Cell]:
    found: list[Cell] = [None] * size
    for group, value in zip(groups.to_pylist(), values.to_pylist(), strict=True):
        found[group] = value
    return found


def _sorted(numbers: pa.Array, values: pa.Array) -> tuple[pa.Array, pa.Array, list[int]]:
    """Returns the groups and the numbers of the rows that have one, sorted by both, and where each group ends."""
    table = pa.table({"group": numbers, "value": values})
    table = table.filter(pc.is_valid(table.column("value")))
    table = table.take(pc.sort_indices(table, sort_keys=[("group", "ascending"), ("value", "ascending")]))
    groups = _whole(table.column("group"))
    ends = pc.run_end_encode(groups).run_ends.to_pylist() if len(groups) else []
    return groups, _whole(table.column("value")), ends


def _whole(column: Any) -> pa.Array:
    """Returns a column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)
