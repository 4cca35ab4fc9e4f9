"""Reads tensors of a GGUF file as float32; the package gguf dequantizes its types."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from slidegen.errors import MissingExtraError, model_error
from slidegen.files import FileError, open_file
from slidegen.quantize.weights.base import Matrix, Weights
from slidegen.quantize.weights.gguf_header import GgufHeader, TensorPlace, read_gguf_header
from slidegen.quantize.weights.linear import is_linear_gguf, matrices_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def gguf_matrices(weights: Weights) -> Iterator[Matrix]:
    """Yields the linear weights of a GGUF file, in its order. Raises ModelError, or MissingExtraError without gguf."""
    places = [place for place in gguf_header(weights).tensors if is_linear_gguf(place.name, place.shape)]
    for number, place in enumerate(places, 1):
        values, stored = gguf_tensor(weights, place)
        for inner, matrix in matrices_of(place.name, values, None):
            yield Matrix(inner, matrix, stored, number, len(places))


def gguf_header(weights: Weights) -> GgufHeader:
    """Reads the header of a model's GGUF file. Raises ModelError if the file is damaged."""
    try:
        return read_gguf_header(weights.location)
    except (FileError, OSError, ValueError, OverflowError) as error:
        raise _damaged(weights, str(error)) from None


def gguf_tensor(weights: Weights, place: TensorPlace) -> tuple[NDArray[np.float32], str]:
    """Returns a tensor as float32 of the shape of `place`, and the name of its type in the file.

    Raises ModelError if the file is damaged or the package gguf cannot read the type, and MissingExtraError.
    """
    import numpy as np

    try:
        from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
        from gguf.quants import dequantize
    except ImportError:
        raise MissingExtraError(f"reading the GGUF file of {weights.name!r}", "models") from None
    try:
        kind = GGMLQuantizationType(place.type)
        block, size = GGML_QUANT_SIZES[kind]
    except (ValueError, KeyError):
        raise model_error(
            weights.name,
            f"its {place.name} has type {place.type}, which the package gguf does not have",
            code="unsupported-model",
        ) from None
    if not place.elements:
        raise _damaged(weights, f"{place.name} holds no numbers")
    columns = place.shape[-1] if place.shape else 1
    if columns % block:
        raise _damaged(weights, f"{place.name} has rows of {columns}, not a multiple of its blocks of {block}")
    row_bytes = columns // block * size
    length = place.elements // columns * row_bytes
    try:
        with open_file(weights.location) as file:
            if place.start + length > os.fstat(file.fileno()).st_size:
                raise _damaged(weights, f"it ends in the middle of {place.name}")
            file.seek(place.start)
            data = np.frombuffer(file.read(length), np.uint8)
    except (FileError, OSError) as error:
        raise _damaged(weights, str(error)) from None
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # a NaN or infinite scale; `checked` reports it
            values = dequantize(data.reshape(*place.shape[:-1], row_bytes), kind)
    except NotImplementedError:
        raise model_error(
            weights.name,
            f"its {place.name} is stored as {kind.name}, which the package gguf cannot read back",
            code="unsupported-model",
        ) from None
    # A tensor stored as float32 is returned as a read-only view of the bytes.
    return np.require(values, np.float32, ["C", "W"]).reshape(place.shape), kind.name


def _damaged(weights: Weights, reason: str) -> Exception:
    return model_error(
        weights.name, f"{weights.location.name} is damaged ({reason}); download it again", code="model-files"
    )
