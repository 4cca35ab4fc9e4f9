"""Arranges weights as a matrix with one block a row, computes scales, and packs codes into bytes."""

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
    """Returns the weights as (blocks, block size): blocks along the last axis, the last one of a row padded with zeros.

    A block never extends into the next row and is never longer than a row. Zeros change neither the largest magnitude
    nor a range that contains zero.
    """
    if granularity == "tensor":
        return weights.reshape(1, -1)
    rows = weights.reshape(-1, weights.shape[-1])
    columns = rows.shape[1]
    size = columns if granularity == "row" else min(granularity, columns)
    return padded(rows, size).reshape(-1, size)


def padded(rows: Floats, size: int) -> Floats:
    """Returns `rows` padded with zeros to a multiple of `size` columns."""
    missing = -rows.shape[1] % size
    return np.pad(rows, ((0, 0), (0, missing))) if missing else rows


def from_blocks(blocks: NDArray[Number], shape: tuple[int, ...]) -> NDArray[Number]:
    """Reverses `to_blocks`: returns the tensor of `shape` without the padding."""
    if blocks.size == np.prod(shape):
        return blocks.reshape(shape)
    rows = int(np.prod(shape[:-1]))
    return np.ascontiguousarray(blocks.reshape(rows, -1)[:, : shape[-1]]).reshape(shape)


def absmax(blocks: Floats) -> Floats:
    """Returns the largest magnitude of each block."""
    largest: Floats = np.abs(np.maximum(blocks.max(axis=1), -blocks.min(axis=1)))  # no -0 for a block of zeros
    return largest


def step(extent: NDArray[np.floating], steps: float) -> Floats:
    """Returns the scale at which `steps` steps cover `extent`, in float32; 0 for an extent of 0.

    A subnormal scale, which has few digits, is rounded up, so that the steps always cover the extent.
    """
    exact = extent.astype(np.float64) / steps
    scales: Floats = exact.astype(np.float32)
    too_short = (scales < SMALLEST_NORMAL) & (scales < exact)
    scales[too_short] = np.nextafter(scales[too_short], np.float32(1))
    return scales


def over(blocks: Floats, scales: Floats) -> Floats:
    """Divides each block by its scale; a block of zeros, whose scale is 0, stays zero."""
    divisors: Floats = np.where(scales, scales, np.float32(1)).astype(np.float32, copy=False)
    return blocks / divisors[:, None]


def pack(codes: Bytes, bits: int) -> Bytes:
    """Packs codes of 1 to 8 `bits` into bytes without gaps, as a stream that begins with the first code's lowest bit.

    Code i starts at bit i x bits of the stream; byte j holds the bits 8j to 8j + 7. Eight codes fill `bits` whole
    bytes. The last byte is padded with zeros.
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
