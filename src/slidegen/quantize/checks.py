"""Checks that weights can be quantized: floating-point numbers, finite and not too large."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slidegen.errors import Problem, SlidegenError

DTYPES: Final = ("float16", "bfloat16", "float32", "float64")

LARGEST: Final = 2.0**126
"""The largest magnitude allowed. Twice that, the range of a block, is still a finite float32, and so is every level."""


def checked(weights: ArrayLike, name: str) -> NDArray[np.float32]:
    """Returns `weights` as contiguous float32 of the same shape, without a copy where they are that already.

    Raises:
        SlidegenError: the weights are not an array of floating-point numbers, or one of them is NaN, infinite or
            larger than 2**126; the message says where.
    """
    given = np.asarray(weights)
    if given.dtype.name not in DTYPES:
        allowed = ", ".join(DTYPES)
        raise SlidegenError(
            [Problem(f"{name}: cannot quantize {given.dtype.name}; allowed: {allowed}", code="quantization")]
        )
    if given.ndim == 0:
        raise SlidegenError(
            [Problem(f"{name}: cannot quantize a single number; an array is needed", code="quantization")]
        )
    with np.errstate(over="ignore"):  # a float64 too large for float32 becomes infinite, which is reported below
        numbers = np.ascontiguousarray(given, dtype=np.float32)
    if numbers.size and not (numbers.min() >= -LARGEST and numbers.max() <= LARGEST):  # NaN fails both
        raise SlidegenError([Problem(f"{name}: {_what_is_wrong(given, numbers)}", code="quantization")])
    return numbers


def _what_is_wrong(given: NDArray[np.generic], numbers: NDArray[np.float32]) -> str:
    """Returns the first number that cannot be quantized, its place, and how many more there are."""
    bad = np.flatnonzero(~(np.abs(numbers.reshape(-1)) <= LARGEST))
    place = np.unravel_index(bad[0], numbers.shape)
    at = ", ".join(str(index) for index in place)
    more = f" and {bad.size - 1} more" if bad.size > 1 else ""
    value = f"{float(given[place]):g}"
    return f"{value} at [{at}]{more}; weights must be finite and at most 2**126"
