"""Code books of 16 levels with one scale per block, as bitsandbytes has them (NF4, FP4), and the scales' own scales.

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
"""The magnitudes of bitsandbytes' fp4 in twelfths, in the order of their three bits; the fourth bit is the sign."""

SCALES_BLOCK: Final = 256
SMALLEST_DIVISOR: Final = np.float32(1e-38)
CHUNK: Final = 2**18
"""Numbers looked up at a time: what a cache holds."""


def blockwise(weights: Floats, granularity: Granularity, method: str, book: str, double: bool) -> Quantized:
    """The level nearest to each number over the largest magnitude of its block.

    codes = the level of `book` nearest to weights / max|block| (the lower one in a tie) and weights ~ level x
    max|block|. Stored: codes, two in a byte, the first in its higher half, and max|block| in float32 as "scales" (0
    for a block of zeros), or, with `double`, what `double_quantized` makes of them. The code books are constants of
    the method and not counted. Source: Dettmers et al. 2023, QLoRA, sections 2 (block-wise quantization) and 3 (NF4,
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
    """Scales stored in a byte each, and what they read back as.

    256 scales, less the mean of all, share a second scale, the largest magnitude among them; over it, each becomes
    the nearest level of `dynamic_map`, the lower one in a tie. Stored: one byte per scale, the second scales and the
    mean ("offset") in float32. Source: Dettmers et al. 2023, QLoRA, section 3, double quantization; the steps as in
    bitsandbytes, whose compiled CPU kernel takes a neighbouring level for some 2 in 1000 scales: it looks them up in
    65536 steps.
    """
    offset = np.float32(scales.mean(dtype=np.float64))
    blocks = to_blocks((scales - offset).reshape(1, -1), SCALES_BLOCK)
    seconds = absmax(blocks)
    wanted = blocks * _reciprocal(seconds)[:, None]
    values = dynamic_map()
    above = np.searchsorted(values[1:-1], wanted) + 1
    codes = np.where(values[above] - wanted < wanted - values[above - 1], above, above - 1)
    read_back: Floats = values[codes] * seconds[:, None] + offset
    stored: Arrays = {
        "scales": codes.astype(np.uint8).reshape(-1)[: scales.size],
        "scales_of_scales": seconds,
        "offset": np.array([offset], dtype=np.float32),
    }
    return stored, read_back.reshape(-1)[: scales.size]


def levels(book: str) -> Floats:
    """The levels of "nf4" or "fp4", sorted, each once."""
    return np.unique(_book(book)[0])


def nf4_levels() -> Floats:
    """NormalFloat: 16 levels between which a normal distribution has about as many numbers.

    Eight positive quantiles and seven negative ones, evenly spaced in probability from NF4_OFFSET to a half, and zero,
    all over the largest. Source: Dettmers et al. 2023, QLoRA, section 3 and appendix E; in the float32 steps that give
    the values of bitsandbytes to the last bit.
    """
    quantile = NormalDist().inv_cdf
    positive = [quantile(p) for p in _evenly(NF4_OFFSET, 0.5, 9)[:-1].tolist()]
    negative = [-quantile(p) for p in _evenly(NF4_OFFSET, 0.5, 8)[:-1].tolist()]
    values: Floats = np.sort(np.array([*negative, 0.0, *positive], dtype=np.float32))
    values /= values[-1]
    return values


@cache
def dynamic_map() -> Floats:
    """The 256 levels of bitsandbytes' dynamic 8-bit data type, sorted.

    For each power of ten from 10^-6 to 1 a number of evenly spaced levels from a tenth of it to all of it, 1 at 10^-6
    and twice as many at each next one, both signs; then 0 and 1. Source: Dettmers 2015, 8-Bit Approximations for
    Parallelism in Deep Learning; Dettmers et al. 2022, 8-bit Optimizers via Block-wise Quantization, section 1
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
    """The sorted levels, and the four bits that stand for each."""
    if name == "nf4":
        return nf4_levels(), np.arange(16, dtype=np.uint8)
    magnitudes = np.array(FP4_TWELFTHS, dtype=np.float32)
    values = np.concatenate([magnitudes, -magnitudes])
    values /= 12
    patterns = np.argsort(values, kind="stable")
    return values[patterns], patterns.astype(np.uint8)


def _evenly(start: float, end: float, count: int) -> Floats:
    """`count` float32 numbers from start to end, the first half counted from the start, the second from the end."""
    first, last = np.float32(start), np.float32(end)
    gap = (last - first) / np.float32(count - 1)
    numbers = np.arange(count, dtype=np.float32)
    numbers *= gap
    from_end = last - numbers[::-1]
    numbers += first
    numbers[count // 2 :] = from_end[count // 2 :]
    return numbers


def _to_levels(numbers: Floats, sorted_levels: Floats) -> Bytes:
    """The index of the level nearest to each of `numbers`, which the levels overwrite; the lower one in a tie.

    That is the number of midpoints below it. Counting them beats a binary search for so few levels.
    """
    midpoints = (sorted_levels[:-1] + sorted_levels[1:]) / np.float32(2)
    indices = np.zeros(numbers.size, dtype=np.uint8)
    for start in range(0, numbers.size, CHUNK):
        piece, index = numbers[start : start + CHUNK], indices[start : start + CHUNK]
        for midpoint in midpoints:
            index += piece > midpoint
        np.take(sorted_levels, index, out=piece, mode="clip")  # "clip" only spares a buffer: each index is in range
    return indices


def _reciprocal(scales: Floats) -> Floats:
    """1 / scale, and a large finite number for a scale of 0, as bitsandbytes has it."""
    reciprocals: Floats = np.reciprocal(np.maximum(scales, SMALLEST_DIVISOR))
    return reciprocals


def _two_in_a_byte(codes: Bytes, of_zero: np.uint8) -> Bytes:
    """Codes of four bits, the first of two in the higher half; after an odd number of them comes the code of zero."""
    even = np.append(codes, of_zero) if codes.size % 2 else codes
    return (even[::2] << np.uint8(4)) | even[1::2]
