"""Experiment 5, outliers: the effect of one large weight on the others that share a scale with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slidegen.errors import Problem, SlidegenError
from slidegen.quantize.base import GRANULARITIES, Granularity
from slidegen.quantize.experiments.base import relative_error, squared
from slidegen.quantize.experiments.weight_error import decibels
from slidegen.quantize.registry import quantize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHAPE: Final = (256, 256)
SIZES: Final = (0.0, 10.0, 50.0, 200.0)


@dataclass(frozen=True, slots=True)
class OutlierRow:
    """The error of all weights but the large one.

    `outlier` is the large weight in standard deviations of the matrix, 0 for the unchanged matrix. `relative_rms` and
    `snr_db` are defined as for the weight error. `zeros` is the share of the other weights that become exactly 0.
    `bits_per_parameter` counts the whole matrix.
    """

    granularity: Granularity
    outlier: float
    relative_rms: float
    snr_db: float | None
    zeros: float
    bits_per_parameter: float


def outliers(
    matrix: NDArray[np.float32] | None = None,
    *,
    method: str = "int8",
    granularities: Sequence[Granularity] = GRANULARITIES,
    sizes: Sequence[float] = SIZES,
    seed: int = 0,
) -> tuple[OutlierRow, ...]:
    """Returns a row for each size of the large weight and each granularity, in that order.

    The large weight replaces the one in the middle of `matrix` (rows, columns), by default 256 x 256 Gaussian numbers
    with standard deviation 1. Raises SlidegenError for a method or granularity that does not exist, and for a matrix of
    fewer than two weights.
    """
    import numpy as np

    if matrix is None:
        matrix = np.random.default_rng(seed).standard_normal(SHAPE).astype(np.float32)
    if matrix.ndim != 2 or matrix.size < 2:
        raise SlidegenError(
            [
                Problem(
                    f"outliers: the matrix has shape {matrix.shape}; at least two weights are needed",
                    code="quantization",
                )
            ]
        )
    deviation = np.float32(matrix.std())
    others = np.ones(matrix.shape, dtype=bool)
    others[matrix.shape[0] // 2, matrix.shape[1] // 2] = False
    rows = []
    for size in sizes:
        changed = matrix.copy()
        if size:
            changed[~others] = np.float32(size) * deviation
        rows += [_row(changed, others, method, granularity, size) for granularity in granularities]
    return tuple(rows)


def _row(
    matrix: NDArray[np.float32], others: NDArray[np.bool_], method: str, granularity: Granularity, size: float
) -> OutlierRow:
    import numpy as np

    quantized = quantize(matrix, method, granularity)
    before, after = matrix[others], quantized.dequantized[others]
    relative = relative_error(squared(after - before), squared(before))
    zeros = float(np.count_nonzero((after == 0) & (before != 0)) / before.size)
    return OutlierRow(
        quantized.granularity, float(size), relative, decibels(relative), zeros, quantized.bits_per_parameter
    )
