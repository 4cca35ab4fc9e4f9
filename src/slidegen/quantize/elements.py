"""Small floating-point formats: converts numbers to bit patterns and back, with ml_dtypes where it has the format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import ml_dtypes
import numpy as np
from numpy.typing import DTypeLike

from slidegen.quantize.blocks import Bytes, Floats

E3M0_MAGNITUDES: Final = np.array([0, 0.25, 0.5, 1, 2, 4, 8, 16], dtype=np.float32)
"""The values of the three exponent bits of E3M0: 2^(exponent - 3), but 0 for an exponent of 0.

That is the rule of IEEE-like formats (Kuzmin et al. 2022, FP8 Quantization: The Power of the Exponent, section 2)
without a mantissa bit: an exponent of 0 means a subnormal number, which has no digits here and so is zero.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """A floating-point format: the `values` of its bit patterns in order (NaN and infinity included), and its rounding.

    `encode` rounds to the nearest value, ties to an even pattern. Numbers larger than `largest` must be clipped first.
    """

    bits: int
    values: Floats
    encode: Callable[[Floats], Bytes]

    @property
    def largest(self) -> np.float32:
        """Returns the largest finite value."""
        return np.float32(self.values[np.isfinite(self.values)].max())

    @property
    def exponent(self) -> int:
        """Returns floor(log2(largest)), which the OCP MX specification calls emax."""
        return int(np.frexp(self.largest)[1]) - 1


@cache
def element(name: str) -> Element:
    """Returns the format "e4m3", "e5m2" (FP8), "e2m3", "e3m2" (FP6), "e2m1" or "e3m0" (FP4).

    Sources: E4M3 and E5M2: Micikevicius et al. 2022, FP8 Formats for Deep Learning, section 3 (E4M3 has NaN but no
    infinity). E2M3, E3M2 and E2M1: OCP Microscaling Formats (MX) 1.0, section 5.3 (neither NaN nor infinity).
    """
    if name == "e3m0":
        return Element(4, np.concatenate([E3M0_MAGNITUDES, -E3M0_MAGNITUDES]), _encode_e3m0)
    bits, dtype = {
        "e4m3": (8, ml_dtypes.float8_e4m3fn),
        "e5m2": (8, ml_dtypes.float8_e5m2),
        "e2m3": (6, ml_dtypes.float6_e2m3fn),
        "e3m2": (6, ml_dtypes.float6_e3m2fn),
        "e2m1": (4, ml_dtypes.float4_e2m1fn),
    }[name]
    values = np.arange(2**bits, dtype=np.uint8).view(dtype).astype(np.float32)
    return Element(bits, values, _encoder(dtype))


def to_elements(numbers: Floats, format: Element) -> tuple[Bytes, Floats]:
    """Returns the bit patterns of the nearest values of `format`, and those values, which overwrite `numbers`.

    Larger numbers become the largest value, as the OCP MX specification requires.
    """
    np.clip(numbers, -format.largest, format.largest, out=numbers)
    codes = format.encode(numbers)
    np.take(format.values, codes, out=numbers, mode="clip")  # "clip" only saves a buffer: each code is in range
    return codes, numbers


def levels(name: str) -> Floats:
    """Returns the finite values of a format over the largest, sorted and without duplicates."""
    format = element(name)
    return np.unique(format.values[np.isfinite(format.values)]) / format.largest


def _encoder(dtype: DTypeLike) -> Callable[[Floats], Bytes]:
    def encode(numbers: Floats) -> Bytes:
        return numbers.astype(dtype).view(np.uint8)

    return encode


def _encode_e3m0(numbers: Floats) -> Bytes:
    """Returns the codes of the nearest E3M0 values: the sign bit, then the number of midpoints below the magnitude."""
    magnitudes = np.abs(numbers)
    codes = np.zeros(numbers.shape, dtype=np.uint8)
    for exponent, midpoint in enumerate((E3M0_MAGNITUDES[:-1] + E3M0_MAGNITUDES[1:]) / 2):
        codes += magnitudes >= midpoint if exponent % 2 else magnitudes > midpoint  # a tie goes to the even pattern
    codes |= np.signbit(numbers).astype(np.uint8) << np.uint8(3)
    return codes
