"""Experiment 2, output error: how far the outputs of quantized linear layers are from the real ones, on real inputs.

The inputs are those of the layers of the unquantized model when it runs on the shipped sentences (an encoder) or on the
beginning of the shipped text (a language model). Each layer is measured by itself, without the errors of the layers
before it. Fused experts and their routers are left out because they are not `nn.Linear`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slidegen.quantize.base import Granularity
from slidegen.quantize.experiments.base import Progress, Stored, Tally, ignore, relative_error
from slidegen.quantize.experiments.inputs import sentence_ids, text_windows
from slidegen.quantize.experiments.running import (
    Layer,
    Runnable,
    open_encoder,
    open_language_model,
    runs_text,
    torch_session,
)
from slidegen.quantize.registry import quantize
from slidegen.quantize.weights.base import Weights

if TYPE_CHECKING:
    import torch

TOKENS: Final = 512
"""The number of tokens of the text; the sentences have about as many."""
CONTEXT: Final = 256


@dataclass(frozen=True, slots=True)
class LayerError:
    """The relative error of one layer's outputs."""

    name: str
    relative_error: float


@dataclass(frozen=True, slots=True)
class OutputError:
    """The error of X W^T, with the weights W (outputs, inputs) and the inputs X (tokens, inputs).

    The relative error of a layer is |X (W' - W)^T| / |X W^T| (Frobenius norms), where W' are the dequantized weights.
    `relative_error` is that of all layers together: the root of the sum of their squared errors over the sum of their
    squared outputs. Biases are left out. `tokens` is the number of rows of X; `layers` are in the model's order.
    """

    stored: Stored
    relative_error: float
    layers: tuple[LayerError, ...]
    tokens: int

    @property
    def worst(self) -> LayerError:
        """Returns the layer with the largest relative error."""
        return max(self.layers, key=lambda layer: layer.relative_error)


@dataclass(frozen=True, slots=True, eq=False)
class OutputReference:
    """A model's layers with their inputs X and the sums of their squared outputs; it serves many methods."""

    name: str
    layers: tuple[Layer, ...]
    inputs: tuple[torch.Tensor, ...]
    signals: tuple[float, ...]


def prepare_outputs(weights: Weights) -> OutputReference:
    """Loads a model and runs it once. Raises ModelError if it cannot be run, MissingExtraError without torch."""
    with torch_session(weights.name):
        language = runs_text(weights)
        runnable = open_language_model(weights) if language else open_encoder(weights)
        windows = text_windows(runnable, TOKENS, CONTEXT) if language else sentence_ids(runnable)
        with _captured(runnable.layers) as captured:
            _run(runnable, windows)
        layers = tuple(layer for layer in runnable.layers if captured.get(layer.name))
        inputs = _joined([captured[layer.name] for layer in layers])
        signals = tuple(_squared_outputs(x, layer.original) for x, layer in zip(inputs, layers, strict=True))
    return OutputReference(weights.name, layers, inputs, signals)


def output_error(
    reference: OutputReference, method: str, granularity: Granularity | None = None, progress: Progress = ignore
) -> OutputError:
    """Returns the output error of a method. Raises SlidegenError for a method or granularity that does not exist."""
    tally, errors, total = Tally(), [], 0.0
    with torch_session(reference.name):
        for done, (layer, x) in enumerate(zip(reference.layers, reference.inputs, strict=True), 1):
            stored = quantize(layer.original, method, granularity, name=f"model {reference.name!r}: {layer.name}")
            tally.add(stored, layer.on_grid)
            error = _squared_outputs(x, stored.dequantized - layer.original)
            errors.append(LayerError(layer.name, relative_error(error, reference.signals[done - 1])))
            total += error
            progress(done, len(reference.layers))
    overall = relative_error(total, sum(reference.signals))
    return OutputError(tally.stored(method), overall, tuple(errors), len(reference.inputs[0]))


def _run(runnable: Runnable, windows: Sequence[Sequence[int]]) -> None:
    import torch

    for window in windows:
        runnable.model(torch.tensor([window]), use_cache=False)


@contextmanager
def _captured(layers: Sequence[Layer]) -> Iterator[dict[str, list[torch.Tensor]]]:
    """Captures the inputs of each layer, by its name, while the block runs."""
    captured: dict[str, list[torch.Tensor]] = {}

    def catch(name: str, given: tuple[torch.Tensor, ...]) -> None:
        captured.setdefault(name, []).append(given[0])

    hooks = [
        layer.module.register_forward_pre_hook(lambda _, given, name=layer.name: catch(name, given))
        for layer in layers
        if layer.module is not None
    ]
    try:
        yield captured
    finally:
        for hook in hooks:
            hook.remove()


def _joined(inputs: Sequence[Sequence[torch.Tensor]]) -> tuple[torch.Tensor, ...]:
    """Returns each layer's inputs as one matrix; layers with the same inputs (query, key, value) share it."""
    import torch

    known: dict[tuple[int, ...], torch.Tensor] = {}
    for parts in inputs:
        key = tuple(map(id, parts))
        if key not in known:
            known[key] = torch.cat([part.reshape(-1, part.shape[-1]) for part in parts])
    return tuple(known[tuple(map(id, parts))] for parts in inputs)


def _squared_outputs(x: torch.Tensor, matrix: object) -> float:
    """Returns the sum of the squares of X M^T, added up in double precision."""
    import torch

    return float((x @ torch.as_tensor(matrix).T).double().square().sum())
