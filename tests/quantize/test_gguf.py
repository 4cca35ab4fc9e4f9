"""The block formats of llama.cpp: read back by hand, and through a GGUF file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from slidegen.errors import SlidegenError
from slidegen.quantize import QUANTIZERS, quantize
from tests.quantize.bits import Floats, normal

Bytes = NDArray[np.uint8]
METHODS = {"q8_0": 34, "q5_0": 22, "q5_1": 24, "q4_0": 18, "q4_1": 20}


def halves(blocks: Bytes, start: int) -> Floats:
    """The float16 number at byte `start` of each block."""
    return np.ascontiguousarray(blocks[:, start : start + 2]).view(np.float16).astype(np.float32)


def nibbles(blocks: Bytes, start: int) -> Floats:
    """16 bytes from `start` on: the first half of a block in the lower halves, the second in the higher."""
    codes = blocks[:, start : start + 16]
    return np.concatenate([codes & 15, codes >> 4], axis=1).astype(np.float32)


def fifth_bits(blocks: Bytes, start: int) -> Floats:
    """Four bytes from `start` on: the highest bit of each of the 32 codes."""
    return np.float32(16) * np.unpackbits(blocks[:, start : start + 4], axis=1, bitorder="little")


READ: dict[str, Callable[[Bytes], Floats]] = {
    "q8_0": lambda b: halves(b, 0) * np.ascontiguousarray(b[:, 2:]).view(np.int8),
    "q4_0": lambda b: halves(b, 0) * (nibbles(b, 2) - 8),
    "q4_1": lambda b: halves(b, 0) * nibbles(b, 4) + halves(b, 2),
    "q5_0": lambda b: halves(b, 0) * (nibbles(b, 6) + fifth_bits(b, 2) - 16),
    "q5_1": lambda b: halves(b, 0) * (nibbles(b, 8) + fifth_bits(b, 4)) + halves(b, 2),
}
"""How llama.cpp lays its blocks out (ggml-common.h), read without the package gguf."""


@pytest.mark.parametrize("method", METHODS)
def test_what_is_stored_is_llama_cpps_layout(method: str) -> None:
    """Scale, minimum and codes, taken apart here byte by byte, give the dequantized weights."""
    weights = normal(6, 96)
    weights[1, :32] = 0
    quantized = quantize(weights, method)
    blocks = quantized.arrays["blocks"].reshape(-1, METHODS[method]).view(np.uint8)
    assert np.array_equal(READ[method](blocks).reshape(6, 96), quantized.dequantized)


@pytest.mark.parametrize("method", METHODS)
def test_a_gguf_file_reads_the_bytes_back(method: str, tmp_path: Path) -> None:
    """Written into a file and read from it, by the package gguf."""
    gguf = pytest.importorskip("gguf")
    kind = gguf.GGMLQuantizationType[method.upper()]
    quantized = quantize(normal(6, 96), method)
    writer = gguf.GGUFWriter(tmp_path / "one.gguf", "llama")
    writer.add_tensor("weights", quantized.arrays["blocks"].reshape(6, -1), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (tensor,) = gguf.GGUFReader(tmp_path / "one.gguf").tensors
    assert tensor.tensor_type == kind
    assert np.array_equal(gguf.dequantize(tensor.data, kind), quantized.dequantized)


@pytest.mark.parametrize("method", METHODS)
def test_a_step_is_as_wide_as_the_codes_allow(method: str) -> None:
    """No weight is off by more than a step, which is the block's range over its codes, rounded to float16."""
    weights = normal(8, 64)
    blocks = weights.reshape(-1, 32)
    steps = {
        "q8_0": np.abs(blocks).max(axis=1) / 127,
        "q5_0": np.abs(blocks).max(axis=1) / 16,
        "q4_0": np.abs(blocks).max(axis=1) / 8,
        "q5_1": np.ptp(blocks, axis=1) / 31,
        "q4_1": np.ptp(blocks, axis=1) / 15,
    }[method]
    error = np.abs(quantize(weights, method).dequantized - weights).reshape(-1, 32).max(axis=1)
    assert np.all(error <= 1.02 * steps)
    assert np.median(error / steps) < 0.75


@pytest.mark.parametrize("method", METHODS)
def test_bits_per_parameter(method: str) -> None:
    """The bytes of a block of 32."""
    assert quantize(normal(16, 64), method).bits_per_parameter == METHODS[method] * 8 / 32


@pytest.mark.parametrize("method", METHODS)
def test_a_row_is_stored_in_whole_blocks(method: str) -> None:
    """Rows of 33 take two blocks each; what fills the second up repeats its last weight, and is counted."""
    weights = normal(3, 33)
    quantized = quantize(weights, method)
    assert quantized.nbytes == 3 * 2 * METHODS[method]
    assert quantized.dequantized.shape == (3, 33)
    assert quantized.dequantized[:, 32] == pytest.approx(weights[:, 32], rel=0.01)


@pytest.mark.parametrize(("method", "steps"), [("q5_1", 31), ("q4_1", 15)])
def test_what_fills_a_row_up_does_not_widen_the_range(method: str, steps: int) -> None:
    """The last block of 35 weights holds 5, 5.02 and 5.1: steps of 0.1 over the codes, and not of 5.1 as with zeros."""
    row = np.append(np.zeros(32), [5.0, 5.02, 5.1])
    assert quantize(row, method).dequantized[32:] == pytest.approx(row[32:], abs=0.1 / steps)


def test_scales_beyond_float16_are_refused() -> None:
    """10^8 over 8 is no float16."""
    weights = np.ones((2, 32))
    weights[1, 3] = -1e8
    with pytest.raises(SlidegenError) as caught:
        quantize(weights, "q4_0")
    assert str(caught.value) == "q4_0: weights as large as 1e+08 do not fit; its scales are float16, up to 65504"


@pytest.mark.parametrize(("method", "low", "high"), [("q8_0", -1, 1), ("q5_0", -1, 15 / 16), ("q4_0", -1, 7 / 8)])
def test_levels_of_the_formats_without_a_minimum(method: str, low: float, high: float) -> None:
    """Codes from -8 to 7 reach further to one side; those with a minimum have no levels of their own."""
    find = QUANTIZERS[method].levels
    assert find is not None
    assert (find()[0], find()[-1]) == (low, high)
    assert QUANTIZERS["q4_1"].levels is None
