"""What one large weight does, on a matrix whose every error can be told by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from slidegen.errors import SlidegenError
from slidegen.quantize.experiments import OutlierRow, outliers

CHECKERBOARD = np.where(np.indices((4, 4)).sum(axis=0) % 2, 1, -1).astype(np.float32)
"""Sixteen weights of magnitude 1: their standard deviation is 1."""


def by_granularity(rows: tuple[OutlierRow, ...], size: float) -> dict[object, OutlierRow]:
    """The rows for one size of the large weight."""
    return {row.granularity: row for row in rows if row.outlier == size}


def test_by_hand() -> None:
    """A weight of 508 makes the scale 508 / 127 = 4, so all that share it become 0: 15, or 3 of the row, or 1."""
    found = by_granularity(outliers(CHECKERBOARD, granularities=("tensor", "row", 2), sizes=(508,)), 508)
    for granularity, lost in (("tensor", 15), ("row", 3), (2, 1)):
        row = found[granularity]
        assert row.zeros == lost / 15
        assert row.relative_rms == pytest.approx(sqrt(lost / 15))
    # 16 bytes of codes and a float32 scale for each 16, 4 or 2 weights.
    assert [found[key].bits_per_parameter for key in ("tensor", "row", 2)] == [10, 16, 24]


def test_without_a_large_weight() -> None:
    """Size 0 leaves the matrix as it is, and int8 stores weights of magnitude 1 exactly."""
    rows = outliers(CHECKERBOARD, sizes=(0,))
    assert [(row.granularity, row.relative_rms, row.snr_db, row.zeros) for row in rows] == [
        ("tensor", 0.0, None, 0.0),
        ("row", 0.0, None, 0.0),
        (64, 0.0, None, 0.0),
    ]


def test_gaussian_weights() -> None:
    """The story of the slide: per tensor the error grows with the outlier, per row and per block hardly."""
    rows = outliers()
    assert len(rows) == 4 * 3
    by_size = [by_granularity(rows, size) for size in (0, 10, 50, 200)]
    tensor, row, block = ([found[key].relative_rms for found in by_size] for key in ("tensor", "row", 64))
    assert tensor == sorted(tensor)
    # The step is the outlier over 127, and the error of rounding is its 12th root (Bennett 1948): 50 / 127 / sqrt(12).
    assert tensor[2] == pytest.approx(50 / 127 / sqrt(12), rel=0.01)
    assert row[2] < tensor[2] / 10
    assert block[2] < row[2]
    assert outliers() == rows


def test_what_is_no_matrix() -> None:
    """One weight alone has no others."""
    with pytest.raises(SlidegenError) as caught:
        outliers(np.ones((1, 1), dtype=np.float32))
    assert str(caught.value) == "outliers: the matrix has shape (1, 1); at least two weights are needed"
