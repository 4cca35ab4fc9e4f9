"""Counts rows in bins of one column, or in pairs of bins of two."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from slidegen.parquet.plan import MOST_CATEGORIES, Axis, BinsCut, Cell, CutError


def bin_rows(
    table: pa.Table, cut: BinsCut
) -> tuple[list[tuple[Cell, ...]], tuple[tuple[Cell, ...], ...], tuple[bool, ...]]:
    """Returns the positions on the axes and the count for each bin or pair of bins, the ends of each axis' bins or its
    categories, and which axes have categories: of two axes, one of text or with few values has its values."""
    axes = [_masks(table.column(axis.column), axis, len(cut.axes) == 2) for axis in cut.axes]
    places: list[tuple[tuple[int, ...], Any]] = [((), pa.repeat(True, table.num_rows))]
    for _, _, masks in axes:
        places = [((*at, here), pc.and_(met, one)) for at, met in places for here, one in enumerate(masks)]
    rows = [(*at, pc.sum(met).as_py() or 0) for at, met in places]
    return rows, tuple(ends for ends, _, _ in axes), tuple(categories for _, categories, _ in axes)


def edges(low: float, high: float, bins: int, unit: int, whole: bool) -> list[Cell]:
    """Returns the ends of bins of equal width around numbers: about as many as `bins`, and round in this unit.

    The width is 1, 2, 2.5 or 5 times a power of ten, so there may be fewer bins, or one more.
    """
    span = high - low or (1.0 if whole else abs(low) or 1.0)
    width = _round(span / bins / unit)
    if whole and unit == 1:
        width = max(1.0, math.ceil(width))
    first = math.floor(low / unit / width)
    last = math.floor(high / unit / width) + 1
    ends = [(first + step) * width * unit for step in range(last - first + 1)]
    return [round(end) for end in ends] if whole else [float(f"{end:.12g}") for end in ends]


def _round(width: float) -> float:
    """Returns the next round number that is not less."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= width * (1 - 1e-9))


def _masks(column: pa.ChunkedArray, axis: Axis, paired: bool) -> tuple[tuple[Cell, ...], bool, list[Any]]:
    """Returns the ends or categories of an axis, which of both they are, and the rows of each bin."""
    text = pa.types.is_dictionary(column.type) or pa.types.is_boolean(column.type)
    values = [value for value in pc.unique(column).to_pylist() if value is not None] if text or paired else []
    if text and len(values) > MOST_CATEGORIES:
        raise CutError("categories", column=axis.column, count=len(values))
    if text or (paired and 0 < len(values) <= axis.bins):
        names = values if text else sorted(values)
        plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        return tuple(names), True, [pc.fill_null(pc.equal(plain, pa.scalar(name)), False) for name in names]
    ends = pc.min_max(column)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if low is None:
        raise CutError("no-numbers", column=axis.column)
    found = edges(low, high, axis.bins, axis.unit, axis.whole)
    masks = [
        pc.fill_null(pc.and_(pc.greater_equal(column, pa.scalar(start)), pc.less(column, pa.scalar(end))), False)
        for start, end in pairwise(found)
    ]
    return tuple(found), False, masks
