"""FP8 and FP4 with a float32 scale, held to PyTorch's casts, to ml_dtypes and to torchao."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from slidegen.quantize import quantize
from slidegen.quantize.elements import element
from tests.quantize.bits import Floats, normal, per_weight, stored, unpacked

FP8 = [("fp8-e4m3", "float8_e4m3fn", 448.0), ("fp8-e5m2", "float8_e5m2", 57344.0)]


@pytest.mark.parametrize("granularity", ["tensor", "row", 32])
@pytest.mark.parametrize(("method", "dtype", "largest"), FP8)
def test_fp8_codes_are_pytorchs_casts(method: str, dtype: str, largest: float, granularity: int | str) -> None:
    """The bytes of (weights / scale).to(torch.float8_...), with the scale computed here."""
    torch = pytest.importorskip("torch")
    weights = normal(24, 96)
    weights[2] *= 1e-4
    blocks = weights.reshape({"tensor": (1, -1), "row": (24, -1), 32: (72, 32)}[granularity])
    scales = (np.abs(blocks).max(axis=1) / np.float32(largest)).astype(np.float32)
    scaled = torch.from_numpy(blocks / scales[:, None]).to(getattr(torch, dtype))
    ours = quantize(weights, method, granularity)  # type: ignore[arg-type]
    assert np.array_equal(ours.arrays["codes"], scaled.view(torch.uint8).numpy().reshape(-1))
    assert np.array_equal(ours.arrays["scales"], scales)
    read_back = scaled.float().numpy() * scales[:, None]
    assert np.array_equal(ours.dequantized, read_back.reshape(weights.shape))


@pytest.mark.parametrize(("method", "dtype", "largest"), FP8)
def test_fp8_codes_are_casts_of_ml_dtypes(method: str, dtype: str, largest: float) -> None:
    """A tensor whose largest magnitude is the format's has a scale of 1: only the cast is left."""
    ml_dtypes = pytest.importorskip("ml_dtypes")
    weights = normal(8, 64, width=10)
    weights[0, 0] = -largest
    ours = quantize(weights, method, "tensor")
    assert ours.arrays["scales"].tolist() == [1.0]
    assert np.array_equal(ours.dequantized, weights.astype(getattr(ml_dtypes, dtype)).astype(np.float32))


@pytest.mark.parametrize(("name", "dtype"), [("e4m3", "float8_e4m3fn"), ("e5m2", "float8_e5m2")])
def test_each_byte_means_what_pytorch_says(name: str, dtype: str) -> None:
    """All 256 bit patterns, NaN and infinity among them."""
    torch = pytest.importorskip("torch")
    theirs = torch.arange(256, dtype=torch.uint8).view(getattr(torch, dtype)).float().numpy()
    np.testing.assert_array_equal(element(name).values, theirs)


@pytest.mark.parametrize("name", ["e2m1", "e2m3", "e3m2"])
def test_each_pattern_of_fp4_and_fp6_means_what_torchao_says(name: str) -> None:
    """All 16 or 64 bit patterns."""
    torch = pytest.importorskip("torch")
    kernels = pytest.importorskip("torchao.prototype.mx_formats.kernels")
    decode = {
        "e2m1": kernels.f4_unpacked_to_f32,
        "e2m3": kernels.f6_e2m3_unpacked_to_f32,
        "e3m2": kernels.f6_e3m2_unpacked_to_f32,
    }[name]
    patterns = torch.arange(2 ** element(name).bits, dtype=torch.uint8)
    assert np.array_equal(element(name).values, decode(patterns).numpy())


def test_fp4_codes_are_those_of_torchao() -> None:
    """E2M1 of weights over a scale per block, ties between two numbers among them."""
    torch = pytest.importorskip("torch")
    kernels = pytest.importorskip("torchao.prototype.mx_formats.kernels")
    halves = np.arange(-24, 25, dtype=np.float32) / 4  # from -6 to 6, a tie every few steps; the largest is 6: scale 1
    ours = quantize(halves, "fp4-e2m1", "row")
    theirs = kernels.f32_to_f4_unpacked(torch.from_numpy(halves)).numpy()
    assert np.array_equal(unpacked(ours.arrays["codes"], 4, halves.size), theirs)


def test_e3m0_by_hand() -> None:
    """Powers of two; a tie (12, 6, 3, 0.375, 0.125) goes to the even exponent, and a sign stays on zero."""
    weights = np.array([16.0, 12.0, 6.0, 3.0, 0.375, 0.125, -0.1, -5.0])
    quantized = quantize(weights, "fp4-e3m0", "row")
    assert quantized.dequantized.tolist() == [16.0, 8.0, 8.0, 2.0, 0.5, 0.0, 0.0, -4.0]
    assert stored(quantized) == {"codes": [0x67, 0x46, 0x02, 0xD8], "scales": [1.0]}


@pytest.mark.parametrize(
    ("method", "bits"), [("fp8-e4m3", 8 + 32 / 512), ("fp8-e5m2", 8 + 32 / 512), ("fp4-e2m1", 4.5), ("fp4-e3m0", 4.5)]
)
def test_bits_per_parameter(method: str, bits: float) -> None:
    """A 32-bit scale for a row of 512, or for a block of 64."""
    assert quantize(normal(256, 512), method).bits_per_parameter == bits


@settings(deadline=None)
@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(1, 40)),
        elements=st.floats(-(2.0**126), 2.0**126, width=32),
    ),
    st.sampled_from([("fp8-e4m3", "e4m3"), ("fp8-e5m2", "e5m2"), ("fp4-e2m1", "e2m1"), ("fp4-e3m0", "e3m0")]),
    st.integers(1, 50),
)
def test_each_weight_gets_a_nearest_number(weights: Floats, names: tuple[str, str], block: int) -> None:
    """No other number of the format, times the scale, is nearer, but for the last digits of a float32."""
    method, format = names
    quantized = quantize(weights, method, block)
    scales = per_weight(quantized.arrays["scales"], weights.shape, min(block, weights.shape[1])).astype(np.float64)
    values = element(format).values.astype(np.float64)
    finite = values[np.isfinite(values)]
    best = np.abs(finite * scales[..., None] - weights[..., None]).min(axis=-1)
    error = np.abs(quantized.dequantized.astype(np.float64) - weights)
    assert np.all(error <= best + 1e-6 * np.abs(weights) + 1e-44)


@settings(deadline=None)
@given(
    hnp.arrays(np.float32, st.integers(1, 70), elements=st.floats(-1, 1, width=32)),
    st.sampled_from(["fp8-e4m3", "fp8-e5m2", "fp4-e2m1", "fp4-e3m0"]),
    st.integers(-20, 20),
)
def test_a_power_of_two_changes_scales_only(weights: Floats, method: str, power: int) -> None:
    """The codes of 2^n x weights are those of the weights; and quantizing what was dequantized changes no code."""
    weights[np.abs(weights) < 2.0**-60] = 0
    once, scaled = quantize(weights, method, 32), quantize(np.ldexp(weights, power), method, 32)
    assert np.array_equal(once.arrays["codes"], scaled.arrays["codes"])
    assert np.array_equal(np.ldexp(once.dequantized, power), scaled.dequantized)
    assert np.array_equal(quantize(once.dequantized, method, 32).arrays["codes"], once.arrays["codes"])
