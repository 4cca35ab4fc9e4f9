"""What the experiments take: the linear weights of one model, wherever they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Layout = Literal["transformers", "gguf", "glassllm"]
"""How a model lies on the disk: a folder of transformers, one GGUF file, or glassllm's `.npz` with its tokenizer."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A weight matrix that multiplies activations.

    `values` is float32 of shape (outputs, inputs), whichever way it was stored; `stored` is the type it had in its
    file, as that format writes it: "F32", "BF16", "Q4_1". It comes from the tensor `tensor` (from 1) of `tensors`
    linear ones, which tells how far a reader is.
    """

    name: str
    values: NDArray[np.float32]
    stored: str
    tensor: int
    tensors: int


@dataclass(frozen=True, slots=True)
class Weights:
    """A model whose weights are at hand; opening one reads none of them.

    `files` hold the weights, `location` is the model's folder (`layout` transformers) or the one file of the model.
    `origin` tells a reader where it comes from and names no path of this machine; `digest` changes when a file does on
    which a result depends: weights, config or tokenizer. `versions` are those of the packages that shipped the model.
    """

    name: str
    layout: Layout
    location: Path
    files: tuple[Path, ...]
    origin: str
    digest: str
    versions: Mapping[str, str]
