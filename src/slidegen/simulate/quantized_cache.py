"""Quantized KV caches of transformers on the meta device: `QuantizedCache` with its backends fp8, quanto and hqq.

The classes are those of transformers. What quanto and hqq store is taken from their sources, so that the packages need
not be installed: packed numbers, and in the dtype of the keys a scale and a shift (quanto 0.2.7, `MaxOptimizer`) or a
zero point (hqq 0.2.8, `Quantizer`) for each 64 numbers. What they need while they pack and unpack is not simulated.
"""

from __future__ import annotations

from typing import Any, Final

import torch
from transformers.cache_utils import BaseQuantizedLayer, QuantizedCache, QuantizedLayer

GROUP: Final = 64
RESIDUAL: Final = 128
"""transformers' defaults: numbers in a group, and the most tokens that are kept unquantized while it generates."""
BITS: Final = {"int4": 4, "int8": 8}
NOTES: Final = {
    "fp8": ("the cache is transformers' QuantizedCache with fp8, which unpacks a layer's whole cache for each token",),
    "int8": (
        "the cache is transformers' QuantizedCache with hqq in 8 bits, which unpacks a layer's whole cache for each "
        "token",
        "what hqq needs while it packs is left out",
    ),
    "int4": (
        "the cache is transformers' QuantizedCache with quanto in 4 bits, which unpacks a layer's whole cache for each "
        "token",
        "what quanto needs while it packs is left out",
    ),
}
"""By dtype of the cache: what a reader must know."""


class GroupedLayer(QuantizedLayer):
    """A layer of the cache whose numbers are packed in groups: as quanto does with 4 bits, or hqq with 8."""

    def _quantize(
        self, tensor: torch.Tensor, axis: int = 0
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Size]:
        del axis  # which numbers form a group does not change their number
        numbers = tensor.numel()
        if numbers % self.q_group_size:
            raise ValueError(f"its cache of {numbers} numbers in a layer is not a whole number of groups of {GROUP}")
        packed = torch.empty(numbers * self.nbits // 8, dtype=torch.uint8, device=tensor.device)
        scale, shift = (tensor.new_empty(numbers // self.q_group_size) for _ in range(2))
        return packed, scale, shift, tensor.shape

    def _dequantize(self, quantized: tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Size]) -> torch.Tensor:
        _, scale, _, shape = quantized
        return scale.new_empty(shape)


def quantized_cache(model: Any, kv_dtype: str) -> QuantizedCache:
    """Returns an empty cache for the model. Raises ValueError if its layers are not all of full attention."""
    try:
        cache = QuantizedCache("fp8", model.config)
    except ValueError:
        what = "transformers quantizes the cache only where all layers have full attention"
        raise ValueError(f"{what}; use kv_dtype auto") from None
    if kv_dtype in BITS:
        cache.layers = [GroupedLayer(nbits=BITS[kv_dtype], q_group_size=GROUP) for _ in cache.layers]
    return cache


def add_residual(cache: QuantizedCache, tokens: int) -> None:
    """Adds `tokens` that are not packed yet: those that were generated since the cache was packed last."""
    for layer in cache.layers if tokens else ():
        *heads, _, width = layer._quantized_keys[3]
        *others, _, depth = layer._quantized_values[3]
        layer.keys = layer._quantized_keys[1].new_empty((*heads, tokens, width))
        layer.values = layer._quantized_values[1].new_empty((*others, tokens, depth))
        layer.cumulative_length += tokens


def token_bytes(layer: Any, batch_size: int) -> int:
    """Returns the bytes of a token of one sequence in a layer's cache, its scales included; 0 in a recurrent layer."""
    if isinstance(layer, BaseQuantizedLayer):
        stored = (*layer._quantized_keys, *layer._quantized_values)
        size: int = sum(one.nbytes for one in stored if isinstance(one, torch.Tensor) and one.ndim)
        tokens: int = batch_size * layer.cumulative_length
        return -(-size // tokens)
    found = (getattr(layer, name, None) for name in ("keys", "values", "indexer_keys"))
    return sum(one.nbytes // (batch_size * one.shape[-2]) for one in found if one is not None and one.numel())
