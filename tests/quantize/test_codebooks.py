"""NF4 and bitsandbytes' FP4, held to bitsandbytes; the three code books that are all called FP4."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from slidegen.quantize import QUANTIZERS, quantize
from slidegen.quantize.codebooks import levels, nf4_levels
from tests.quantize.bits import Floats, nibbles_high_first, normal, stored

BOOKS = [("nf4", "nf4"), ("fp4-bnb", "fp4")]
BLOCKS = (32, 64, 128, 256, 512, 1024, 2048, 4096)


def bitsandbytes(weights: Floats, kind: str, block: int) -> tuple[Floats, Any]:
    """The packed codes and the state of its quantize_4bit on the CPU."""
    torch = pytest.importorskip("torch")
    functional = pytest.importorskip("bitsandbytes.functional")
    torch.set_num_threads(1)
    packed, state = functional.quantize_4bit(torch.from_numpy(weights), quant_type=kind, blocksize=block)
    return packed.numpy().reshape(-1), state


def test_nf4_levels_are_those_of_bitsandbytes() -> None:
    """Computed here from quantiles, typed in there: the same float32 numbers to the last bit."""
    functional = pytest.importorskip("bitsandbytes.functional")
    assert np.array_equal(nf4_levels(), functional.get_4bit_type("nf4", "cpu").numpy())


def test_nf4_levels_split_a_normal_distribution_evenly() -> None:
    """Of normal numbers as wide as the levels assume, no inner level takes much more than another, as QLoRA wants."""
    numbers = np.random.default_rng(0).standard_normal(200_000) / 1.848  # the largest level is its 0.9677 quantile
    nearest = np.abs(numbers[:, None] - nf4_levels()).argmin(axis=1)
    shares = np.bincount(nearest, minlength=16)[1:-1] / numbers.size
    assert shares.min() > 0.045
    assert shares.max() < 0.08


def test_the_three_code_books_called_fp4_are_three() -> None:
    """Their positive levels, by hand: E2M1 from 0.5 to 6, bitsandbytes in twelfths, E3M0 powers of two up to 16."""
    positive = {name: QUANTIZERS[name].levels for name in ("fp4-e2m1", "fp4-bnb", "fp4-e3m0")}
    by_hand = {
        "fp4-e2m1": [0, 0.5 / 6, 1 / 6, 1.5 / 6, 2 / 6, 3 / 6, 4 / 6, 1],
        "fp4-bnb": [0, 0.0625 / 12, 2 / 12, 3 / 12, 4 / 12, 6 / 12, 8 / 12, 1],
        "fp4-e3m0": [0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1],
    }
    for name, find in positive.items():
        assert find is not None
        values = find()
        assert values[values >= 0].tolist() == pytest.approx(by_hand[name], rel=1e-6)
        assert (-values[::-1]).tolist() == values.tolist()


def test_fp4_levels_are_those_of_bitsandbytes() -> None:
    """The same float32 numbers; two of its codes mean zero."""
    functional = pytest.importorskip("bitsandbytes.functional")
    assert np.array_equal(levels("fp4"), np.unique(functional.get_4bit_type("fp4", "cpu").numpy()))


def test_nf4_by_hand() -> None:
    """Over 2: -1, 0, 0.33 and 1 are next to the levels -1 (code 0), 0 (7), 0.338 (11) and 1 (15)."""
    quantized = quantize(np.array([-2.0, 0.0, 0.66, 2.0]), "nf4", 64)
    assert stored(quantized) == {"codes": [0x07, 0xBF], "scales": [2.0]}
    assert quantized.dequantized.tolist() == pytest.approx([-2.0, 0.0, 2 * 0.33791524, 2.0])


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(("method", "kind"), BOOKS)
def test_bytes_and_values_are_those_of_bitsandbytes(method: str, kind: str, block: int) -> None:
    """Packed codes, scales and dequantized weights, all to the last bit, on matrices with rows of 4096."""
    weights = normal(16, 4096)
    weights[3, :512] = 0
    weights[5] *= 1000
    packed, state = bitsandbytes(weights, kind, block)
    ours = quantize(weights, method, block)
    assert np.array_equal(ours.arrays["codes"], packed)
    assert np.array_equal(ours.arrays["scales"], state.absmax.numpy())

    import torch
    from bitsandbytes.functional import dequantize_4bit

    theirs = dequantize_4bit(torch.from_numpy(ours.arrays["codes"]), state).numpy()
    np.testing.assert_allclose(ours.dequantized, theirs, rtol=2e-7)


@pytest.mark.parametrize("shape", [(7, 33), (1, 1), (3,), (999,), (5, 64), (4, 8, 100), (2, 3, 5)])
@pytest.mark.parametrize(("method", "kind"), BOOKS)
def test_sizes_that_are_no_multiple_of_the_block_are_stored_as_by_bitsandbytes(
    method: str, kind: str, shape: tuple[int, ...]
) -> None:
    """Blocks run on from row to row, the last is shorter, and an odd number of codes ends with the code of zero."""
    weights = normal(*shape)
    packed, state = bitsandbytes(weights, kind, 64)
    ours = quantize(weights, method, 64)
    assert np.array_equal(ours.arrays["codes"], packed)
    assert np.array_equal(ours.arrays["scales"], state.absmax.numpy())
    assert ours.nbytes == -(-weights.size // 2) + 4 * -(-weights.size // 64)


def test_half_precision_weights_are_stored_as_by_bitsandbytes() -> None:
    """It quantizes float16 and bfloat16 by way of float32, too."""
    ml_dtypes = pytest.importorskip("ml_dtypes")
    torch = pytest.importorskip("torch")
    functional = pytest.importorskip("bitsandbytes.functional")
    weights = normal(64, 64)
    for ours, theirs in (
        (weights.astype(np.float16), torch.float16),
        (weights.astype(ml_dtypes.bfloat16), torch.bfloat16),
    ):
        packed, state = functional.quantize_4bit(torch.from_numpy(weights).to(theirs), quant_type="nf4", blocksize=64)
        quantized = quantize(ours, "nf4", 64)
        assert np.array_equal(quantized.arrays["codes"], packed.numpy().reshape(-1))
        assert np.array_equal(quantized.arrays["scales"], state.absmax.float().numpy())


@pytest.mark.parametrize("method", ["nf4", "fp4-bnb"])
def test_bits_per_parameter(method: str) -> None:
    """Four bits and a 32-bit scale for 64 weights: 4.5."""
    assert quantize(normal(256, 512), method).bits_per_parameter == 4.5


@settings(deadline=None)
@given(
    hnp.arrays(np.float32, st.integers(1, 70), elements=st.floats(-(2.0**120), 2.0**120, width=32)),
    st.sampled_from(["nf4", "fp4-bnb"]),
    st.integers(1, 80),
)
def test_each_weight_gets_a_nearest_level(weights: Floats, method: str, block: int) -> None:
    """No other level of the code book is nearer, but for the last digits of a float32."""
    weights[np.abs(weights) < 2.0**-120] = 0  # below 1e-38 a reciprocal is no longer a float32
    find = QUANTIZERS[method].levels
    assert find is not None
    quantized = quantize(weights, method, block)
    scales = np.repeat(quantized.arrays["scales"], block)[: weights.size].astype(np.float64)
    best = np.abs(find().astype(np.float64) * scales[:, None] - weights[:, None]).min(axis=1)
    assert np.all(np.abs(quantized.dequantized - weights.astype(np.float64)) <= best + 1e-6 * scales)


@settings(deadline=None)
@given(
    hnp.arrays(np.float32, st.integers(1, 70), elements=st.floats(-1, 1, width=32)),
    st.sampled_from(["nf4", "fp4-bnb"]),
    st.integers(-30, 30),
)
def test_a_power_of_two_changes_scales_only(weights: Floats, method: str, power: int) -> None:
    """The codes of 2^n x weights are those of the weights; and quantizing what was dequantized changes nothing."""
    weights[np.abs(weights) < 2.0**-60] = 0
    once, scaled = quantize(weights, method), quantize(np.ldexp(weights, power), method)
    assert np.array_equal(once.arrays["codes"], scaled.arrays["codes"])
    assert np.array_equal(np.ldexp(once.dequantized, power), scaled.dequantized)
    assert np.array_equal(quantize(once.dequantized, method).dequantized, once.dequantized)


def test_the_first_code_of_a_byte_is_in_its_higher_half() -> None:
    """As in bitsandbytes, and unlike the integers and MXFP4 here."""
    codes = quantize(np.array([1.0, -1.0]), "nf4").arrays["codes"]
    assert nibbles_high_first(codes, 2).tolist() == [15, 0]
