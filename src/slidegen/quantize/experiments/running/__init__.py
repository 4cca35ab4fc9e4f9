"""Runs a model with the real arithmetic of transformers, on one thread, with exchangeable weights."""

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
    """Loads a language model. Raises ModelError, with one line, if it is not one or cannot be loaded."""
    return LANGUAGE_MODELS[weights.layout](weights)


def open_encoder(weights: Weights) -> Runnable:
    """Loads a sentence encoder. Raises ModelError, with one line, if it is not one or cannot be loaded."""
    if weights.layout != "transformers":
        raise model_error(
            weights.name,
            "it is a language model; name a sentence encoder for this experiment",
            code="unsupported-model",
        )
    return load_encoder(weights)


def runs_text(weights: Weights) -> bool:
    """Returns whether the model is a language model, which runs on a text; other models encode sentences."""
    return weights.layout != "transformers" or is_language_model(weights)
