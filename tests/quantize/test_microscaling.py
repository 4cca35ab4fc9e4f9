"""MXFP8, MXFP6, MXFP4 and NVFP4, held to torchao and to gguf."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from slidegen.quantize import quantize
from tests.quantize.bits import Floats, normal, stored, unpacked

MX = {
    "mxfp8": (8, "float8_e4m3fn"),
    "mxfp8-e5m2": (8, "float8_e5m2"),
    "mxfp6": (6, "DTYPE_FP6_E2M3"),
    "mxfp6-e3m2": (6, "DTYPE_FP6_E3M2"),
    "mxfp4": (4, "float4_e2m1fn_x2"),
}


def torchao_mx(weights: Floats, dtype: str) -> Any:
    """Its MXTensor: the scale by the OCP rule, which rounds the exponent down."""
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tensors = pytest.importorskip("torchao.prototype.mx_formats.mx_tensor")

    torch.set_num_threads(1)
    kind = getattr(tensors, dtype) if dtype.startswith("DTYPE") else getattr(torch, dtype)
    return tensors.MXTensor.to_mx(torch.from_numpy(weights), kind, 32)


def wide(rows: int, columns: int) -> Floats:
    """Random weights over many magnitudes, with a block of zeros."""
    weights = normal(rows, columns) * np.exp2(np.random.default_rng(1).integers(-20, 20, (rows, columns)))
    weights[1, :32] = 0
    return weights.astype(np.float32)


@pytest.mark.parametrize("method", MX)
@pytest.mark.parametrize("weights", [normal(32, 256), wide(32, 256)], ids=["normal", "wide"])
def test_mx_is_that_of_torchao(method: str, weights: Floats) -> None:
    """Scales, codes and dequantized weights to the last bit (its FP6 codes are not packed, so ours are unpacked)."""
    import torch

    bits, dtype = MX[method]
    theirs = torchao_mx(weights, dtype)
    ours = quantize(weights, method)
    assert np.array_equal(ours.arrays["scales"], theirs.scale.view(torch.uint8).numpy().reshape(-1))
    codes = theirs.qdata.view(torch.uint8).numpy().reshape(-1)
    if bits == 6:
        assert np.array_equal(unpacked(ours.arrays["codes"], 6, weights.size), codes)
    else:
        assert np.array_equal(ours.arrays["codes"], codes)
    assert np.array_equal(ours.dequantized, theirs.dequantize(torch.float32).numpy())


def test_mxfp4_is_that_of_gguf() -> None:
    """The block scales, the codes (but for the sign of zero) and the dequantized weights of gguf's MXFP4."""
    gguf = pytest.importorskip("gguf")
    weights = normal(32, 256)
    weights[1, :32] = 0
    blocks = gguf.quants.quantize(weights, gguf.GGMLQuantizationType.MXFP4).reshape(-1, 17)
    ours = quantize(weights, "mxfp4")
    some = np.abs(weights.reshape(-1, 32)).max(axis=1) > 0
    assert np.array_equal(ours.arrays["scales"][some], blocks[some, 0])
    theirs = np.concatenate([blocks[:, 1:] & 15, blocks[:, 1:] >> 4], axis=1)  # the second half in the higher halves
    codes = unpacked(ours.arrays["codes"], 4, weights.size).reshape(-1, 32)
    assert np.array_equal(np.where(codes == 8, 0, codes), theirs)
    read_back = gguf.quants.dequantize(blocks.reshape(-1), gguf.GGMLQuantizationType.MXFP4)
    assert np.array_equal(ours.dequantized.reshape(-1), read_back)


def test_mxfp4_by_hand() -> None:
    """The largest, 52, lies between 32 and 64: the scale is 2^5 over E2M1's 2^2, 8; 52 / 8 = 6.5 is cut to 6."""
    weights = np.zeros(32)
    weights[:4] = [52.0, -8.0, 20.0, 1.0]  # over 8: 6.5, -1, 2.5 (a tie, to the even 2) and 0.125
    quantized = quantize(weights, "mxfp4")
    assert quantized.dequantized[:4].tolist() == [48.0, -8.0, 16.0, 0.0]
    assert stored(quantized) == {"codes": [0xA7, 0x04, *[0] * 14], "scales": [127 + 3]}


def test_nvfp4_is_that_of_torchao() -> None:
    """Tensor scale, block scales and codes to the last bit."""
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tensors = pytest.importorskip("torchao.prototype.mx_formats.nvfp4_tensor")
    weights = normal(64, 256)
    given_ = torch.from_numpy(weights)
    scale = tensors.per_tensor_amax_to_scale(given_.abs().max())
    scales, codes = tensors.nvfp4_quantize(given_, 16, scale)
    ours = quantize(weights, "nvfp4")
    assert ours.arrays["tensor_scale"].tolist() == [scale.item()]
    assert np.array_equal(ours.arrays["scales"], scales.view(torch.uint8).numpy().reshape(-1))
    assert np.array_equal(ours.arrays["codes"], codes.numpy().reshape(-1))

    read_back = tensors.NVFP4Tensor.to_nvfp4(given_, per_tensor_scale=scale).dequantize(torch.float32).numpy()
    np.testing.assert_allclose(ours.dequantized, read_back, rtol=3e-7)


def test_nvfp4_by_hand() -> None:
    """The largest weight, 2688 = 6 x 448, makes the tensor scale 1; a block up to 12 then has a scale of 2."""
    weights = np.zeros((2, 16))
    weights[0, 0], weights[1, :3] = 2688.0, [12.0, -3.0, 0.4]
    quantized = quantize(weights, "nvfp4")
    assert quantized.arrays["tensor_scale"].tolist() == [1.0]
    assert quantized.arrays["scales"].tolist() == [0b0_1111_110, 0b0_1000_000]  # 448 and 2 in E4M3
    assert quantized.dequantized[1, :3].tolist() == [12.0, -3.0, 0.0]
    assert quantized.arrays["codes"][8:10].tolist() == [0xB7, 0x00]  # 12 / 2 = 6, -3 / 2 = -1.5, 0.4 / 2 = 0.2


def test_a_block_far_below_the_largest_weight_has_the_smallest_nvfp4_scale() -> None:
    """Not 0: 2^-9 of E4M3, with a tensor scale of 1."""
    weights = np.zeros((2, 16))
    weights[0, 0], weights[1, 0] = 2688.0, 6 * 2.0**-11
    quantized = quantize(weights, "nvfp4")
    assert quantized.arrays["scales"].tolist() == [0x7E, 0x01]
    assert quantized.dequantized[1, 0] == np.float32(1.5 * 2.0**-9)


@pytest.mark.parametrize(
    ("method", "bits"),
    [
        ("mxfp8", 8.25),
        ("mxfp8-e5m2", 8.25),
        ("mxfp6", 6.25),
        ("mxfp6-e3m2", 6.25),
        ("mxfp4", 4.25),
        ("nvfp4", 4.5 + 32 / (256 * 512)),
    ],
)
def test_bits_per_parameter(method: str, bits: float) -> None:
    """A byte for 32 weights; for NVFP4 a byte for 16, and four bytes for the tensor."""
    assert quantize(normal(256, 512), method).bits_per_parameter == bits


@pytest.mark.parametrize(("method", "block", "bits"), [("mxfp4", 32, 4), ("mxfp6", 32, 6), ("nvfp4", 16, 4)])
def test_a_row_is_stored_in_whole_blocks(method: str, block: int, bits: int) -> None:
    """Three rows of 33: the zeros that fill the last block up are stored, and counted."""
    weights = normal(3, 33)
    quantized = quantize(weights, method)
    blocks = 3 * -(-33 // block)
    assert quantized.arrays["codes"].nbytes == blocks * block * bits // 8
    assert quantized.arrays["scales"].nbytes == blocks
    filled = quantize(np.pad(weights, ((0, 0), (0, -33 % block))), method)
    assert np.array_equal(quantized.dequantized, filled.dequantized[:, :33])


@settings(deadline=None)
@given(
    hnp.arrays(np.float32, st.integers(1, 70), elements=st.floats(-1, 1, width=32)),
    st.sampled_from([*MX]),
    st.integers(-20, 20),
)
def test_a_power_of_two_changes_scales_only(weights: Floats, method: str, power: int) -> None:
    """The codes of 2^n x weights are those of the weights; and quantizing what was dequantized changes nothing."""
    weights[np.abs(weights) < 2.0**-60] = 0
    once, scaled = quantize(weights, method), quantize(np.ldexp(weights, power), method)
    assert np.array_equal(once.arrays["codes"], scaled.arrays["codes"])
    assert np.array_equal(np.ldexp(once.dequantized, power), scaled.dequantized)
    assert np.array_equal(quantize(once.dequantized, method).dequantized, once.dequantized)


def test_a_stack_of_matrices_has_one_nvfp4_tensor_scale() -> None:
    """Fused experts are one tensor; their blocks run along the last axis."""
    stack = normal(3, 4, 32)
    quantized = quantize(stack, "nvfp4")
    assert quantized.arrays["tensor_scale"].size == 1
    assert np.array_equal(quantized.dequantized.reshape(12, 32), quantize(stack.reshape(12, 32), "nvfp4").dequantized)
