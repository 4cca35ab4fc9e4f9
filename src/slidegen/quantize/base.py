"""The types of quantizers and of their results. Imports no numpy, so that names and titles load fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Granularity: TypeAlias = Literal["tensor", "row"] | int
"""Which weights share a scale: the whole tensor, a row (the last axis), or a block of this size along the last axis.

The blocks of bitsandbytes' methods (NF4, FP4) run over the tensor flattened row by row, as they do there.
"""
GRANULARITIES: Final[tuple[Granularity, ...]] = ("tensor", "row", 64)
"""The ones that are compared by default."""


@dataclass(frozen=True, slots=True)
class Granularities:
    """The granularities of a method: any, or only the `default` if it is `fixed`."""

    default: Granularity
    fixed: bool = False

    def allows(self, granularity: object) -> bool:
        """Returns whether the method can use `granularity`."""
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
    """Weights as a method stores them, and their dequantized values.

    `arrays` holds everything that must be stored for the weights ("codes", packed into bytes, "scales",
    "zero_points", ...), but not what all tensors of the method share, such as its code book. `dequantized` is
    float32 and has the shape of the weights.
    """

    method: str
    granularity: Granularity
    arrays: Mapping[str, NDArray[np.number]]
    dequantized: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Returns the bytes of `arrays`, padding included."""
        return sum(array.nbytes for array in self.arrays.values())

    @property
    def bits_per_parameter(self) -> float:
        """Returns the stored bits per weight; 0 for an empty tensor."""
        size = self.dequantized.size
        return 8 * self.nbytes / size if size else 0.0


@dataclass(frozen=True, slots=True)
class Quantizer:
    """A quantization method.

    `title` is its name in tables, `bits` the width of one code, `source` the paper or specification with its section.
    `affine` says that the levels are evenly spaced (integers), so that results on weights that already lie on such a
    grid are not meaningful (see grid.py). `levels` returns the values of the codes over the largest magnitude, so
    within [-1, 1], sorted and without duplicates; it is None where the levels depend on the weights (zero points).
    `run` expects finite float32 weights, at least one, and an allowed granularity. It does not check them; `quantize`
    does.
    """

    name: str
    title: str
    bits: float
    granularities: Granularities
    source: str
    affine: bool
    levels: Callable[[], NDArray[np.float32]] | None
    run: Callable[[NDArray[np.float32], Granularity], Quantized]
