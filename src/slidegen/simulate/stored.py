"""Weights as checkpoints store them: FP8, GPTQ and AWQ of linear layers, FP8 and MXFP4 of fused experts.

Kernels of these formats unpack weights inside the product. Only a backward pass rebuilds a weight, for the gradient of
the inputs. Sources: transformers 5.23, `integrations/finegrained_fp8.py` (FP8Linear, FP8Experts,
_dequantize_fp8_weight), `integrations/mxfp4.py` (Mxfp4GptOssExperts); GPT-QModel, `nn_modules/qlinear/__init__.py`
(buffers), `nn_modules/triton_utils/dequant.py` (QuantLinearFunction).
"""

from __future__ import annotations

from math import prod
from typing import Any, Final

import torch
from torch import nn

from slidegen.estimate.setting import Scheme
from slidegen.simulate.packed import Packed, PackedLinear

WORD: Final = 32
"""The bits of the integers into which GPTQ and AWQ pack."""
MXFP4_BLOCK: Final = 32
FP4_BLOCK: Final = 32


class _FusedProduct(torch.autograd.Function):
    """x W^T by a kernel that unpacks W as it goes; the backward pass unpacks W whole."""

    @staticmethod
    def forward(ctx: Any, inputs: torch.Tensor, layer: StoredLinear) -> torch.Tensor:
        ctx.layer = layer
        return inputs.new_empty((*inputs.shape[:-1], layer.out_features // layer.groups))

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        weight = ctx.layer.unpacked_weight(grads[0].dtype)
        gradient = grads[0].new_empty((*grads[0].shape[:-1], ctx.layer.in_features))
        del weight
        return gradient, None


class StoredLinear(PackedLinear):
    """A linear layer whose kernel unpacks the weight. Each of its `groups` has its own inputs and outputs."""

    groups = 1

    def __init__(self, linear: nn.Module, dtype: torch.dtype) -> None:
        super().__init__(linear)
        self.dtype = dtype

    def unpacked_weight(self, dtype: torch.dtype) -> torch.Tensor:
        """Returns the weight as the backward pass rebuilds it."""
        return torch.empty((self.out_features, self.in_features), dtype=dtype, device="meta")

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Returns the product in the dtype of `inputs`; the bias is added in place."""
        out: torch.Tensor = _FusedProduct.apply(inputs, self)
        return out if self.bias is None else out.add_(self.bias.to(out.dtype))


class Fp8Linear(StoredLinear):
    """A byte a weight and a scale for each block, or one for the matrix."""

    def __init__(self, linear: nn.Module, scheme: Scheme, dtype: torch.dtype) -> None:
        super().__init__(linear, dtype)
        shape = (self.out_features, self.in_features)
        self.weight = nn.Parameter(torch.empty(shape, dtype=torch.float8_e4m3fn, device="meta"), False)
        self._constant("weight_scale_inv", _fp8_scales(shape, scheme), torch.uint8)
        if scheme.static:
            self._constant("activation_scale", 1, torch.float32)
        self.block = scheme.block

    def unpacked_weight(self, dtype: torch.dtype) -> torch.Tensor:
        """Returns the weight; its scales are repeated over the rows of their blocks."""
        weight = super().unpacked_weight(dtype)
        if self.block is not None:
            scales = weight.new_empty((self.out_features, -(-self.in_features // self.block[1])))
            del scales
        return weight


class Fp8GroupedLinear(Fp8Linear):
    """The same weight for groups of inputs, each with its own rows (DeepSeek-V4)."""

    def __init__(self, linear: Any, scheme: Scheme, dtype: torch.dtype) -> None:
        super().__init__(linear, scheme, dtype)
        self.groups = linear.n_groups


class GroupedLinear(StoredLinear):
    """GPTQ and AWQ: weights and zero points in words of 32 bits, a half-precision scale for each group of a column.

    GPTQ also keeps the group of each input (`g_idx`).
    """

    def __init__(self, linear: nn.Module, scheme: Scheme, dtype: torch.dtype, indices: bool) -> None:
        super().__init__(linear, dtype)
        groups = 1 if scheme.group is None else -(-self.in_features // scheme.group)
        words = -(-self.in_features * scheme.bits // WORD) * self.out_features
        self.weight = nn.Parameter(torch.empty((words, 1), dtype=torch.int32, device="meta"), False)
        self._constant("qzeros", groups * -(-self.out_features * scheme.bits // WORD), torch.int32)
        self._constant("scales", groups * self.out_features, torch.float16)
        if indices:
            self._constant("g_idx", self.in_features, torch.int32)


class PackedExperts(Packed, nn.Module):
    """The packed form of a fused 3-D parameter of experts; the parameter itself becomes a view without memory."""

    def __init__(self, shape: torch.Size, size: int, scales: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.numbers = prod(shape)
        self.weight = nn.Parameter(torch.empty(size, dtype=dtype, device="meta"), False)
        self._constant("scales", scales, torch.uint8)


def pack_experts(experts: nn.Module, name: str, packed: PackedExperts) -> None:
    """Replaces the parameter `name` of a module of experts by its packed form, for kernels that unpack as they go."""
    weight = getattr(experts, name)
    delattr(experts, name)
    experts.add_module(f"{name}_packed", packed)
    setattr(experts, name, weight.new_empty((1, 1, 1)).expand(weight.shape))


def fp8_experts(shape: torch.Size, scheme: Scheme) -> PackedExperts:
    """Returns fused experts in FP8, or in FP4 with a scale for each 32 weights of a row (DeepSeek-V4)."""
    if scheme.fp4_experts:
        count = prod(shape)
        return PackedExperts(shape, count // 2, count // FP4_BLOCK * scheme.scale_size, torch.int8)
    scales = shape[0] * _fp8_scales((shape[1], shape[2]), scheme)
    return PackedExperts(shape, prod(shape), scales, torch.float8_e4m3fn)


def _fp8_scales(shape: tuple[int, int], scheme: Scheme) -> int:
    """Returns the bytes of a matrix's scales."""
    if scheme.block is None:
        return 4
    rows, columns = scheme.block
    return -(-shape[0] // rows) * -(-shape[1] // columns) * scheme.scale_size


class Mxfp4Experts(nn.Module):
    """The experts of gpt-oss in MXFP4: half a byte a weight, a byte for each 32, biases in float32.

    The kernels gather tokens, multiply and apply the activation at once. The second product has a row for each token
    and expert, which are then added up. Source: triton_kernels, `matmul_ogs.py` (init_allocation: a scratchpad for
    products that are scattered).
    """

    def __init__(self, experts: Any) -> None:
        super().__init__()
        self.intermediate_size: int = experts.intermediate_size
        for name in ("gate_up_proj", "down_proj"):
            shape = getattr(experts, name).shape
            size = prod(shape)
            self.add_module(name, PackedExperts(shape, size // 2, size // MXFP4_BLOCK, torch.uint8))
            bias = getattr(experts, f"{name}_bias")
            self.register_parameter(f"{name}_bias", nn.Parameter(bias.data.to(torch.float32), False))

    def forward(self, hidden_states: torch.Tensor, router_indices: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        """Returns the sum of the experts' outputs for each token."""
        rows = router_indices.numel()
        activated = hidden_states.new_empty((rows, self.intermediate_size))
        scattered = hidden_states.new_empty((rows, hidden_states.shape[-1]))
        del activated
        out = torch.empty_like(hidden_states)
        del scattered
        return out
