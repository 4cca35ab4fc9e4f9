"""What a quantizer is and what it gives; no numpy is imported here, so that names and titles cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Granularity: TypeAlias = Literal["tensor", "row"] | int
"""How many weights share a scale: all, those of a row (the last axis), or a block of so many along the last axis.

The blocks of the methods of bitsandbytes (NF4, FP4) run over the tensor flattened row by row, as theirs do.
"""
GRANULARITIES: Final[tuple[Granularity, ...]] = ("tensor", "row", 64)
"""Those that are compared where none is named."""


@dataclass(frozen=True, slots=True)
class Granularities:
    """What a method allows: anything, or, where `fixed`, only its `default`."""

    default: Granularity
    fixed: bool = False

    def allows(self, granularity: object) -> bool:
        """Whether `granularity` is one that the method can work with."""
        if self.fixed:
            return type(granularity) is type(self.default) and granularity == self.default
        if isinstance(granularity, str):
            return granularity in ("tensor", "row")
        return isinstance(granularity, int) and not isinstance(granularity, bool) and granularity >= 1

    def __str__(self) -> str:
        if self.fixed:
            return f"{self.default}, which is a part of the format"
        return "'tensor', 'row' or a block size of 1 or more"


@dataclass(frozen=True, slots=True, eq=False)
class Quantized:
    """Weights as a method stores them, and as they read back.

    `arrays` holds everything that must be stored for the weights ("codes", packed into bytes, "scales",
    "zero_points", ...) but not what every tensor of the method shares, such as its code book. `dequantized` is
    float32 and has the shape of the weights.
    """

    method: str
    granularity: Granularity
    arrays: Mapping[str, NDArray[np.number]]
    dequantized: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """The bytes that `arrays` really take, padding included."""
        return sum(array.nbytes for array in self.arrays.values())

    @property
    def bits_per_parameter(self) -> float:
        """Stored bits over weights; 0 for an empty tensor, which stores nothing."""
        size = self.dequantized.size
        return 8 * self.nbytes / size if size else 0.0


@dataclass(frozen=True, slots=True)
class Quantizer:
    """One method.

    `title` is how a table shows it, `bits` the width of one code, `source` the paper or specification with its
    section. `affine` says that the levels are evenly spaced (integers), so that results on weights that already sit on
    such a grid mean nothing (see grid.py). `levels` gives the values that a code stands for, sorted, each once, over
    the largest magnitude, so within [-1, 1]; it is None where the weights decide them (zero points). `run` takes
    finite float32 weights, at least one, and an allowed granularity, unchecked: `quantize` is the door that checks.
    """

    name: str
    title: str
    bits: float
    granularities: Granularities
    source: str
    affine: bool
    levels: Callable[[], NDArray[np.float32]] | None
    run: Callable[[NDArray[np.float32], Granularity], Quantized]
