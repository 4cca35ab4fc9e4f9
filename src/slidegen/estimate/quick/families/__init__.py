"""The models that quick has formulas for, and how each is built. Anything else is refused.

Each description follows the model's code in transformers 5 (`models/<model_type>/modeling_<model_type>.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from slidegen.estimate.quick.families import dense, mixtures, older
from slidegen.estimate.quick.families.base import LLAMA, Facts, Model, decoder, refused, window
from slidegen.estimate.quick.parameters import Parameters

CLASSES: Final = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
FAMILIES: Final[Mapping[str, Callable[[Facts], Model]]] = {
    "llama": decoder,
    "mistral": lambda facts: decoder(facts, windows=window(facts, 4096)),
    "qwen2": lambda facts: dense.qwen(facts, LLAMA),
    "qwen3": lambda facts: dense.qwen(facts, dense.QWEN3),
    "smollm3": lambda facts: dense.qwen(facts, LLAMA),
    "gemma": dense.gemma,
    "gemma2": dense.gemma2,
    "gemma3": dense.gemma3,
    "gemma3_text": dense.gemma3,
    "olmo2": dense.olmo2,
    "phi3": dense.phi3,
    "stablelm": dense.stablelm,
    "cohere": dense.cohere,
    "starcoder2": dense.starcoder2,
    "phi": dense.phi,
    "mixtral": mixtures.mixtral,
    "qwen3_moe": mixtures.qwen3_moe,
    "minimax_m2": mixtures.minimax,
    "gpt_oss": mixtures.gpt_oss,
    "llama4": mixtures.llama4,
    "gpt2": older.gpt2,
    "gpt_bigcode": older.bigcode,
    "gpt_neox": older.gpt_neox,
    "gptj": older.gptj,
    "falcon": older.falcon,
    "bloom": older.bloom,
    "mpt": older.mpt,
    "opt": older.opt,
    "deepseek_v2": lambda facts: mixtures.deepseek(facts, "softmax-float32"),
    "deepseek_v3": lambda facts: mixtures.deepseek(facts, "sigmoid-float32"),
    "qwen3_vl": lambda facts: dense.qwen(facts, dense.QWEN3),
}
"""By model_type: the function that describes a model."""


def describe(config: Mapping[str, Any], parameters: Parameters) -> Model:
    """Returns how a model is built. Raises SlidegenError if the formulas do not describe it."""
    text = config.get("text_config")
    merged = {**config, **text} if isinstance(text, Mapping) else config
    kind = config.get("model_type")
    build = FAMILIES.get(str(kind))
    if build is None:
        raise refused(f"models of the type {kind}")
    name = parameters.census.model_class
    if not name.endswith(CLASSES):
        raise refused(f"the class {name}, which generates no text")
    return build(Facts(merged, parameters))
