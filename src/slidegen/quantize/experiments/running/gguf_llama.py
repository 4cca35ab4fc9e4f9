"""Loads language models from GGUF files: those with the arithmetic of transformers' Llama, Qwen2 or Qwen3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import model_error, nearest
from slidegen.quantize.experiments.running.folder import load_state
from slidegen.quantize.experiments.running.gguf_tokens import gguf_prefix, gguf_tokenizer
from slidegen.quantize.experiments.running.glass import halves
from slidegen.quantize.experiments.running.runnable import Runnable, linear_layers
from slidegen.quantize.weights.base import Weights
from slidegen.quantize.weights.gguf_file import gguf_header, gguf_tensor
from slidegen.quantize.weights.gguf_header import GgufHeader

if TYPE_CHECKING:
    import torch

ARCHITECTURES: Final = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"}
"""GGUF's name of an architecture, and the prefix of transformers' classes."""

_SIZES: Final = {
    "hidden_size": "embedding_length",
    "intermediate_size": "feed_forward_length",
    "num_hidden_layers": "block_count",
    "num_attention_heads": "attention.head_count",
    "max_position_embeddings": "context_length",
    "rms_norm_eps": "attention.layer_norm_rms_epsilon",
}
_WHOLE: Final = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_INNER: Final = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_BLOCK: Final = re.compile(r"blk\.(\d+)\.(\w+)\.(weight|bias)")


def load_gguf(weights: Weights) -> Runnable:
    """Loads the language model in a GGUF file, in float32. Raises ModelError for a damaged or unsupported file."""
    import transformers

    header = gguf_header(weights)
    architecture = header.metadata.get("general.architecture")
    if architecture not in ARCHITECTURES:
        raise model_error(
            weights.name,
            f"GGUF files of architecture {architecture!r} are not supported; "
            f"{nearest(str(architecture), ARCHITECTURES)}",
            code="unsupported-model",
        )
    classes = ARCHITECTURES[str(architecture)]
    config = getattr(transformers, f"{classes}Config")(**_config(weights, header, str(architecture)))
    tokenizer = gguf_tokenizer(weights, header.metadata)
    state = _state(weights, header, config.head_dim if architecture == "llama" else None)
    model = load_state(weights, config, state, getattr(transformers, f"{classes}ForCausalLM"))
    return Runnable(
        weights,
        model,
        linear_layers(model, weights),
        lambda text: list(tokenizer.encode(text, add_special_tokens=False).ids),
        gguf_prefix(header.metadata),
        int(config.max_position_embeddings),
    )


def _config(weights: Weights, header: GgufHeader, architecture: str) -> dict[str, Any]:
    """Returns the arguments of the config's class."""
    metadata, names = header.metadata, {place.name: place for place in header.tensors}
    if "rope_freqs.weight" in names or f"{architecture}.rope.scaling.type" in metadata:
        raise model_error(
            weights.name,
            "GGUF files with scaled RoPE are not supported; name its transformers folder",
            code="unsupported-model",
        )
    config: dict[str, Any] = {}
    for key, name in _SIZES.items():
        config[key] = _number(weights, metadata, f"{architecture}.{name}")
    heads = config["num_attention_heads"]
    config["num_key_value_heads"] = metadata.get(f"{architecture}.attention.head_count_kv", heads)
    config["head_dim"] = metadata.get(f"{architecture}.attention.key_length", config["hidden_size"] // heads)
    theta = metadata.get(f"{architecture}.rope.freq_base", 10000.0)
    config["rope_parameters"] = {"rope_type": "default", "rope_theta": theta}
    config["tie_word_embeddings"] = "output.weight" not in names
    if "token_embd.weight" not in names:
        raise model_error(
            weights.name, "its file has no token_embd.weight, so it is not a language model", code="unsupported-model"
        )
    config["vocab_size"] = names["token_embd.weight"].shape[0]
    return config


def _number(weights: Weights, metadata: Mapping[str, object], key: str) -> int | float:
    value = metadata.get(key)
    if not isinstance(value, int | float) or value <= 0:
        raise model_error(weights.name, f"its file has no {key}, so it cannot be run", code="model-files")
    return value


def _state(weights: Weights, header: GgufHeader, head_width: int | None) -> dict[str, torch.Tensor]:
    """Returns the tensors by transformers' names; `head_width` is set if queries and keys are in GGUF's own order."""
    import torch

    state = {}
    for place in header.tensors:
        values, _ = gguf_tensor(weights, place)
        if head_width and re.search(r"\.attn_[qk]\.weight$", place.name):
            values = halves(values, head_width)
        state[_transformers_name(weights, place.name)] = torch.from_numpy(values)
    return state


def _transformers_name(weights: Weights, name: str) -> str:
    match = _BLOCK.fullmatch(name)
    if match and match[2] in _INNER:
        return f"model.layers.{match[1]}.{_INNER[match[2]]}.{match[3]}"
    if name not in _WHOLE:
        raise model_error(
            weights.name,
            f"its file has {name}, a tensor of an architecture that is not supported",
            code="unsupported-model",
        )
    return _WHOLE[name]
