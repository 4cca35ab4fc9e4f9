"""Blocks with a one-byte scale: the OCP Microscaling formats (MXFP8, MXFP6, MXFP4) and NVIDIA's NVFP4.

Blocks run along a row. A row is padded with zeros to whole blocks. The zeros are stored as well, because the formats
have only whole blocks.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from slidegen.quantize.base import Quantized
from slidegen.quantize.blocks import Arrays, Floats, absmax, from_blocks, pack, padded
from slidegen.quantize.elements import element, to_elements

MX_BLOCK: Final = 32
NVFP4_BLOCK: Final = 16
E8M0_BIAS: Final = 127
SMALLEST_TENSOR_SCALE: Final = np.float32(2.0**-117)
"""Times the smallest block scale, 2^-9, this is the smallest normal float32, whose reciprocal is finite."""


def mx(weights: Floats, method: str, format: str) -> Quantized:
    """Quantizes 32 numbers with a shared power of two: 2^(floor(log2(max|weights|)) - exponent of the largest number).

    codes = the format's number nearest to weights / scale (ties to even; clipped to the largest number). Stored: the
    bit patterns and, per block, the scale's exponent in one byte (E8M0: exponent + 127, clipped to 0 to 254; 0 for a
    block of zeros). Source: OCP Microscaling Formats (MX) 1.0, section 5 (the formats) and section 6.3 (the scale).
    """
    blocks = _whole_blocks(weights, MX_BLOCK)
    small = element(format)
    largest = absmax(blocks)
    exponents = np.frexp(largest)[1] - 1 - small.exponent
    exponents = np.where(largest > 0, exponents.clip(-E8M0_BIAS, E8M0_BIAS), -E8M0_BIAS)
    codes, numbers = to_elements(blocks * np.ldexp(np.float32(1), -exponents)[:, None], small)
    numbers *= np.ldexp(np.float32(1), exponents)[:, None]
    arrays: Arrays = {"codes": pack(codes, small.bits), "scales": (exponents + E8M0_BIAS).astype(np.uint8)}
    return Quantized(method, MX_BLOCK, arrays, from_blocks(numbers, weights.shape))


def nvfp4(weights: Floats) -> Quantized:
    """Quantizes 16 numbers to E2M1 with a shared E4M3 scale; all blocks share a float32 scale.

    tensor scale = max|weights| / (6 x 448), so that the largest block scale is the largest E4M3 number; block scale =
    the E4M3 number nearest to max|block| / 6 / tensor scale, but not 0; codes = the E2M1 number nearest to weights /
    (block scale x tensor scale). Stored: bit patterns, one byte per block, four for the tensor. The tensor scale is
    at least 2^-117 (that of a tensor of zeros), a block scale at least 2^-9, the smallest E4M3 number (torchao stops at
    2^-6, the smallest normal one). Source: NVIDIA 2025, Pretraining Large Language Models with NVFP4, appendix B.
    """
    blocks = _whole_blocks(weights, NVFP4_BLOCK)
    small, scale_format = element("e2m1"), element("e4m3")
    largest = absmax(blocks)
    extent = small.largest * scale_format.largest
    tensor_scale = np.maximum(largest.max() / extent, SMALLEST_TENSOR_SCALE)
    exact = largest / small.largest / tensor_scale
    scale_codes, scales = to_elements(np.maximum(exact, scale_format.values[1]), scale_format)
    codes, numbers = to_elements(blocks * (1 / tensor_scale / scales)[:, None], small)
    numbers *= (scales * tensor_scale)[:, None]
    arrays: Arrays = {
        "codes": pack(codes, small.bits),
        "scales": scale_codes,
        "tensor_scale": np.array([tensor_scale], dtype=np.float32),
    }
    return Quantized("nvfp4", NVFP4_BLOCK, arrays, from_blocks(numbers, weights.shape))


def _whole_blocks(weights: Floats, size: int) -> Floats:
    """Returns the weights as (blocks, size), each row padded with zeros to whole blocks."""
    return padded(weights.reshape(-1, weights.shape[-1]), size).reshape(-1, size)
