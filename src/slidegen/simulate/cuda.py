"""What PyTorch does on CUDA but not on meta tensors: other kernels, autocast, temporary memory of kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from slidegen.estimate.setting import Kernel, Setting
from slidegen.simulate.attention import HALVES, attention_on, real_attention
from slidegen.simulate.fused_head import TRITON, Tiles
from slidegen.simulate.grouped import grouped_mm, real_grouped_mm
from slidegen.simulate.tracker import Temporaries

real_autocast: Final = torch.autocast

LOWER: Final[frozenset[Any]] = frozenset(
    {
        *(functional.linear, functional.conv1d, functional.conv2d, functional.conv3d, functional.prelu),
        *(functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d),
        *(torch.conv1d, torch.conv2d, torch.conv3d, torch.einsum, torch.chain_matmul),
        *(torch.matmul, Tensor.matmul, Tensor.__matmul__, torch.mm, Tensor.mm, torch.mv, Tensor.mv),
        *(torch.bmm, Tensor.bmm, torch.addmm, Tensor.addmm, torch.baddbmm, Tensor.baddbmm, torch.addbmm),
        real_attention,
    }
)
"""The functions that autocast computes in the lower precision on CUDA. Source: PyTorch 2.13,
`aten/src/ATen/autocast_mode.h`, AT_FORALL_LOWER_PRECISION_FP. This list and the next hold only what models use."""

FLOAT: Final[frozenset[Any]] = frozenset(
    {
        *(functional.layer_norm, functional.group_norm, functional.softplus, functional.normalize),
        *(functional.cross_entropy, functional.nll_loss, functional.mse_loss, functional.l1_loss),
        *(functional.smooth_l1_loss, functional.kl_div, functional.binary_cross_entropy_with_logits),
        *(torch.pow, Tensor.pow, Tensor.__pow__, torch.rsqrt, Tensor.rsqrt, torch.reciprocal, Tensor.reciprocal),
        *(torch.exp, Tensor.exp, torch.expm1, torch.log, Tensor.log, torch.log1p, torch.norm, Tensor.norm),
        *(torch.cosine_similarity, functional.cosine_similarity, torch.cdist),
    }
)
"""The functions that autocast computes in float32 (AT_FORALL_FP32)."""

SOFTMAXES: Final[frozenset[Any]] = frozenset({functional.softmax, torch.softmax, Tensor.softmax})
SUMS: Final[frozenset[Any]] = frozenset(
    {torch.sum, Tensor.sum, torch.cumsum, Tensor.cumsum, torch.prod, Tensor.prod, torch.cumprod, Tensor.cumprod}
)
"""The functions that get ``dtype=torch.float32`` from autocast unless they get one (AT_FORALL_FP32_SET_OPT_DTYPE)."""


class _HalfToFloatSoftmax(torch.autograd.Function):
    """Softmax of float16 numbers in float32: one kernel on CUDA, without a float32 copy of its input (SoftMax.cpp).

    For bfloat16 numbers CUDA makes a copy as well.
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor) -> Tensor:
        out = torch.empty_like(inputs, dtype=torch.float32)
        ctx.save_for_backward(out)
        ctx.dtype = inputs.dtype
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        (out,) = ctx.saved_tensors
        product = grads[0] * out
        grad = torch.empty_like(out, dtype=ctx.dtype)
        del product
        return grad


class Cuda(TorchFunctionMode):
    """Replaces the calls of a model by what CUDA would compute. `autocast` is the lower precision, None without it.

    `kernels` are those of `scaled_dot_product_attention` that have run. The cast of a trained float32 weight is cached
    until the mode ends, as in autocast.
    """

    lower = LOWER
    float32 = FLOAT
    float32_by_dtype = SUMS | SOFTMAXES

    def __init__(self, capability: tuple[int, int], autocast: torch.dtype | None = None) -> None:
        super().__init__()
        self.kernels: set[Kernel] = set()
        self._attention = attention_on(capability, self.kernels)
        self.autocast = autocast
        self._casts: dict[int, Tensor] = {}

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        if self.autocast is not None:
            args, given = self._cast(func, args, given)
        return self.compute(func, args, given)

    def compute(self, func: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        """Computes a call as CUDA's kernels do, after all casts."""
        if func is real_attention:
            return self._attention(*args, **given)
        if func is real_grouped_mm:
            return grouped_mm(*args, **given)
        if func is functional.dropout:
            return _dropout(*args, **given)
        if func in SOFTMAXES and _to_float(args, given):
            return _HalfToFloatSoftmax.apply(args[0] if args else given["input"])
        return func(*args, **given)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Enters the mode, which may happen repeatedly. At the end it drops the cached casts of weights."""
        try:
            with self:
                yield
        finally:
            self._casts.clear()

    def instead_of_autocast(self, device_type: str, enabled: bool = True, **options: Any) -> Any:
        """Replaces `torch.autocast`, which refuses meta tensors; with `enabled=False` it suspends this mode's casts."""
        if device_type != "meta":
            return real_autocast(device_type, enabled=enabled, **options)
        return nullcontext() if enabled else self._without_autocast()

    @contextmanager
    def _without_autocast(self) -> Iterator[None]:
        before, self.autocast = self.autocast, None
        try:
            yield
        finally:
            self.autocast = before

    def _cast(self, func: Any, args: tuple[Any, ...], given: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if func in self.lower:
            cast: Callable[[Tensor], Tensor] = self._lower
        elif func in self.float32:
            cast = _float
        else:
            if func in self.float32_by_dtype:
                first = args[0] if args else given.get("input")
                if isinstance(first, Tensor) and first.dtype in HALVES and given.get("dtype") is None:
                    given["dtype"] = torch.float32
            return args, given
        return tuple(_each(value, cast) for value in args), {name: _each(value, cast) for name, value in given.items()}

    def _lower(self, tensor: Tensor) -> Tensor:
        if tensor.dtype == self.autocast:
            return tensor
        if not (tensor.is_leaf and tensor.requires_grad and tensor.dtype == torch.float32):
            return tensor.to(self.autocast)
        key = id(tensor)
        if key not in self._casts:
            self._casts[key] = tensor.to(self.autocast)
        return self._casts[key]


def _float(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype in HALVES else tensor


def _each(value: Any, cast: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(value, Tensor):
        return cast(value) if value.is_floating_point() else value
    if isinstance(value, list | tuple):
        return type(value)(_each(one, cast) for one in value)
    return value


def _dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Computes dropout as CUDA does, which keeps a mask of one byte a number."""
    if not training or not 0 < p < 1:
        return functional.dropout(input, p, training, inplace)
    return torch.native_dropout(input, p, True)[0]


def _to_float(args: tuple[Any, ...], given: Mapping[str, Any]) -> bool:
    inputs = args[0] if args else given.get("input")
    return isinstance(inputs, Tensor) and inputs.dtype == torch.float16 and given.get("dtype") == torch.float32


def _softmax_backward(grad: Tensor, *_: Any) -> int:
    """Returns the bytes of the product of gradient and output in `softmax_backward_cuda_out` (SoftMax.cu)."""
    return int(grad.nbytes)


def _embedding_backward(grad: Tensor, indices: Tensor, *options: Any) -> int:
    """Returns the temporary bytes of `embedding_dense_backward_cuda` (Embedding.cu, EmbeddingBackwardKernel.cu).

    Up to 3072 indices need one kernel and no memory. More are sorted, which takes eight vectors of int64, and summed in
    a float32 tensor with a row for each.
    """
    count = indices.numel()
    *_, scale = options
    if count <= 3072 and not scale:
        return 0
    return int(4 * count * grad.shape[-1] + 8 * 8 * count)


def _product(*arguments: Any, **_: Any) -> int:
    """Returns the bytes of the contiguous copies that a product makes of matrices that cuBLAS cannot read in place.

    cuBLAS reads rows or columns that lie close together in memory. A matrix with a stride of 0, such as the gradient of
    a sum, or with two strides above 1 is copied for the time of the product.
    Source: PyTorch 2.13, `aten/src/ATen/native/cuda/cuBlasCommonArgs.h` (prepare_matrix_for_cublas) and
    `.../cuda/Blas.cpp` (prepare_batch_matrix_for_cublas).
    """
    matrices = [one for one in arguments if isinstance(one, Tensor)][-2:]
    return sum(one.numel() * one.element_size() for one in matrices if not _readable(one))


def _readable(matrix: Tensor) -> bool:
    """Returns whether cuBLAS can read a matrix, or each of a batch of matrices, without a copy."""
    (rows, columns), (down, along) = matrix.shape[-2:], matrix.stride()[-2:]
    by_rows, by_columns = along == 1 and down >= max(1, columns), down == 1 and along >= max(1, rows)
    return bool(by_rows or by_columns)


def _masked_scatter(inputs: Tensor, *_: Any) -> int:
    """Returns the bytes of the mask at full size, and of its running sum in int64: images' tokens put into the text.

    Source: PyTorch 2.13, `aten/src/ATen/native/cuda/IndexKernel.cpp` (masked_scatter__cuda).
    """
    return int(inputs.numel() * (1 + 8))


def _safe_softmax(scores: Tensor, *_: Any) -> int:
    """Returns the bytes of the mask by which `_safe_softmax` finds rows without any score (attention.cpp)."""
    return int(scores.numel())


PRODUCTS: Final = (
    *(torch.ops.aten.mm.default, torch.ops.aten.addmm.default),
    *(torch.ops.aten.bmm.default, torch.ops.aten.baddbmm.default),
)

TEMPORARIES: Final = {
    torch.ops.aten._safe_softmax.default: _safe_softmax,
    torch.ops.aten._softmax_backward_data.default: _softmax_backward,
    torch.ops.aten.embedding_dense_backward.default: _embedding_backward,
    **dict.fromkeys(PRODUCTS, _product),
    torch.ops.aten.masked_scatter.default: _masked_scatter,
}

WORKSPACE: Final = 4096 * 1024 * 2 + 16 * 1024 * 8
HOPPER_WORKSPACE: Final = 4096 * 1024 * 8
"""PyTorch's workspace for a cuBLAS handle, in bytes: CUBLAS_WORKSPACE_CONFIG is :4096:2:16:8 by default, and :4096:8 on
Hopper (`CublasHandlePool.cpp`). Each thread has a handle; the backward pass runs in its own thread."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The device of a run: how it computes operations (`mode`) and how it allocates memory.

    `granularity` is the multiple to which the allocator rounds sizes up, `temporaries` the memory that kernels need
    beside their outputs, `workspace` what each thread that multiplies matrices keeps; all in bytes. `tiles` is how it
    computes TRL's fused output head.
    """

    mode: Cuda
    granularity: int
    temporaries: Temporaries
    workspace: int
    tiles: Tiles = TRITON


def card(setting: Setting) -> Machine:
    """Returns the CUDA GPU that `setting` describes.

    PyTorch's allocator rounds to 512 bytes (`c10/cuda/CUDACachingAllocator.cpp`, kMinBlockSize).
    """
    lower = None if setting.mixed_precision is None else getattr(torch, setting.mixed_precision)
    workspace = HOPPER_WORKSPACE if setting.capability[0] == 9 else WORKSPACE
    return Machine(Cuda(setting.capability, lower), 512, TEMPORARIES, workspace)
