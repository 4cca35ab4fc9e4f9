"""Small floating-point numbers (FP8, FP4) with one float32 scale per tensor, row or block."""

from __future__ import annotations

from slidegen.quantize.base import Granularity, Quantized
from slidegen.quantize.blocks import Arrays, Floats, absmax, from_blocks, over, pack, step, to_blocks
from slidegen.quantize.elements import element, to_elements


def scaled(weights: Floats, granularity: Granularity, method: str, format: str) -> Quantized:
    """Quantizes to a small floating-point format; a block's largest magnitude becomes the format's largest number.

    codes = the format's number nearest to weights / scale (ties to even) and weights ~ codes x scale with scale =
    max|weights| / largest number. Stored: the bit patterns, packed row by row without gaps, and one float32 scale per
    block (0 for a block of zeros). Source: Micikevicius et al. 2022, FP8 Formats for Deep Learning, section 3
    (the formats) and section 4 (a scale per tensor that maps the largest magnitude to the largest number).
    """
    blocks = to_blocks(weights, granularity)
    small = element(format)
    scales = step(absmax(blocks), float(small.largest))
    codes, numbers = to_elements(over(blocks, scales), small)
    numbers *= scales[:, None]
    arrays: Arrays = {"codes": pack(from_blocks(codes, weights.shape), small.bits), "scales": scales}
    return Quantized(method, granularity, arrays, from_blocks(numbers, weights.shape))
