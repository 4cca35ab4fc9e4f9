"""Detects weights that already lie on a grid, because their model was quantized before it was saved."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

BLOCK: Final = 32
MOST_VALUES: Final = 16
MOST_BLOCKS: Final = 8192
SHARE: Final = 0.99


def grid_share(weights: ArrayLike) -> float:
    """Returns the share of blocks of 32 weights with at most 16 distinct values, as many as four bits can represent.

    Blocks run along the last axis; an incomplete block at the end of a row is skipped. Of more than 8192 blocks, 8192
    evenly spaced ones are examined. The share is 0 if there is no whole block. In weights that were never quantized a
    block has 32 distinct values, or slightly fewer.
    """
    given = np.asarray(weights)
    columns = given.shape[-1] if given.ndim else 1
    whole = columns - columns % BLOCK
    if not given.size or not whole:
        return 0.0
    rows = given.reshape(-1, columns)
    per_row = whole // BLOCK
    picked = np.unique(np.linspace(0, rows.shape[0] * per_row - 1, MOST_BLOCKS).round().astype(np.int64))
    row, block = np.divmod(picked, per_row)
    blocks = rows[row[:, None], block[:, None] * BLOCK + np.arange(BLOCK)].astype(np.float32)
    blocks.sort(axis=1)
    values = 1 + np.count_nonzero(blocks[:, 1:] != blocks[:, :-1], axis=1)
    return float(np.mean(values <= MOST_VALUES))


def on_grid(weights: ArrayLike) -> bool:
    """Returns whether nearly all blocks (99 in 100) have so few distinct values that 4-bit integers can represent them.

    Results of affine 4-bit methods on such weights are not meaningful: they look lossless, or lose only what a second
    rounding loses.
    """
    return grid_share(weights) >= SHARE
