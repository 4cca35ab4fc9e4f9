"""Integers of 2 to 8 bits, held to arithmetic by hand, to PyTorch's observers and to torchao."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from slidegen.quantize import quantize
from tests.quantize.bits import Floats, normal, per_weight, signed, stored, unpacked

BITS = range(2, 9)
MATRICES = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(1, 40)),
    elements=st.floats(-(2.0**126), 2.0**126, width=32) | st.floats(-1, 1, width=32),
)


def test_absmax_by_hand() -> None:
    """The largest magnitude, 7, is the largest 4-bit code, so a step is 1; halves go to the even neighbour."""
    quantized = quantize(np.array([[-7.0, 3.4, 0.5, 1.5]]), "int4", "row")
    assert stored(quantized) == {"codes": [0x39, 0x20], "scales": [1.0]}  # -7 is 9 in four bits of two's complement
    assert quantized.dequantized.tolist() == [[-7.0, 3.0, 0.0, 2.0]]


def test_zero_point_by_hand() -> None:
    """From -1 to 2 in three steps of 1: zero is code 1."""
    quantized = quantize(np.array([[-1.0, 0.0, 2.0, 0.6]]), "int2-asym", "row")
    assert stored(quantized) == {"codes": [0b10_11_01_00], "scales": [1.0], "zero_points": [1]}
    assert quantized.dequantized.tolist() == [[-1.0, 0.0, 2.0, 1.0]]


def test_a_range_without_zero_is_stretched_to_it() -> None:
    """Positive weights: the range starts at 0, which is code 0; negative ones: it ends there, at the last code."""
    positive = quantize(np.array([[51.0, 255.0]]), "int8-asym", "row")
    assert stored(positive) == {"codes": [51, 255], "scales": [1.0], "zero_points": [0]}
    negative = quantize(np.array([[-51.0, -255.0]]), "int8-asym", "row")
    assert stored(negative) == {"codes": [204, 0], "scales": [1.0], "zero_points": [255]}


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("method", ["int{}", "int{}-asym"])
def test_what_is_stored_is_enough_to_read_the_weights_back(method: str, bits: int) -> None:
    """Codes, scales and zero points, unpacked here, give the dequantized weights to the last bit."""
    weights = normal(7, 45)
    quantized = quantize(weights, method.format(bits), 16)
    codes = unpacked(quantized.arrays["codes"], bits, weights.size).reshape(weights.shape)
    scales = per_weight(quantized.arrays["scales"], (7, 45), 16)
    if "zero_points" in quantized.arrays:
        codes = codes - per_weight(unpacked(quantized.arrays["zero_points"], bits, 21), (7, 45), 16).astype(np.int64)
    else:
        codes = signed(codes, bits)
    assert np.array_equal(codes.astype(np.float32) * scales, quantized.dequantized)


@pytest.mark.parametrize("bits", BITS)
def test_codes_take_their_bits_and_no_more(bits: int) -> None:
    """45 codes fill the bytes that 45 x bits need, and each block has a scale of four bytes."""
    quantized = quantize(normal(3, 15), f"int{bits}", 4)
    assert quantized.arrays["codes"].nbytes == -(-45 * bits // 8)
    assert quantized.arrays["scales"].nbytes == 4 * 3 * 4  # blocks of 4, 4, 4 and 3 in each of 3 rows
    assert quantized.nbytes == -(-45 * bits // 8) + 48


@pytest.mark.parametrize(
    ("method", "granularity", "bits"),
    [
        ("int4", 64, 4 + 32 / 64),
        ("int4-asym", 64, 4 + 32 / 64 + 4 / 64),
        ("int8", "row", 8 + 32 / 512),
        ("int8-asym", "row", 8 + 32 / 512 + 8 / 512),
        ("int3", 128, 3 + 32 / 128),
        ("int8", "tensor", 8 + 32 / (256 * 512)),
    ],
)
def test_bits_per_parameter(method: str, granularity: int | str, bits: float) -> None:
    """The code, and a share of a 32-bit scale and of a zero point as wide as a code."""
    assert quantize(normal(256, 512), method, granularity).bits_per_parameter == bits  # type: ignore[arg-type]


def away_from_ties(numbers: Floats) -> NDArray[np.bool]:
    """Whether rounding does not hang on the last digit of a division, in which libraries differ."""
    return np.abs(np.abs(numbers % 1) - 0.5) > 1e-3


def test_int8_rows_are_those_of_pytorch() -> None:
    """Scales of its symmetric observer, values of torch.fake_quantize_per_channel_affine."""
    torch = pytest.importorskip("torch")
    from torch.ao.quantization.observer import PerChannelMinMaxObserver

    weights = normal(40, 200)
    observer = PerChannelMinMaxObserver(
        qscheme=torch.per_channel_symmetric, dtype=torch.qint8, quant_min=-127, quant_max=127, eps=1e-30
    )
    observer(torch.from_numpy(weights))
    scales, zero_points = observer.calculate_qparams()
    theirs = torch.fake_quantize_per_channel_affine(torch.from_numpy(weights), scales, zero_points.int(), 0, -127, 127)
    ours = quantize(weights, "int8", "row")
    np.testing.assert_allclose(ours.arrays["scales"], scales.numpy(), rtol=2e-7)
    clear = away_from_ties(weights / scales.numpy()[:, None])
    assert clear.mean() > 0.99
    np.testing.assert_allclose(ours.dequantized[clear], theirs.numpy()[clear], rtol=1e-6)


def test_the_zero_point_of_a_tensor_is_that_of_pytorch() -> None:
    """Scale and zero point of its affine observer, values of torch.fake_quantize_per_tensor_affine."""
    torch = pytest.importorskip("torch")
    from torch.ao.quantization.observer import MinMaxObserver

    weights = normal(40, 200) + np.float32(0.01)
    observer = MinMaxObserver(qscheme=torch.per_tensor_affine, dtype=torch.quint8, eps=1e-30)
    observer(torch.from_numpy(weights))
    scale, zero_point = observer.calculate_qparams()
    theirs = torch.fake_quantize_per_tensor_affine(torch.from_numpy(weights), scale, zero_point, 0, 255)
    ours = quantize(weights, "int8-asym", "tensor")
    np.testing.assert_allclose(ours.arrays["scales"], scale.numpy(), rtol=2e-7)
    assert ours.arrays["zero_points"].tolist() == zero_point.tolist()
    clear = away_from_ties(weights / scale.numpy())
    assert clear.mean() > 0.99
    np.testing.assert_allclose(ours.dequantized[clear], theirs.numpy()[clear], rtol=1e-6)


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("symmetric", [True, False])
def test_blocks_are_those_of_torchao(bits: int, symmetric: bool) -> None:
    """Scales, zero points and codes of its affine quantization in blocks of 32."""
    torch = pytest.importorskip("torch")
    primitives = pytest.importorskip("torchao.quantization.quant_primitives")
    kind = primitives.MappingType.SYMMETRIC if symmetric else primitives.MappingType.ASYMMETRIC
    low, high = (1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1) if symmetric else (0, 2**bits - 1)
    dtype = torch.int8 if symmetric else torch.uint8
    weights = normal(40, 256)
    given_ = torch.from_numpy(weights)
    scales, zero_points = primitives.choose_qparams_affine(
        given_, kind, (1, 32), dtype, low, high, eps=1e-30, scale_dtype=torch.float32
    )
    theirs = primitives.quantize_affine(given_, (1, 32), scales, zero_points, dtype, low, high).numpy()

    ours = quantize(weights, f"int{bits}" if symmetric else f"int{bits}-asym", 32)
    codes = unpacked(ours.arrays["codes"], bits, weights.size).reshape(weights.shape)
    np.testing.assert_allclose(ours.arrays["scales"], scales.numpy().reshape(-1), rtol=2e-7)
    if symmetric:
        codes = signed(codes, bits)
    else:
        assert np.array_equal(unpacked(ours.arrays["zero_points"], bits, 320), zero_points.numpy().reshape(-1))
    clear = away_from_ties(weights / np.repeat(scales.numpy(), 32, axis=1))
    assert clear.mean() > 0.99
    assert np.array_equal(codes[clear], theirs[clear])


@settings(deadline=None)
@given(MATRICES, st.sampled_from(BITS), st.integers(1, 50), st.booleans())
def test_no_weight_is_off_by_more_than_half_a_step(weights: Floats, bits: int, block: int, symmetric: bool) -> None:
    """Whatever the weights, subnormal or huge; but for the last digit of a float32."""
    quantized = quantize(weights, f"int{bits}" if symmetric else f"int{bits}-asym", block)
    scales = per_weight(quantized.arrays["scales"], weights.shape, min(block, weights.shape[1])).astype(np.float64)
    error = np.abs(weights.astype(np.float64) - quantized.dequantized)
    assert np.all(error <= scales * 0.5001)


@settings(deadline=None)
@given(MATRICES, st.sampled_from(BITS), st.integers(1, 50))
def test_codes_stay_symmetric(weights: Floats, bits: int, block: int) -> None:
    """The lowest code of two's complement is never used, and the opposite weights have the opposite codes."""
    largest = 2 ** (bits - 1) - 1
    there, back = quantize(weights, f"int{bits}", block), quantize(-weights, f"int{bits}", block)
    codes = signed(unpacked(there.arrays["codes"], bits, weights.size), bits)
    assert np.all(np.abs(codes) <= largest)
    assert np.array_equal(codes, -signed(unpacked(back.arrays["codes"], bits, weights.size), bits))


@settings(deadline=None)
@given(MATRICES, st.sampled_from(BITS), st.integers(1, 50))
def test_quantizing_twice_changes_nothing_more(weights: Floats, bits: int, block: int) -> None:
    """Dequantized weights have the codes that they were read from, and the same values but for the last digits.

    That holds for absmax only: with a zero point the dequantized weights may span a step less than the range did.
    """
    weights = np.where(np.abs(weights) < 2.0**-100, np.float32(0), weights / np.float32(2))
    once = quantize(weights, f"int{bits}", block)
    twice = quantize(once.dequantized, f"int{bits}", block)
    assert np.array_equal(once.arrays["codes"], twice.arrays["codes"])
    np.testing.assert_allclose(twice.dequantized, once.dequantized, rtol=1e-6)


@settings(deadline=None)
@given(MATRICES, st.sampled_from(BITS), st.integers(1, 50), st.booleans(), st.integers(-20, 20))
def test_a_power_of_two_changes_scales_only(
    weights: Floats, bits: int, block: int, symmetric: bool, power: int
) -> None:
    """The codes of 2^n x weights are those of the weights, and the scales 2^n times as large."""
    weights = np.clip(weights, -(2.0**100), 2.0**100)
    weights[np.abs(weights) < 2.0**-80] = 0
    method = f"int{bits}" if symmetric else f"int{bits}-asym"
    once, scaled = quantize(weights, method, block), quantize(np.ldexp(weights, power), method, block)
    assert np.array_equal(once.arrays["codes"], scaled.arrays["codes"])
    assert np.array_equal(np.ldexp(once.dequantized, power), scaled.dequantized)


def test_a_short_last_block_has_a_scale_of_its_own() -> None:
    """Five weights in blocks of four: the fifth does not share the scale of the other four."""
    quantized = quantize(np.array([[127.0, 1.0, 2.0, 3.0, 12.7]]), "int8", 4)
    assert quantized.arrays["scales"].tolist() == pytest.approx([1.0, 0.1])
    assert quantized.arrays["codes"].tolist() == [127, 1, 2, 3, 127]


def test_a_stack_of_matrices_is_quantized_as_each_of_them() -> None:
    """Fused experts: three axes, the last one is the row."""
    stack = normal(3, 8, 40)
    whole = quantize(stack, "int4", 16)
    each = [quantize(matrix, "int4", 16) for matrix in stack]
    assert np.array_equal(whole.dequantized, np.stack([one.dequantized for one in each]))
    assert np.array_equal(whole.arrays["scales"], np.concatenate([one.arrays["scales"] for one in each]))


def test_one_outlier_spoils_what_shares_its_scale() -> None:
    """In a tensor all weights, in rows those of a row, in blocks those of a block are lost in steps of 1."""
    weights = np.full((4, 64), 0.4, dtype=np.float32)
    weights[0, 0] = 127.0
    lost = {g: int((quantize(weights, "int8", g).dequantized == 0).sum()) for g in ("tensor", "row", 16)}
    assert lost == {"tensor": 255, "row": 63, 16: 15}
