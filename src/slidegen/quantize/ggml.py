"""The block formats of llama.cpp, from the package gguf: 32 weights share a float16 scale and, in some, a minimum."""

from __future__ import annotations

from typing import Final

import numpy as np
from gguf import GGMLQuantizationType, quants

from slidegen.errors import Problem, SlidegenError
from slidegen.quantize.base import Quantized
from slidegen.quantize.blocks import Floats, from_blocks

BLOCK: Final = 32
CODES: Final = {"q8_0": (-127, 127), "q5_0": (-16, 15), "q4_0": (-8, 7)}
"""The lowest and the highest code of the formats without a minimum."""


def blocks_of_32(weights: Floats, method: str) -> Quantized:
    """Quantizes to Q8_0, Q5_0, Q4_0 (weights ~ codes x scale), Q5_1 or Q4_1 (weights ~ codes x scale + minimum).

    Blocks run along a row. A row whose length is not a multiple of 32 is padded with its last number, and the padding
    is stored as well. Stored: llama.cpp's own blocks (scale, minimum, codes) as bytes, 34, 22, 18, 24 and 20 for 32
    weights. A scale too small for float16 reads back as 0. Source: llama.cpp, ggml-quants.c, as ported in the package
    gguf.

    Raises:
        SlidegenError: a scale or minimum of the weights is too large for float16.
    """
    kind = GGMLQuantizationType[method.upper()]
    rows = weights.reshape(-1, weights.shape[-1])
    whole = np.pad(rows, ((0, 0), (0, -rows.shape[1] % BLOCK)), mode="edge")
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        stored = quants.quantize(whole, kind)
        numbers = quants.dequantize(stored, kind)
    if not np.isfinite(numbers).all():
        largest = np.abs(weights).max()
        raise SlidegenError(
            [
                Problem(
                    f"{method}: weights as large as {largest:g} do not fit; its scales are float16, up to 65504",
                    code="quantization",
                )
            ]
        )
    return Quantized(method, BLOCK, {"blocks": stored.reshape(-1)}, from_blocks(numbers, weights.shape))


def levels(method: str) -> Floats:
    """Returns the codes over the largest magnitude; Q5_0 and Q4_0 flip signs so that the lowest code is the extreme."""
    low, high = CODES[method]
    return np.arange(low, high + 1, dtype=np.float32) / np.float32(-low)
