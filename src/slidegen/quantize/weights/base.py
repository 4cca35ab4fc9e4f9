"""The input of the experiments: the linear weights of one model, from any place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Layout = Literal["transformers", "gguf", "glassllm"]
"""How a model is stored: a transformers folder, one GGUF file, or glassllm's `.npz` with its tokenizer."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A weight matrix that multiplies activations.

    `values` is float32 of shape (outputs, inputs), even if it is stored transposed. `stored` is its type in the file,
    in the notation of that format: "F32", "BF16", "Q4_1". For progress, the matrix comes from the linear tensor number
    `tensor` (from 1) of `tensors`.
    """

    name: str
    values: NDArray[np.float32]
    stored: str
    tensor: int
    tensors: int


@dataclass(frozen=True, slots=True)
class Weights:
    """A model whose weights were found but not read.

    `files` hold the weights; `location` is the model's folder (`layout` transformers) or its only file. `origin` says
    where the model comes from, without a path of this machine. `digest` changes with each file that results depend on:
    weights, config, tokenizer. `versions` are those of the packages that shipped the model.
    """

    name: str
    layout: Layout
    location: Path
    files: tuple[Path, ...]
    origin: str
    digest: str
    versions: Mapping[str, str]
