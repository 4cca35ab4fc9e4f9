"""What all experiments on a model's weights share: their common result and the tally of stored bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

from slidegen.quantize.base import Granularity, Quantized
from slidegen.quantize.registry import find_quantizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Progress = Callable[[int, int], None]
"""Called with the number of finished steps of an experiment and the number of all steps."""

GRID_SHARE: Final = 0.1
"""The share of weights on a grid from which a model counts as already quantized."""
NOTE: Final = "the weights already lie on a 4-bit grid, so a 4-bit integer method finds back what is there"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a method stored; part of the result of every experiment.

    `parameters` counts the quantized weights. `bits_per_parameter` counts all stored bits for each, scales and padding
    included. `on_grid` says that the weights were quantized before they were saved (at most 16 values in a block of
    32); then integers of up to 4 bits are not `meaningful`, and `note` says why.
    """

    method: str
    granularity: Granularity
    parameters: int
    bits_per_parameter: float
    on_grid: bool
    meaningful: bool
    note: str | None


@dataclass(slots=True)
class Tally:
    """Adds up what a method stores for a model's matrices."""

    parameters: int = 0
    nbytes: int = 0
    gridded: int = 0
    granularity: Granularity | None = None

    def add(self, quantized: Quantized, gridded: bool) -> None:
        """Adds a matrix; `gridded` says whether its weights were on a grid."""
        self.parameters += quantized.dequantized.size
        self.nbytes += quantized.nbytes
        self.gridded += quantized.dequantized.size if gridded else 0
        self.granularity = quantized.granularity

    def stored(self, method: str) -> Stored:
        """Returns the sums. Raises ValueError if no matrix was added."""
        if self.granularity is None:
            raise ValueError("no weights were quantized")
        quantizer = find_quantizer(method)
        on_grid = self.gridded >= GRID_SHARE * self.parameters
        meaningful = not (on_grid and quantizer.affine and quantizer.bits <= 4)
        return Stored(
            method=method,
            granularity=self.granularity,
            parameters=self.parameters,
            bits_per_parameter=8 * self.nbytes / self.parameters,
            on_grid=on_grid,
            meaningful=meaningful,
            note=None if meaningful else NOTE,
        )


def squared(values: NDArray[np.float32]) -> float:
    """Returns the sum of squares, added up in double precision."""
    import numpy as np

    return float(np.sum(np.square(values, dtype=np.float64)))


def relative_error(error: float, signal: float) -> float:
    """Returns the root of a sum of squared errors over a sum of squares; 0 if both are 0."""
    return sqrt(error / signal) if signal else (0.0 if error == 0 else float("inf"))


def ignore(_done: int, _total: int) -> None:
    """Ignores progress."""
