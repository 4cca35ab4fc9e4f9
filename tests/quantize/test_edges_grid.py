"""Finding out that weights were quantized before."""

from __future__ import annotations

import numpy as np
import pytest

from slidegen.quantize import quantize
from slidegen.quantize.grid import grid_share, on_grid
from tests.quantize.bits import normal


@pytest.mark.parametrize("method", ["q4_0", "q4_1", "int4", "int3-asym", "nf4", "mxfp4"])
def test_weights_of_four_bits_are_on_a_grid(method: str) -> None:
    """Whatever the method: a block of 32 has at most 16 values; as SmolLM2's file, which is Q4_1."""
    read_back = quantize(normal(64, 576), method).dequantized
    assert grid_share(read_back) == 1.0
    assert on_grid(read_back)
    assert on_grid(read_back.astype(np.float16))


@pytest.mark.parametrize("method", ["q8_0", "int8", "fp8-e4m3", "mxfp6"])
def test_weights_of_more_bits_are_not(method: str) -> None:
    """Their blocks have more than 16 values, nearly all of them."""
    assert grid_share(quantize(normal(64, 576), method).dequantized) < 0.2
    assert not on_grid(quantize(normal(64, 576), method).dequantized)


def test_weights_that_nobody_quantized_are_not() -> None:
    """In float32 or in half precision."""
    ml_dtypes = pytest.importorskip("ml_dtypes")
    for dtype in (np.float32, np.float16, ml_dtypes.bfloat16):
        assert grid_share(normal(64, 576).astype(dtype)) == 0.0


def test_sixteen_values_are_the_most() -> None:
    """Blocks of 16 and of 17 distinct values, counted by hand."""
    sixteen = np.arange(32) % 16
    seventeen = np.arange(32) % 17
    assert grid_share(np.array([sixteen, sixteen, sixteen, seventeen], dtype=np.float32)) == 0.75
    assert not on_grid(np.array([sixteen, seventeen], dtype=np.float32))


def test_blocks_are_looked_at_all_over_a_large_matrix() -> None:
    """Half of its rows on a grid: about half of the blocks are, though only 8192 are looked at."""
    weights = normal(1024, 1024)
    weights[512:] = 0
    assert grid_share(weights) == pytest.approx(0.5, abs=0.01)


def test_what_is_left_of_a_row_is_not_looked_at() -> None:
    """Rows of 40: one block each, and eight weights that are none; fewer than 32 weights are no block at all."""
    weights = normal(4, 40)
    weights[:, :32] = 1
    assert grid_share(weights) == 1.0
    assert grid_share(np.ones(31)) == 0.0
    assert grid_share(np.ones((0, 64))) == 0.0
    assert not on_grid(np.ones(0))
