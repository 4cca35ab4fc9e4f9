"""Counts weights, each over the largest magnitude of its block, in bins from -1 to 1.

The levels of NF4, FP4 and symmetric integers (`Quantizer.levels`) are on the same axis, so both can be drawn together.
Source of the scaling: Dettmers et al. 2023, QLoRA, section 2 (block-wise absmax quantization).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from slidegen.quantize.base import Granularity
from slidegen.quantize.weights import Weights, matrices

BINS: Final = 64


@dataclass(frozen=True, slots=True)
class Bin:
    """The weights from `low` to `high` (in the last bin inclusive), and their share of all weights."""

    low: float
    high: float
    count: int
    share: float


def histogram(weights: Weights, granularity: Granularity, bins: int = BINS) -> tuple[Bin, ...]:
    """Counts the linear weights of a model in `bins` bins of equal width; blocks of zeros are left out.

    Raises SlidegenError for weights that are not finite, ModelError for files that cannot be read.
    """
    import numpy as np

    from slidegen.quantize.blocks import absmax, from_blocks, to_blocks
    from slidegen.quantize.checks import checked

    edges = np.linspace(-1, 1, bins + 1)
    counts = np.zeros(bins, dtype=np.int64)
    for matrix in matrices(weights):
        values = checked(matrix.values, f"model {weights.name!r}: {matrix.name}")
        blocks = to_blocks(values, granularity)
        largest = absmax(blocks)[:, None]
        scaled = np.divide(blocks, largest, out=np.full_like(blocks, np.nan), where=largest > 0)
        counts += np.histogram(from_blocks(scaled, values.shape), edges)[0]
    total = int(counts.sum())
    return tuple(
        Bin(float(low), float(high), int(count), int(count) / total if total else 0.0)
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    )
