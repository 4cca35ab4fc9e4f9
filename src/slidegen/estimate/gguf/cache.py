"""The KV cache that llama.cpp allocates beside the tensors of a GGUF file.

Source: llama.cpp b11434, `src/llama-kv-cache.cpp`, `llama-kv-cache-iswa.cpp`, `llama-context.cpp`. A cell holds the
keys and values of one token. Its rows are quantized like those of a tensor (`--cache-type-k`, `--cache-type-v`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slidegen.estimate.gguf.mix import Facts, Tensor
from slidegen.estimate.gguf.types import row_bytes

UNIT: Final = 256
"""A sequence's cells are a multiple of this."""
MICRO_BATCH: Final = 512
"""The tokens that llama.cpp processes at once (`n_ubatch`); a sliding window has room for them as well."""
WINDOWS: Final[Mapping[str, int]] = {"gemma2": 2, "gemma3": 6, "gemma4": 6, "gpt-oss": 2, "llama4": 4}
"""Architectures with sliding windows: of so many blocks, the last one sees all tokens. llama.cpp gives no windows to
others whose config has one (Mistral 7B v0.1, Phi-3)."""


@dataclass(frozen=True, slots=True)
class LayerCache:
    """What one block caches: the lengths of a token's rows, the window (None sees all), the states per sequence."""

    rows: tuple[int, ...]
    window: int | None = None
    state_bytes: int = 0


def layer_caches(facts: Facts, tensors: Iterable[Tensor], config: Mapping[str, Any]) -> tuple[LayerCache, ...]:
    """Returns what each block caches, by the shapes of its tensors: one row each of keys and values.

    Latent attention caches one row, of the latent vector and the rotary key, and no values.
    """
    blocks: list[dict[str, Tensor]] = [{} for _ in range(facts.blocks)]
    for tensor in tensors:
        if tensor.layer >= 0:
            blocks[tensor.layer][tensor.name.split(".", 2)[2]] = tensor
    return tuple(
        LayerCache(_rows(block), _window(facts, config, number), _states(block, config))
        for number, block in enumerate(blocks)
    )


def _rows(block: Mapping[str, Tensor]) -> tuple[int, ...]:
    if (latent := block.get("attn_kv_a_mqa.weight")) is not None:
        return (latent.shape[0],)
    if (fused := block.get("attn_qkv.weight")) is not None:
        return ((fused.shape[0] - block["attn_output.weight"].shape[-1]) // 2,) * 2
    keys = block.get("attn_k.weight")
    if keys is None:
        return ()
    return keys.shape[0], block.get("attn_v.weight", keys).shape[0]  # Gemma 4 has layers whose values are the keys


def _window(facts: Facts, config: Mapping[str, Any], number: int) -> int | None:
    pattern = WINDOWS.get(facts.architecture)
    if pattern is None or number % pattern == pattern - 1:
        return None
    window: int | None = config.get("sliding_window")
    return 8192 if facts.architecture == "llama4" else window


def _states(block: Mapping[str, Tensor], config: Mapping[str, Any]) -> int:
    """Returns the float32 states of a Mamba block: of its convolution, and of its state space (`n_embd_r`, `_s`)."""
    convolution = block.get("ssm_conv1d.weight")
    if convolution is None:
        return 0
    channels, kernel = convolution.shape
    state: int = config["ssm_state_size"] * block["ssm_out.weight"].shape[-1]
    return 4 * ((kernel - 1) * channels + state)


def cache_bytes(layers: Iterable[LayerCache], tokens: int, sequences: int, cache_type: str = "f16") -> int:
    """Returns the bytes of the cache of `sequences` with up to `tokens` each, prompt and generated ones.

    Raises ValueError if a row is not a whole number of the type's blocks.
    """
    total = 0
    for layer in layers:
        cells = _up(tokens)
        if layer.window is not None:
            cells = min(cells, _up(min(cells, layer.window + MICRO_BATCH)))
        total += cells * sum(row_bytes(cache_type, row) for row in layer.rows) + layer.state_bytes
    return sequences * total


def token_bytes(layers: Iterable[LayerCache], cache_type: str = "f16") -> int:
    """Returns the bytes of one token of a sequence in all blocks, as long as no window is full."""
    return sum(row_bytes(cache_type, row) for layer in layers for row in layer.rows)


def _up(cells: int) -> int:
    return -(-cells // UNIT) * UNIT


CACHE_TYPES: Final = ("f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl")
"""The types that llama.cpp accepts for a cache."""
