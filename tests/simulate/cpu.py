"""The CPU as a machine to simulate: how its kernels compute, and what they need beside their outputs."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, Final

import torch
from torch.nn import functional

from slidegen.simulate.attention import real_attention
from slidegen.simulate.cuda import Cuda, Machine
from slidegen.simulate.grouped import grouped_mm, real_grouped_mm


class Cpu(Cuda):
    """Attention as the CPU computes it; all other operations decompose on meta tensors as they do there.

    Its autocast computes fewer operations in float32: of those in models only losses. Source: PyTorch 2.13,
    `docs/source/amp.md` (CPU Op-Specific Behavior), `aten/src/ATen/autocast_mode.cpp` (AutocastCPU).
    """

    float32 = frozenset({functional.cross_entropy, functional.nll_loss, functional.mse_loss})
    float32_by_dtype = frozenset()

    def compute(self, func: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        """What the CPU's kernels make of a call."""
        if func is real_attention:
            return attention(*args, **given)
        if func is real_grouped_mm:
            return grouped_mm(*args, **given)
        return func(*args, **given)


def attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """Flash attention where there is no dropout and no mask that is trained, else products and a softmax.

    Source: PyTorch 2.13, `aten/src/ATen/native/transformers/sdp_utils_cpp.cpp` (use_flash_attention_cpp) and
    `attention.cpp` (`convert_boolean_attn_mask`: a mask of true and false becomes one of numbers).
    """
    if dropout_p or (attn_mask is not None and attn_mask.requires_grad):
        return real_attention(query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa)
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        refused = attn_mask.logical_not()
        attn_mask = torch.zeros_like(attn_mask, dtype=query.dtype).masked_fill_(refused, 0.0)
    return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
        query, key, value, dropout_p, is_causal, attn_mask=attn_mask, scale=scale
    )[0]


def _mixed(*operands: Any, **_: Any) -> int:
    """Operands of another dtype than the result's are copied into it first, where CUDA casts number by number.

    Source: PyTorch 2.13, `aten/src/ATen/TensorIterator.cpp` (compute_types: "promote inputs by creating temporaries of
    the correct dtype", on the CPU only).
    """
    tensors = [one for one in operands[:2] if isinstance(one, torch.Tensor)]
    common = torch.result_type(*tensors) if len(tensors) == 2 else tensors[0].dtype
    return sum(one.numel() * common.itemsize for one in tensors if one.dtype != common)


def _columns(inputs: torch.Tensor, weight: torch.Tensor, stride: Sequence[int]) -> int:
    """A convolution of volumes copies what its kernel sees at each place into a row of a matrix.

    Source: PyTorch 2.13, `aten/src/ATen/native/ConvolutionMM3d.cpp` (compute_columns3d), which runs without oneDNN.
    """
    if inputs.ndim != 5:
        return 0
    kernel = weight.shape[2:]
    places = prod((side - own) // step + 1 for side, own, step in zip(inputs.shape[2:], kernel, stride, strict=True))
    return int(inputs.shape[0] * places * prod(weight.shape[1:]) * inputs.itemsize)


def _convolution(inputs: torch.Tensor, weight: torch.Tensor, _: Any, stride: Sequence[int], *__: Any) -> int:
    return _columns(inputs, weight, stride)


def _convolution_backward(
    _: Any, inputs: torch.Tensor, weight: torch.Tensor, __: Any, stride: Sequence[int], *___: Any
) -> int:
    """The gradient of the weight needs the same matrix again."""
    return _columns(inputs, weight, stride)


_aten: Final = torch.ops.aten
TEMPORARIES: Final = {
    _aten.add.Tensor: _mixed,
    _aten.sub.Tensor: _mixed,
    _aten.mul.Tensor: _mixed,
    _aten.div.Tensor: _mixed,
    _aten.convolution.default: _convolution,
    _aten.convolution_backward.default: _convolution_backward,
}


def cpu(autocast: torch.dtype | None = None) -> Machine:
    """The CPU with one thread; its allocator rounds nothing up."""
    return Machine(Cpu((8, 0), autocast), 1, TEMPORARIES, 0)
