"""What all experiments on a model's weights share: their result, and the count of what was stored."""

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
"""Called with how many steps of an experiment are done, and how many there are."""

GRID_SHARE: Final = 0.1
"""From which share of the weights on a grid a model counts as quantized already."""
NOTE: Final = "the weights already lie on a 4-bit grid, so a 4-bit integer method finds back what is there"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a method stored: every experiment tells it beside its own numbers.

    `parameters` counts the weights that were quantized and `bits_per_parameter` what they really take: all stored
    bytes, scales and padding included. `on_grid` says that the weights were quantized before they were saved (at most
    16 values in a block of 32); then integers of up to 4 bits are not `meaningful`, and `note` says why.
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
        """One more matrix; `gridded` says whether its weights lay on a grid."""
        self.parameters += quantized.dequantized.size
        self.nbytes += quantized.nbytes
        self.gridded += quantized.dequantized.size if gridded else 0
        self.granularity = quantized.granularity

    def stored(self, method: str) -> Stored:
        """What was added up."""
        if self.granularity is None:
            raise ValueError("nothing was quantized")
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
    """The sum of squares, added up in double precision."""
    import numpy as np

    return float(np.sum(np.square(values, dtype=np.float64)))


def relative_error(error: float, signal: float) -> float:
    """The root of a sum of squared errors over a sum of squares; 0 where there is neither."""
    return sqrt(error / signal) if signal else (0.0 if error == 0 else float("inf"))


def ignore(_done: int, _total: int) -> None:
    """Progress that nobody wants to see."""
