"""Experiment 6, toy: quantizes a few numbers step by step, for a slide that explains quantization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.errors import Problem, SlidegenError, nearest
from slidegen.quantize.registry import INTEGERS, QUANTIZERS, quantize

VALUES: Final = (0.11, -0.42, 0.93, -1.27, 0.05, 1.58, -0.76, 0.31, 2.1, -0.18)
MOST_VALUES: Final = 64


@dataclass(frozen=True, slots=True)
class ToyStep:
    """One number: `scaled` is value / scale, `code` the stored integer, `error` is dequantized - value."""

    value: float
    scaled: float
    code: int
    dequantized: float
    error: float


@dataclass(frozen=True, slots=True)
class Toy:
    """Numbers that share one scale and one zero point.

    code = round(value / scale) + zero_point, clipped to `lowest_code` and `highest_code`; dequantized = (code -
    zero_point) x scale. The zero point of a symmetric method is 0.
    """

    method: str
    bits: int
    scale: float
    zero_point: int
    lowest_code: int
    highest_code: int
    steps: tuple[ToyStep, ...]


def toy(values: Sequence[float] = VALUES, method: str = "int4") -> Toy:
    """Quantizes `values` together. The arithmetic is float32, as in every quantizer.

    Raises SlidegenError for a method without integer codes, for no numbers or more than 64, and for NaN and infinity.
    """
    import numpy as np

    if method not in INTEGERS:
        raise SlidegenError(
            [Problem(f"toy: method {method!r} has no integer codes; {nearest(method, INTEGERS)}", code="wrong-value")]
        )
    if not 0 < len(values) <= MOST_VALUES:
        raise SlidegenError([Problem(f"toy: {len(values)} values; allowed: 1 to {MOST_VALUES}", code="wrong-value")])
    given = np.asarray(values, dtype=np.float64)
    quantized = quantize(given, method, "tensor", name="toy")
    bits = int(QUANTIZERS[method].bits)
    scale = float(np.asarray(quantized.arrays["scales"], dtype=np.float64)[0])
    asymmetric = "zero_points" in quantized.arrays
    zero_point = int(quantized.arrays["zero_points"].reshape(-1)[0]) if asymmetric else 0
    top = 2**bits - 1 if asymmetric else 2 ** (bits - 1) - 1
    steps = tuple(
        ToyStep(
            value=float(value),
            scaled=float(value) / scale if scale else 0.0,
            code=(round(float(back) / scale) if scale else 0) + zero_point,
            dequantized=float(back),
            error=float(back) - float(value),
        )
        for value, back in zip(given, quantized.dequantized, strict=True)
    )
    return Toy(method, bits, scale, zero_point, 0 if asymmetric else -top, top, steps)
