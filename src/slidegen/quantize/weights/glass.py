"""Reads the weights of glassllm, a decoder of 0.85 million parameters written in numpy: `.npz` without pickle."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from slidegen.errors import model_error, reason
from slidegen.quantize.weights.base import Matrix, Weights
from slidegen.quantize.weights.linear import is_linear_glass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONFIG_KEY = "__config__"
TOKENIZER = "en.tokenizer.json"


def glass_matrices(weights: Weights) -> Iterator[Matrix]:
    """Yields the matrices of the blocks, stored as (inputs, outputs); glassllm's output head is its embedding."""
    arrays = {name: values for name, values in glass_arrays(weights).items() if is_linear_glass(name, values.shape)}
    for number, (name, values) in enumerate(arrays.items(), 1):
        yield Matrix(name, values.T.astype("float32"), f"F{8 * values.itemsize}", number, len(arrays))


def glass_arrays(weights: Weights) -> dict[str, NDArray[np.floating[Any]]]:
    """Returns all parameters by glassllm's names. Raises ModelError if the file is damaged or holds pickled objects."""
    return {name: values for name, values in _load(weights).items() if name != CONFIG_KEY}


def glass_config(weights: Weights) -> dict[str, Any]:
    """Returns the sizes of the model: vocab_size, d_model, n_layers, n_heads, n_kv_heads, max_len, rope_base, eps."""
    config: dict[str, Any] = json.loads(str(_load(weights, CONFIG_KEY)[CONFIG_KEY]))
    return config


def _load(weights: Weights, *only: str) -> dict[str, NDArray[Any]]:
    import numpy as np

    try:
        with np.load(weights.location, allow_pickle=False) as archive:
            return {name: archive[name] for name in (only or archive.files)}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise model_error(
            weights.name,
            f"{weights.location.name} is damaged ({reason(error)}); install the package again",
            code="model-files",
        ) from None
