"""Scaled dot product attention as CUDA computes it: which kernel runs, what it saves, and its temporary memory.

Sources: PyTorch 2.13, `aten/src/ATen/native/transformers/cuda/sdp_utils.cpp` (which kernel), `.../cuda/flash_attn/
flash_api.cpp` (`mha_fwd`, `mha_bwd`) and `.../cuda/attention.cu`, `attention_backward.cu` (memory-efficient kernel).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import torch
from torch.nn import functional

from slidegen.estimate.setting import Attention, Kernel

HALVES: Final = (torch.float16, torch.bfloat16)
FLASH_CAPABILITY: Final = (8, 0)
LARGEST_HEAD: Final = 256
real_attention: Final = functional.scaled_dot_product_attention


def _up(number: int, to: int) -> int:
    return -(-number // to) * to


def _output(query: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """Returns an output in the layout of the memory-efficient kernel: heads after positions."""
    batch, heads, length, _ = query.shape
    return query.new_empty((batch, length, heads, value.shape[-1])).transpose(1, 2)


class FlashAttention(torch.autograd.Function):
    """Saves query, key, value, output and, in float32, the logarithm of the softmax's sum.

    The output has the query's layout in memory. If heads come before positions there, as after a concatenation (partial
    rotary embeddings), the model copies the output to merge the heads, and the backward pass copies it once more
    (`attention_backward.cu`: contiguous_out).

    The backward pass accumulates the query's gradient in float32 (heads padded to 32 numbers, positions to 128) and
    holds a sum for each position. Where several query heads share a key head, it holds a gradient of key and value for
    each query head.
    """

    @staticmethod
    def forward(ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        batch, heads, length, _ = query.shape
        out = torch.empty_like(query)
        logsumexp = query.new_empty((batch, heads, length), dtype=torch.float32)
        seed = query.new_empty((2,), dtype=torch.int64)
        ctx.save_for_backward(query, key, value, out, logsumexp, seed)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        query, key, value, out, _, _ = ctx.saved_tensors
        grad, out = (one.transpose(1, 2).contiguous() for one in (grads[0], out))
        batch, heads, length, size = query.shape
        padded = _up(length, 128)
        sums = query.new_empty((batch, heads, padded), dtype=torch.float32)
        accumulator = query.new_empty((batch, padded, heads, _up(size, 32)), dtype=torch.float32)
        dq, dk, dv = torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)
        if key.shape[1] != heads:
            shape = (batch, key.shape[2], heads, size)
            expanded = query.new_empty(shape), query.new_empty(shape)
            del expanded
        del sums, accumulator, grad, out
        return dq, dk, dv


class EfficientAttention(torch.autograd.Function):
    """Saves query, key, value, mask, output and, in float32, the logarithm of the softmax's sum padded to 32 positions.

    The backward pass accumulates the query's gradient in float32, and multiplies output and gradient of float32
    tensors. A trained mask (T5's position bias) gets a gradient with rows padded to 16.
    """

    @staticmethod
    def forward(
        ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
    ) -> torch.Tensor:
        batch, heads, length, _ = query.shape
        out = _output(query, value)
        logsumexp = query.new_empty((batch, heads, _up(length, 32)), dtype=torch.float32)
        ctx.save_for_backward(query, key, value, mask, out, logsumexp)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        query, key, value, mask, out, _ = ctx.saved_tensors
        grad = grads[0].transpose(1, 2).contiguous()
        batch, heads, length, size = query.shape
        bias = None
        if ctx.needs_input_grad[3]:
            bias = mask.new_empty((*mask.shape[:-1], _up(mask.shape[-1], 16)))[..., : mask.shape[-1]]
        if query.dtype == torch.float32:
            product = torch.empty_like(out)
            del product
        delta = query.new_empty((batch, heads, length), dtype=torch.float32)
        dq, dk, dv = torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)
        accumulator = query.new_empty((batch, heads, length, _up(size, 32)), dtype=torch.float32)
        del accumulator, grad, delta, out
        return dq, dk, dv, bias


def attention_on(capability: tuple[int, int], kernels: set[Kernel]) -> Callable[..., torch.Tensor]:
    """Returns the replacement for `scaled_dot_product_attention` on a GPU of this compute capability.

    It adds the name of each kernel that runs to `kernels`.
    """

    def attention(
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attn_mask: torch.Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> torch.Tensor:
        sizes = {query.shape[-1], key.shape[-1], value.shape[-1]}
        shares = query.shape[1] != key.shape[1]
        half = query.dtype in HALVES
        modern = capability >= FLASH_CAPABILITY
        if half and modern and attn_mask is None and len(sizes) == 1 and max(sizes) <= LARGEST_HEAD:
            kernels.add("flash")
            return _padded(query, key, value)
        if (query.dtype != torch.bfloat16 or modern) and not shares:
            kernels.add("memory-efficient")
            return EfficientAttention.apply(query, key, value, _bias(attn_mask, query))
        kernels.add("math")
        return real_attention(query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa)

    return attention


def _padded(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """Runs flash attention on heads padded to a multiple of 8 numbers."""
    size = query.shape[-1]
    missing = -size % 8
    if missing:
        query, key, value = (functional.pad(tensor, (0, missing)) for tensor in (query, key, value))
    out: torch.Tensor = FlashAttention.apply(query, key, value)
    return out[..., :size] if missing else out


def _bias(mask: torch.Tensor | None, query: torch.Tensor) -> torch.Tensor | None:
    """Returns a mask as the memory-efficient kernel needs it: the query's dtype, rows padded to 8, all heads."""
    if mask is None:
        return None
    if mask.dtype == torch.bool:
        mask = torch.empty_like(mask, dtype=query.dtype)
    missing = -mask.shape[-1] % 8
    if missing:
        mask = functional.pad(mask, (0, missing))[..., :-missing]
    return mask.expand(query.shape[0], query.shape[1], query.shape[2], -1)


FLASH: Final = "slidegen_fused"


def implementation(name: Attention) -> str | None:
    """Returns transformers' name of an attention implementation; None for its default, sdpa where a model has it.

    Flash attention is registered under our own name. Like the package flash-attn it needs no masks and computes sliding
    windows itself.
    """
    if name != "flash":
        return "eager" if name == "eager" else None
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface, flash_attention_mask

    AttentionInterface.register(FLASH, _fused_forward)
    AttentionMaskInterface.register(FLASH, flash_attention_mask)
    return FLASH


def implementation_of(model: Any) -> Attention:
    """Returns the attention that the layers of a model's decoder or encoder run, after transformers has chosen it.

    A model without fused attention (`_supports_sdpa`: gpt-oss, Gemma 2, BLOOM, MPT) runs eager where sdpa is the
    default. Source: transformers 5, `modeling_utils.py` (get_correct_attn_implementation).
    """
    chosen = model.config.get_text_config()._attn_implementation
    return "flash" if chosen == FLASH else "eager" if chosen == "eager" else "sdpa"


def _fused_forward(
    _: torch.nn.Module, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *__: Any, **___: Any
) -> tuple[torch.Tensor, None]:
    """Attention as transformers calls it; value heads are padded to the size of key heads (latent attention)."""
    size = value.shape[-1]
    if query.dtype not in HALVES:
        query, key, value = (tensor.to(torch.bfloat16) for tensor in (query, key, value))
    if size != key.shape[-1]:
        value = functional.pad(value, (0, key.shape[-1] - size))
    out = _padded(query, key, value)[..., :size]
    return out.transpose(1, 2).contiguous(), None
