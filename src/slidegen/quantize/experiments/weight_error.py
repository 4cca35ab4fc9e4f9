"""Experiment 1, weight error: how far the stored weights are from the real ones."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from slidegen.quantize.base import Granularity
from slidegen.quantize.experiments.base import Progress, Stored, Tally, ignore, relative_error, squared
from slidegen.quantize.registry import quantize
from slidegen.quantize.weights import Weights, matrices


@dataclass(frozen=True, slots=True)
class WeightError:
    """The error over all linear weights of a model taken together.

    `relative_rms` is the root of the sum of squared errors over the sum of squared weights; `snr_db`, the
    signal-to-noise ratio, is the same in decibels, -20 log10(relative_rms), and None where there is no error;
    `max_error` the largest error of a single weight, in the weights' own unit; `matrices` how many there are.
    """

    stored: Stored
    matrices: int
    relative_rms: float
    snr_db: float | None
    max_error: float


def weight_error(
    weights: Weights, method: str, granularity: Granularity | None = None, progress: Progress = ignore
) -> WeightError:
    """The weight error of a method on a model; `granularity` is the method's own default unless it is given.

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
    """A relative RMS error as signal-to-noise ratio; None without error, which is no finite number of decibels."""
    return 20 * log10(1 / relative) if relative else None
