"""Experiment 7, number formats: the range and precision of each format, from numpy and ml_dtypes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import frexp, ldexp, pi
from typing import Any, Final

from slidegen.errors import Problem, SlidegenError, nearest


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format; None for a property that it does not have.

    `bits` counts all bits, the sign included. `largest` is the largest finite number, `smallest_normal` the smallest
    positive one with a full mantissa, `smallest_subnormal` the smallest positive one at all, `epsilon` the distance
    from 1 to the next larger number, `pi` the value stored for pi (rounded to nearest, ties to even).
    """

    name: str
    title: str
    bits: int
    exponent_bits: int | None
    mantissa_bits: int | None
    largest: float
    smallest_normal: float | None
    smallest_subnormal: float | None
    epsilon: float | None
    pi: float


@dataclass(frozen=True, slots=True)
class _Entry:
    """A format of the registry: its title, its dtype, and the function that reads its properties."""

    title: str
    dtype: str
    read: Callable[[str, str, str], NumberFormat]


def _floating(name: str, title: str, dtype: str) -> NumberFormat:
    import ml_dtypes
    import numpy as np

    known: Any = ml_dtypes
    kind = getattr(known, dtype, None) or getattr(np, dtype)
    info = known.finfo(kind)
    return NumberFormat(
        name,
        title,
        int(info.bits),
        int(info.nexp),
        int(info.nmant),
        float(info.max),
        float(info.smallest_normal),
        float(info.smallest_subnormal),
        float(info.eps),
        float(np.array(pi, dtype=np.float64).astype(kind)),
    )


def _integer(name: str, title: str, dtype: str) -> NumberFormat:
    import ml_dtypes
    import numpy as np

    known: Any = ml_dtypes
    kind = getattr(known, dtype, None) or getattr(np, dtype)
    info = known.iinfo(kind)
    stored = float(np.rint(pi).astype(kind))
    return NumberFormat(name, title, int(info.bits), None, None, float(info.max), None, None, None, stored)


def _tf32(name: str, title: str, dtype: str) -> NumberFormat:
    """FP32 with the mantissa of FP16. Source: NVIDIA A100 Tensor Core GPU Architecture (2020), "TensorFloat-32"."""
    import numpy as np

    mantissa = np.finfo(np.float16).nmant
    range_of = np.finfo(dtype)
    epsilon = ldexp(1.0, -mantissa)
    return NumberFormat(
        name,
        title,
        1 + range_of.nexp + mantissa,
        range_of.nexp,
        mantissa,
        (2 - epsilon) * ldexp(1.0, range_of.maxexp - 1),
        float(range_of.smallest_normal),
        float(range_of.smallest_normal) * epsilon,
        epsilon,
        rounded(pi, mantissa),
    )


FORMATS: Final[Mapping[str, _Entry]] = {
    "fp32": _Entry("FP32", "float32", _floating),
    "tf32": _Entry("TF32", "float32", _tf32),
    "fp16": _Entry("FP16", "float16", _floating),
    "bf16": _Entry("BF16", "bfloat16", _floating),
    "fp8-e4m3": _Entry("FP8 E4M3", "float8_e4m3fn", _floating),
    "fp8-e5m2": _Entry("FP8 E5M2", "float8_e5m2", _floating),
    "fp6-e2m3": _Entry("FP6 E2M3", "float6_e2m3fn", _floating),
    "fp6-e3m2": _Entry("FP6 E3M2", "float6_e3m2fn", _floating),
    "fp4-e2m1": _Entry("FP4 E2M1", "float4_e2m1fn", _floating),
    "int8": _Entry("INT8", "int8", _integer),
    "int4": _Entry("INT4", "int4", _integer),
}
"""The formats by name, from many bits to few; the dtype is ml_dtypes' or numpy's."""


def number_formats(names: Sequence[str] = tuple(FORMATS)) -> tuple[NumberFormat, ...]:
    """Returns the formats `names`, in that order. Raises SlidegenError for one that does not exist."""
    for name in names:
        if name not in FORMATS:
            raise SlidegenError(
                [Problem(f"unknown number format {name!r}; {nearest(name, FORMATS)}", code="wrong-value")]
            )
    return tuple(FORMATS[name].read(name, FORMATS[name].title, FORMATS[name].dtype) for name in names)


def rounded(value: float, mantissa: int) -> float:
    """Rounds `value` to `mantissa` bits after the leading one, to nearest, ties to even."""
    fraction, exponent = frexp(value)
    return ldexp(round(ldexp(fraction, mantissa + 1)), exponent - mantissa - 1)
