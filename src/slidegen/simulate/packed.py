"""Packed linear layers, stored and computed as in bitsandbytes: 4-bit blocks with their constants, and LLM.int8().

Source: bitsandbytes 0.50, `nn/modules.py` (Linear4bit, Linear8bitLt), `autograd/_functions.py` (MatMul4Bit,
MatMul8bitLt) and `functional.py` (quantize_4bit: blocks of 64, scales in blocks of 256).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import torch
from torch import nn
from torch.nn import functional

BLOCK: Final = 64
SCALES_BLOCK: Final = 256


class _FourBitProduct(torch.autograd.Function):
    """x W^T, with W dequantized in the forward pass and once more in the backward pass; saves no tensors.

    The forward pass holds the scales until the product is computed (bitsandbytes, `backends/default/ops.py`:
    `_gemm_4bit_default_impl`), the backward pass only until the weight is.
    """

    @staticmethod
    def forward(ctx: Any, inputs: torch.Tensor, layer: FourBitLinear, bias: torch.Tensor | None) -> torch.Tensor:
        ctx.layer = layer
        scales = layer.scales_in_float32()
        out = functional.linear(inputs, layer.dequantized(inputs.dtype), bias)
        del scales
        return out

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        scales = ctx.layer.scales_in_float32()
        weight = ctx.layer.dequantized(ctx.layer.dtype)
        del scales
        return torch.matmul(grads[0], weight.to(grads[0].dtype)), None, None


class Packed(nn.Module):
    """A module whose only parameter besides a bias, `weight`, holds `numbers` packed weights."""

    numbers: int
    weight: nn.Parameter

    def constants(self) -> Iterator[torch.Tensor]:
        """Yields the tensors that are needed to dequantize the weight."""
        yield from self.buffers(recurse=False)

    def _constant(self, name: str, size: int, dtype: torch.dtype) -> None:
        self.register_buffer(name, torch.empty(size, dtype=dtype, device="meta"), persistent=False)


class PackedLinear(Packed, nn.Linear):
    """The base of packed layers: it has the sizes of an `nn.Linear`, so that PEFT adapts it like one."""

    def __init__(self, linear: nn.Module) -> None:
        nn.Module.__init__(self)
        self.in_features, self.out_features = _sizes(linear)
        self.numbers = self.in_features * self.out_features
        self.bias = linear.bias


class FourBitLinear(PackedLinear):
    """Two weights a byte and a float32 scale for each 64; with `double`, one-byte scales and a float32 for each 256."""

    def __init__(self, linear: nn.Module, double: bool, dtype: torch.dtype) -> None:
        super().__init__(linear)
        self.dtype = dtype
        size = self.in_features * self.out_features
        self.weight = nn.Parameter(torch.empty((-(-size // 2), 1), dtype=torch.uint8, device="meta"), False)
        self.scales = -(-size // BLOCK)
        self._constant("code", 16, torch.float32)
        self._constant("absmax", self.scales, torch.uint8 if double else torch.float32)
        self.double = double
        if double:
            self._constant("offset", 1, torch.float32)
            self._constant("scales_absmax", -(-self.scales // SCALES_BLOCK), torch.float32)
            self._constant("scales_code", 256, torch.float32)

    def scales_in_float32(self) -> torch.Tensor | None:
        """Returns the dequantized scales, None unless they are quantized; the offset is added to a copy."""
        if not self.double:
            return None
        scales = torch.empty(self.scales, device="meta", dtype=torch.float32)
        return scales + scales.new_empty(())

    def dequantized(self, dtype: torch.dtype) -> torch.Tensor:
        """Returns the dequantized weight."""
        return torch.empty((self.out_features, self.in_features), dtype=dtype, device="meta")

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Computes in the dtype of the weights and returns the dtype of `inputs`."""
        bias = None if self.bias is None else self.bias.to(self.dtype)
        out: torch.Tensor = _FourBitProduct.apply(inputs.to(self.dtype), self, bias)
        return out.to(inputs.dtype)


class _EightBitProduct(torch.autograd.Function):
    """LLM.int8(): quantizes inputs to int8 row by row, multiplies in int32, converts back to their dtype; saves them.

    Outlier columns are left out because their number depends on the data.
    """

    @staticmethod
    def forward(ctx: Any, inputs: torch.Tensor, layer: EightBitLinear) -> torch.Tensor:
        flat = inputs.reshape(-1, inputs.shape[-1])
        half = flat.to(torch.float16)
        outliers = half.abs(), torch.empty_like(half, dtype=torch.bool)
        del outliers
        codes, _scales = torch.empty_like(half, dtype=torch.int8), half.new_empty(half.shape[0], dtype=torch.float32)
        del half
        product = codes.new_empty((codes.shape[0], layer.out_features), dtype=torch.int32)
        out = product.new_empty((*inputs.shape[:-1], layer.out_features), dtype=inputs.dtype)
        del product
        ctx.layer, ctx.inputs = layer, flat
        return out

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        layer, dtype = ctx.layer, ctx.inputs.dtype
        weight = torch.empty((layer.out_features, layer.in_features), dtype=dtype, device="meta")
        grad = grads[0].reshape(-1, layer.out_features).to(dtype)
        return torch.matmul(grad, weight).view(*grads[0].shape[:-1], layer.in_features), None


class EightBitLinear(PackedLinear):
    """One byte a weight and a float32 scale for each row."""

    def __init__(self, linear: nn.Module) -> None:
        super().__init__(linear)
        shape = (self.out_features, self.in_features)
        self.weight = nn.Parameter(torch.empty(shape, dtype=torch.int8, device="meta"), False)
        self._constant("scales", self.out_features, torch.float32)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Returns the product in the dtype of `inputs`."""
        out: torch.Tensor = _EightBitProduct.apply(inputs, self)
        return out if self.bias is None else out + self.bias.to(out.dtype)


def settle_biases(model: nn.Module) -> None:
    """Casts biases of 4-bit layers to the dtype of products, as the first forward pass does (`Linear4bit.forward`)."""
    for module in model.modules():
        if isinstance(module, FourBitLinear) and module.bias is not None:
            module.bias.data = module.bias.data.to(module.dtype)


def _sizes(linear: Any) -> tuple[int, int]:
    """Returns the numbers of inputs and outputs; the weights of GPT-2's `Conv1D` are transposed."""
    if isinstance(linear, nn.Linear):
        return linear.in_features, linear.out_features
    size, out = linear.weight.shape
    return size, out


def output_head(model: Any) -> list[str]:
    """Returns the modules that transformers never quantizes by itself: tied weights, the output head."""
    from transformers.quantizers.base import get_keys_to_not_convert

    return list(get_keys_to_not_convert(model))
