"""A model that runs, whose linear weights can be replaced by quantized ones and restored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slidegen.errors import model_error
from slidegen.models.kinds import parameter_kind
from slidegen.quantize.base import Granularity
from slidegen.quantize.experiments.base import Progress, Stored, Tally
from slidegen.quantize.registry import quantize
from slidegen.quantize.weights.base import Weights
from slidegen.quantize.weights.linear import is_head, matrices_of

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from transformers import PreTrainedModel


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A linear weight of a running model.

    `live` is a view of shape (outputs, inputs) into the model's own memory, `original` a copy of the loaded values.
    `module` is the `nn.Linear` or `Conv1D` that multiplies by it, None for the bare matrices of fused experts and
    routers.
    """

    name: str
    live: NDArray[np.float32]
    original: NDArray[np.float32]
    on_grid: bool
    module: torch.nn.Module | None


@dataclass(frozen=True, slots=True, eq=False)
class Runnable:
    """A loaded model in float32, in evaluation mode.

    `encode` turns a text into token ids, without special tokens for a language model and with them for a sentence
    encoder. Each window of a language model starts with the ids in `prefix`; `context` is the longest window.
    """

    weights: Weights
    model: PreTrainedModel
    layers: tuple[Layer, ...]
    encode: Callable[[str], list[int]]
    prefix: tuple[int, ...]
    context: int


def linear_layers(model: PreTrainedModel, weights: Weights) -> tuple[Layer, ...]:
    """Returns the linear weights of a model except its output head. Raises ModelError if there are none."""
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    from slidegen.quantize.grid import on_grid

    head = model.get_output_embeddings()
    model_type = getattr(model.config, "model_type", None)
    layers = []
    for path, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            full = f"{path}.{name}" if path else name
            if module is head or is_head(full) or parameter_kind(module, name, parameter) != "linear":
                continue
            own = module if isinstance(module, (nn.Linear, Conv1D)) else None
            for inner, live in matrices_of(full, parameter.detach().numpy(), model_type):
                original = live.copy(order="C")
                layers.append(Layer(inner, live, original, on_grid(original), own))
    if not layers:
        raise model_error(
            weights.name, "it has no linear weights; name a model with matrices in its layers", code="unsupported-model"
        )
    return tuple(layers)


@contextmanager
def quantized(
    runnable: Runnable,
    layers: Sequence[Layer],
    method: str,
    granularity: Granularity | None,
    progress: Progress,
) -> Iterator[Stored]:
    """Quantizes `layers` of the model in place, and always restores them when the block ends.

    Raises SlidegenError for a method or granularity that does not exist and for weights that are not finite.
    """
    tally = Tally()
    try:
        for done, layer in enumerate(layers, 1):
            stored = quantize(
                layer.original, method, granularity, name=f"model {runnable.weights.name!r}: {layer.name}"
            )
            layer.live[...] = stored.dequantized
            tally.add(stored, layer.on_grid)
            progress(done, len(layers))
        yield tally.stored(method)
    finally:
        for layer in layers:
            layer.live[...] = layer.original
