"""Weights as a matrix with one block a row, their scales, and codes packed into bytes."""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from slidegen.quantize.base import Granularity

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Arrays = dict[str, NDArray[np.number]]

Number = TypeVar("Number", bound=np.generic)

SMALLEST_NORMAL: Final = np.finfo(np.float32).tiny


def to_blocks(weights: Floats, granularity: Granularity) -> Floats:
    """(blocks, block size): blocks along the last axis, the last one of a row filled up with zeros.

    A block never reaches into the next row, and is never longer than a row. Zeros change neither the largest magnitude
    nor a range that holds zero.
    """
    if granularity == "tensor":
        return weights.reshape(1, -1)
    rows = weights.reshape(-1, weights.shape[-1])
    columns = rows.shape[1]
    size = columns if granularity == "row" else min(granularity, columns)
    return padded(rows, size).reshape(-1, size)


def padded(rows: Floats, size: int) -> Floats:
    """`rows` with zeros at their ends, up to a multiple of `size` columns."""
    missing = -rows.shape[1] % size
    return np.pad(rows, ((0, 0), (0, missing))) if missing else rows


def from_blocks(blocks: NDArray[Number], shape: tuple[int, ...]) -> NDArray[Number]:
    """The tensor of `shape` that `to_blocks` took apart, without what it filled up with."""
    if blocks.size == np.prod(shape):
        return blocks.reshape(shape)
    rows = int(np.prod(shape[:-1]))
    return np.ascontiguousarray(blocks.reshape(rows, -1)[:, : shape[-1]]).reshape(shape)


def absmax(blocks: Floats) -> Floats:
    """The largest magnitude of each block."""
    largest: Floats = np.abs(np.maximum(blocks.max(axis=1), -blocks.min(axis=1)))  # no -0 for a block of zeros
    return largest


def step(reach: NDArray[np.floating], steps: float) -> Floats:
    """`reach` over `steps`, the scale that spreads so many steps over it, in float32; 0 for a reach of 0.

    A subnormal scale, which has few digits, is rounded up, so that the steps always cover the reach.
    """
    exact = reach.astype(np.float64) / steps
    scales: Floats = exact.astype(np.float32)
    too_short = (scales < SMALLEST_NORMAL) & (scales < exact)
    scales[too_short] = np.nextafter(scales[too_short], np.float32(1))
    return scales


def over(blocks: Floats, scales: Floats) -> Floats:
    """Each block over its scale; a block of zeros, whose scale is 0, stays one."""
    divisors: Floats = np.where(scales, scales, np.float32(1)).astype(np.float32, copy=False)
    return blocks / divisors[:, None]


def pack(codes: Bytes, bits: int) -> Bytes:
    """Codes of 1 to 8 `bits` in as few bytes as hold them: a stream of bits, the lowest of the first code first.

    Code i takes the bits i x bits and up of the stream, of which byte j holds the bits 8j to 8j + 7. Eight codes make
    `bits` whole bytes; at the end the last byte is filled up with zeros.
    """
    flat = codes.reshape(-1)
    if bits == 8:
        return flat
    eights = np.pad(flat, (0, -flat.size % 8)).reshape(-1, 8)
    packed = np.zeros((eights.shape[0], bits), dtype=np.uint8)
    for place in range(8):
        byte, shift = divmod(place * bits, 8)
        packed[:, byte] |= eights[:, place] << shift
        if shift + bits > 8:
            packed[:, byte + 1] |= eights[:, place] >> (8 - shift)
    return packed.reshape(-1)[: -(-flat.size * bits // 8)]
