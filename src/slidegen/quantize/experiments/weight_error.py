"""Experiment 1, weight error: how far the dequantized weights are from the real ones."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from slidegen.quantize.base import Granularity
from slidegen.quantize.experiments.base import Progress, Stored, Tally, ignore, relative_error, squared
from slidegen.quantize.registry import quantize
from slidegen.quantize.weights import Weights, matrices


@dataclass(frozen=True, slots=True)
class WeightError:
    """The error over all linear weights of a model together.

    `relative_rms` is the root of the sum of squared errors over the sum of squared weights. `snr_db`, the
    signal-to-noise ratio, is the same in decibels, -20 log10(relative_rms), and None without an error. `max_error` is
    the largest error of a single weight, in the weights' own unit. `matrices` is their number.
    """

    stored: Stored
    matrices: int
    relative_rms: float
    snr_db: float | None
    max_error: float


def weight_error(
    weights: Weights, method: str, granularity: Granularity | None = None, progress: Progress = ignore
) -> WeightError:
    """Returns the weight error of a method on a model; `granularity` defaults to the method's own.

    Each matrix is quantized by itself. Raises SlidegenError for a method or granularity that does not exist and for
    weights that are not finite, ModelError for files that cannot be read.
    """
    import numpy as np

    from slidegen.quantize.grid import on_grid

    tally = Tally()
    error = signal = largest = 0.0
    done = 0
    for matrix in matrices(weights):
        quantized = quantize(matrix.values, method, granularity, name=f"model {weights.name!r}: {matrix.name}")
        difference = quantized.dequantized - matrix.values
        error += squared(difference)
        signal += squared(matrix.values)
        largest = max(largest, float(np.abs(difference).max(initial=0)))
        tally.add(quantized, on_grid(matrix.values))
        done += 1
        progress(matrix.tensor, matrix.tensors)
    relative = relative_error(error, signal)
    return WeightError(tally.stored(method), done, relative, decibels(relative), largest)


def decibels(relative: float) -> float | None:
    """Converts a relative RMS error to a signal-to-noise ratio; None for an error of 0, where it is infinite."""
    return 20 * log10(1 / relative) if relative else None
