"""Running a model: the real arithmetic of transformers, on one thread, with weights that can be exchanged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from slidegen.errors import model_error
from slidegen.quantize.experiments.running.folder import is_language_model, load_encoder, load_language_model
from slidegen.quantize.experiments.running.gguf_llama import load_gguf
from slidegen.quantize.experiments.running.glass import load_glass
from slidegen.quantize.experiments.running.runnable import Layer, Runnable, quantized
from slidegen.quantize.experiments.running.session import torch_session
from slidegen.quantize.weights.base import Layout, Weights

__all__ = ["Layer", "Runnable", "open_encoder", "open_language_model", "quantized", "runs_text", "torch_session"]

LANGUAGE_MODELS: Final[Mapping[Layout, Callable[[Weights], Runnable]]] = {
    "transformers": load_language_model,
    "gguf": load_gguf,
    "glassllm": load_glass,
}


def open_language_model(weights: Weights) -> Runnable:
    """A language model, loaded. Raises ModelError, with one line, if it is none or cannot be loaded."""
    return LANGUAGE_MODELS[weights.layout](weights)


def open_encoder(weights: Weights) -> Runnable:
    """A sentence encoder, loaded. Raises ModelError, with one line, if it is none or cannot be loaded."""
    if weights.layout != "transformers":
        raise model_error(weights.name, "it is a language model; name a sentence encoder for this experiment")
    return load_encoder(weights)


def runs_text(weights: Weights) -> bool:
    """Whether the model is a language model, which runs on a text; others encode sentences."""
    return weights.layout != "transformers" or is_language_model(weights)
