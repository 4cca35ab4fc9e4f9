"""The 16-level code books of bitsandbytes (NF4, FP4) with one scale per block, and double quantization of the scales.

Blocks run over the tensor flattened row by row, as in bitsandbytes; only the last one may be shorter.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np

from slidegen.quantize.base import Granularity, Quantized
from slidegen.quantize.blocks import Arrays, Bytes, Floats, absmax, to_blocks

NF4_OFFSET: Final = 0.9677083
"""The probability whose quantile is the largest level: the mean of 1 - 1/32 and 1 - 1/30, as bitsandbytes rounds it."""

FP4_TWELFTHS: Final = (0.0, 0.0625, 8.0, 12.0, 4.0, 6.0, 2.0, 3.0)
"""The magnitudes of bitsandbytes' fp4 in twelfths, indexed by their three bits; the fourth bit is the sign."""

SCALES_BLOCK: Final = 256
SMALLEST_DIVISOR: Final = np.float32(1e-38)
CHUNK: Final = 2**18
"""Numbers looked up at a time: what fits into a processor's cache."""


def blockwise(weights: Floats, granularity: Granularity, method: str, book: str, double: bool) -> Quantized:
    """Quantizes each number, over the largest magnitude of its block, to the nearest level of a code book.

    codes = the level of `book` nearest to weights / max|block| (the lower one in a tie) and weights ~ level x
    max|block|. Stored: codes, two in a byte, the first in its higher half, and max|block| in float32 as "scales" (0
    for a block of zeros), or, with `double`, the result of `double_quantized`. The code books are constants of the
    method and are not counted. Source: Dettmers et al. 2023, QLoRA, sections 2 (block-wise quantization) and 3 (NF4,
    double quantization); the order of the codes as in bitsandbytes.
    """
    blocks = to_blocks(weights.reshape(1, -1), weights.shape[-1] if granularity == "row" else granularity)
    scales = absmax(blocks)
    sorted_levels, patterns = _book(book)
    numbers = blocks * _reciprocal(scales)[:, None]
    codes = patterns[_to_levels(numbers.reshape(-1), sorted_levels)[: weights.size]]
    arrays: Arrays = {"codes": _two_in_a_byte(codes, of_zero=patterns[np.searchsorted(sorted_levels, 0)])}
    if double:
        stored, scales = double_quantized(scales)
        arrays |= stored
    else:
        arrays["scales"] = scales
    numbers *= scales[:, None]
    return Quantized(method, granularity, arrays, numbers.reshape(-1)[: weights.size].reshape(weights.shape))


def double_quantized(scales: Floats) -> tuple[Arrays, Floats]:
    """Quantizes scales to one byte each; returns the stored arrays and the dequantized scales.

    The mean of all scales is subtracted. Then 256 scales share a second scale, the largest magnitude among them, and
    each, divided by it, becomes the nearest level of `dynamic_map`, the lower one in a tie. Stored: one byte per scale,
    the second scales and the mean ("offset") in float32. Source: Dettmers et al. 2023, QLoRA, section 3, double
    quantization; the steps as in bitsandbytes, whose compiled CPU kernel takes a neighbouring level for about 2 in 1000
    scales because it looks them up in 65536 steps.
    """
    offset = np.float32(scales.mean(dtype=np.float64))
    blocks = to_blocks((scales - offset).reshape(1, -1), SCALES_BLOCK)
    seconds = absmax(blocks)
    normalized = blocks * _reciprocal(seconds)[:, None]
    values = dynamic_map()
    above = np.searchsorted(values[1:-1], normalized) + 1
    codes = np.where(values[above] - normalized < normalized - values[above - 1], above, above - 1)
    read_back: Floats = values[codes] * seconds[:, None] + offset
    stored: Arrays = {
        "scales": codes.astype(np.uint8).reshape(-1)[: scales.size],
        "scales_of_scales": seconds,
        "offset": np.array([offset], dtype=np.float32),
    }
    return stored, read_back.reshape(-1)[: scales.size]


def levels(book: str) -> Floats:
    """Returns the levels of "nf4" or "fp4", sorted and without duplicates."""
    return np.unique(_book(book)[0])


def nf4_levels() -> Floats:
    """Returns the levels of NormalFloat: between each two of the 16 lies about the same share of a normal distribution.

    They are eight positive and seven negative quantiles, evenly spaced in probability from NF4_OFFSET to a half, and
    zero, all divided by the largest. Source: Dettmers et al. 2023, QLoRA, section 3 and appendix E; computed in the
    float32 steps that give the values of bitsandbytes to the last bit.
    """
    quantile = NormalDist().inv_cdf
    positive = [quantile(p) for p in _evenly(NF4_OFFSET, 0.5, 9)[:-1].tolist()]
    negative = [-quantile(p) for p in _evenly(NF4_OFFSET, 0.5, 8)[:-1].tolist()]
    values: Floats = np.sort(np.array([*negative, 0.0, *positive], dtype=np.float32))
    values /= values[-1]
    return values


@cache
def dynamic_map() -> Floats:
    """Returns the 256 levels of bitsandbytes' dynamic 8-bit data type, sorted.

    For each power of ten from 10^-6 to 1 there are evenly spaced levels from a tenth of it to all of it, with both
    signs: 1 at 10^-6 and twice as many at each next power; then 0 and 1. Source: Dettmers 2015, 8-Bit Approximations
    for Parallelism in Deep Learning; Dettmers et al. 2022, 8-bit Optimizers via Block-wise Quantization, section 1
    (dynamic tree quantization). bitsandbytes computes the same values in an order that depends on the processor: they
    agree within two float32 steps.
    """
    values = [0.0, 1.0]
    for power in range(7):
        edges = _evenly(0.1, 1.0, 2**power + 1)
        middles = np.float32(10.0 ** (power - 6)) * ((edges[:-1] + edges[1:]) / np.float32(2))
        values += [*middles, *-middles]
    return np.sort(np.array(values, dtype=np.float32))


@cache
def _book(name: str) -> tuple[Floats, Bytes]:
    """Returns the sorted levels and the four-bit code of each."""
    if name == "nf4":
        return nf4_levels(), np.arange(16, dtype=np.uint8)
    magnitudes = np.array(FP4_TWELFTHS, dtype=np.float32)
    values = np.concatenate([magnitudes, -magnitudes])
    values /= 12
    patterns = np.argsort(values, kind="stable")
    return values[patterns], patterns.astype(np.uint8)


def _evenly(start: float, end: float, count: int) -> Floats:
    """Returns `count` evenly spaced float32 numbers, the first half counted from `start`, the second from `end`."""
    first, last = np.float32(start), np.float32(end)
    gap = (last - first) / np.float32(count - 1)
    numbers = np.arange(count, dtype=np.float32)
    numbers *= gap
    from_end = last - numbers[::-1]
    numbers += first
    numbers[count // 2 :] = from_end[count // 2 :]
    return numbers


def _to_levels(numbers: Floats, sorted_levels: Floats) -> Bytes:
    """Replaces each of `numbers` by its nearest level, the lower one in a tie, and returns the indices of the levels.

    An index is the number of midpoints below a number. For so few levels counting is faster than a binary search.
    """
    midpoints = (sorted_levels[:-1] + sorted_levels[1:]) / np.float32(2)
    indices = np.zeros(numbers.size, dtype=np.uint8)
    for start in range(0, numbers.size, CHUNK):
        piece, index = numbers[start : start + CHUNK], indices[start : start + CHUNK]
        for midpoint in midpoints:
            index += piece > midpoint
        np.take(sorted_levels, index, out=piece, mode="clip")  # "clip" only saves a buffer: each index is in range
    return indices


def _reciprocal(scales: Floats) -> Floats:
    """Returns 1 / scale, and a large finite number for a scale of 0, as bitsandbytes does."""
    reciprocals: Floats = np.reciprocal(np.maximum(scales, SMALLEST_DIVISOR))
    return reciprocals


def _two_in_a_byte(codes: Bytes, of_zero: np.uint8) -> Bytes:
    """Packs 4-bit codes, the first of two in the higher half; an odd number of them is padded with the code of zero."""
    even = np.append(codes, of_zero) if codes.size % 2 else codes
    return (even[::2] << np.uint8(4)) | even[1::2]
