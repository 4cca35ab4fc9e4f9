"""Integers of 2 to 8 bits: evenly spaced levels, around zero (absmax) or between the extremes (zero point).

Codes are packed row by row without gaps, so a shorter last block takes only the space of its own codes. Scales are
float32, as in bitsandbytes, so that a scale is never too small or too large for its dtype.
"""

from __future__ import annotations

import numpy as np

from slidegen.quantize.base import Granularity, Quantized
from slidegen.quantize.blocks import Arrays, Floats, absmax, from_blocks, over, pack, step, to_blocks


def symmetric(weights: Floats, granularity: Granularity, bits: int) -> Quantized:
    """Quantizes by absmax: the largest magnitude of a block becomes the largest code.

    codes = round(weights / scale) and weights ~ codes x scale with scale = max|weights| / (2^(bits-1) - 1), halves
    rounded to even. The codes run from -(2^(bits-1) - 1) to 2^(bits-1) - 1, so the lowest one of two's complement is
    not used, and zero stays zero. Stored: codes in two's complement, one float32 scale per block (0 for a block of
    zeros). Source: Dettmers et al. 2022, LLM.int8(), section 2.1.
    """
    blocks = to_blocks(weights, granularity)
    scales = step(absmax(blocks), largest_code(bits))
    numbers = over(blocks, scales)
    np.rint(numbers, out=numbers)
    codes = from_blocks(numbers.astype(np.int8), weights.shape).view(np.uint8)
    numbers *= scales[:, None]
    arrays: Arrays = {"codes": pack(codes & np.uint8(2**bits - 1), bits), "scales": scales}
    return Quantized(f"int{bits}", granularity, arrays, from_blocks(numbers, weights.shape))


def asymmetric(weights: Floats, granularity: Granularity, bits: int) -> Quantized:
    """Quantizes with a zero point: the range of a block, extended to contain zero, is mapped to 0 to 2^bits - 1.

    codes = round(weights / scale) + zero point, clipped to 0 to 2^bits - 1, and weights ~ (codes - zero point) x
    scale, with scale = (max - min) / (2^bits - 1) and zero point = round(-min / scale), so that zero stays zero.
    Stored: codes, one float32 scale and one zero point of `bits` bits per block. Source: Jacob et al. 2018,
    Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference, section 2.1
    (the scheme) and section 3 (a range that contains zero).
    """
    blocks = to_blocks(weights, granularity)
    top = 2**bits - 1
    low = np.minimum(blocks.min(axis=1), np.float32(0))
    high = np.maximum(blocks.max(axis=1), np.float32(0))
    scales = step(high - low, top)
    zero_points = np.rint(over(-low[:, None], scales)).clip(0, top)
    numbers = over(blocks, scales)
    np.rint(numbers, out=numbers)
    np.clip(numbers, -zero_points, top - zero_points, out=numbers)
    codes = from_blocks((numbers + zero_points).astype(np.uint8), weights.shape)
    numbers *= scales[:, None]
    arrays: Arrays = {
        "codes": pack(codes, bits),
        "scales": scales,
        "zero_points": pack(zero_points.astype(np.uint8), bits),
    }
    return Quantized(f"int{bits}-asym", granularity, arrays, from_blocks(numbers, weights.shape))


def symmetric_levels(bits: int) -> Floats:
    """Returns the values of the codes over the largest."""
    largest = largest_code(bits)
    return np.arange(-largest, largest + 1, dtype=np.float32) / np.float32(largest)


def largest_code(bits: int) -> int:
    """Returns the largest code that `symmetric` uses."""
    return int(2 ** (bits - 1) - 1)
