"""Reading packed codes and stored scales back, by other means than the code that stores them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slidegen.quantize import Quantized

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


def normal(*shape: int, seed: int = 0, width: float = 0.02) -> Floats:
    """Random weights as models have them: normal, small."""
    return (width * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def unpacked(packed: NDArray[np.number], bits: int, count: int) -> Integers:
    """The codes of a stream of bits, the lowest bit of the first code first."""
    stream = np.unpackbits(packed.astype(np.uint8), bitorder="little")
    digits: Integers = stream[: count * bits].reshape(count, bits).astype(np.int64)
    return digits @ (1 << np.arange(bits))


def signed(codes: Integers, bits: int) -> Integers:
    """Codes in two's complement as the numbers they stand for."""
    return np.where(codes >= 1 << (bits - 1), codes - (1 << bits), codes)


def nibbles_high_first(packed: NDArray[np.number], count: int) -> Integers:
    """Codes of four bits, the first of two in the higher half of a byte."""
    pairs = packed.astype(np.int64)
    return np.stack([pairs >> 4, pairs & 15], axis=1).reshape(-1)[:count]


def per_weight(scales: NDArray[np.number], shape: tuple[int, int], block: int) -> Floats:
    """One scale for each weight, from those of the blocks along the rows of a matrix."""
    rows, columns = shape
    of_rows = scales.reshape(rows, -1)
    return np.repeat(of_rows, block, axis=1)[:, :columns].astype(np.float32)


def stored(quantized: Quantized) -> dict[str, list[float]]:
    """What is stored, as plain numbers."""
    return {name: array.tolist() for name, array in quantized.arrays.items()}
