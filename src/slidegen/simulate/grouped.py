"""The product of tokens, sorted by expert, with the experts' weights."""

from __future__ import annotations

from math import prod
from typing import Any, Final

import torch

real_grouped_mm: Final = torch._grouped_mm


class GroupedProduct(torch.autograd.Function):
    """Multiplies rows of `inputs` (S, K) by their expert's matrix in `weight` (experts, K, N).

    It saves what a wanted gradient needs: the inputs for that of the weight, the weight for that of the inputs.
    Source: PyTorch 2.13, `aten/src/ATen/native/GroupedMMUtils.h` (`_grouped_mm_fallback`: a product for each expert,
    written into the one output) and `tools/autograd/derivatives.yaml` (`_grouped_mm`).
    """

    @staticmethod
    def forward(ctx: Any, inputs: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        wants_inputs, wants_weight = ctx.needs_input_grad
        ctx.save_for_backward(inputs if wants_weight else None, weight if wants_inputs else None)
        ctx.layouts = [(one.shape, one.stride(), one.dtype) for one in (inputs, weight)]
        return inputs.new_empty((inputs.shape[0], weight.shape[-1]))

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
        _, weight = ctx.saved_tensors  # which recomputes a layer that is checkpointed
        if weight is not None and is_packed(weight):
            unpacked = gradients[0].new_empty(chunk_of(weight, gradients[0].element_size()))
            del unpacked
        return tuple(
            gradients[0].new_empty_strided(shape, stride, dtype=dtype) if wanted else None
            for wanted, (shape, stride, dtype) in zip(ctx.needs_input_grad, ctx.layouts, strict=True)
        )


def is_packed(weight: torch.Tensor) -> bool:
    """Returns whether the weights of experts are a view without memory, which stands for packed ones."""
    return weight.ndim == 3 and not any(weight.stride())


def chunk_of(weight: torch.Tensor, element: int) -> tuple[int, ...]:
    """Returns the shape of the experts that a backward pass unpacks at once, of `element` bytes a weight: up to 1 GiB.

    Source: transformers 5.23, `integrations/finegrained_fp8.py` (FP8GroupedMatmulFunction.dequant_budget_bytes).
    """
    experts, *matrix = weight.shape
    return min(experts, max(1, 2**30 // (prod(matrix) * element))), *matrix


def grouped_mm(inputs: torch.Tensor, weight: torch.Tensor, **options: Any) -> torch.Tensor:
    """Computes `torch._grouped_mm` for all dtypes; on the meta device PyTorch accepts only bfloat16."""
    if inputs.dtype == torch.bfloat16 and not is_packed(weight):
        out: torch.Tensor = real_grouped_mm(inputs, weight, **options)
        return out
    product: torch.Tensor = GroupedProduct.apply(inputs, weight)
    return product
