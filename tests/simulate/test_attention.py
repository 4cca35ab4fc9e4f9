"""What attention keeps for its backward pass, and which kernel is taken: against PyTorch's own kernels."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import pytest
import torch
from torch.nn import functional

from slidegen.simulate.attention import attention_on
from slidegen.simulate.ledger import Ledger
from slidegen.simulate.tracker import Tracker

A100, T4 = (8, 0), (7, 5)
BATCH, HEADS, LENGTH, SIZE = 2, 6, 50, 40


def saved_by(call: Callable[[], Any]) -> list[tuple[tuple[int, ...], torch.dtype]]:
    """Shape and dtype of the tensors that a function saves for its backward pass."""
    found: list[tuple[tuple[int, ...], torch.dtype]] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        found.append((tuple(tensor.shape), tensor.dtype))
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        call()
    return found


def inputs(
    dtype: torch.dtype, shared: int = HEADS, size: int = SIZE
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Query, key and value on the meta device."""
    shapes = ((BATCH, heads, LENGTH, size) for heads in (HEADS, shared, shared))
    query, key, value = (torch.empty(shape, dtype=dtype, device="meta", requires_grad=True) for shape in shapes)
    return query, key, value


def test_flash_attention_keeps_what_pytorch_s_kernel_keeps() -> None:
    """Query, key, value, output and a float32 per head and position, as PyTorch's operator says of its outputs."""
    query, key, value = inputs(torch.bfloat16)
    out, logsumexp, *_ = torch.ops.aten._scaled_dot_product_flash_attention(query, key, value)
    kept = sum(one.nbytes for one in (query, key, value, out, logsumexp))
    saved = saved_by(lambda: attention_on(A100, set())(query, key, value, is_causal=True))
    seed = 2 * 8
    assert sum(_bytes(*one) for one in saved) == kept + seed
    assert logsumexp.shape == (BATCH, HEADS, LENGTH)


@pytest.mark.parametrize("positions_first", [True, False])
def test_the_output_of_flash_attention_has_the_layout_of_the_query(positions_first: bool) -> None:
    """PyTorch's kernel allocates it with `empty_like`; where heads come first, merging the heads makes a copy."""
    query = torch.empty((BATCH, LENGTH, HEADS, SIZE), dtype=torch.float16, device="meta").transpose(1, 2)
    query = query if positions_first else query.contiguous()
    expected, *_ = torch.ops.aten._scaled_dot_product_flash_attention(query, query, query)
    out = attention_on(A100, set())(query, query, query)
    assert out.stride() == query.stride()
    assert expected.shape == out.shape
    merged = out.transpose(1, 2).contiguous()
    assert (merged.untyped_storage()._cdata == out.untyped_storage()._cdata) == positions_first


def test_efficient_attention_keeps_what_pytorch_s_kernel_keeps() -> None:
    """The float32 per head and position is padded to 32 positions; the output is kept, too."""
    query, key, value = inputs(torch.float32)
    out, logsumexp, *_ = torch.ops.aten._scaled_dot_product_efficient_attention(query, key, value, None, True)
    kept = sum(one.nbytes for one in (query, key, value, out, logsumexp))
    saved = saved_by(lambda: attention_on(A100, set())(query, key, value, is_causal=True))
    assert sum(_bytes(*one) for one in saved) == kept
    assert logsumexp.shape == (BATCH, HEADS, 64)


@pytest.mark.parametrize(
    ("dtype", "capability", "shared", "masked", "kernel"),
    [
        (torch.bfloat16, A100, HEADS, False, "FlashAttention"),
        (torch.bfloat16, A100, 2, False, "FlashAttention"),
        (torch.float16, A100, HEADS, False, "FlashAttention"),
        (torch.bfloat16, A100, HEADS, True, "EfficientAttention"),
        (torch.float32, A100, HEADS, False, "EfficientAttention"),
        (torch.float16, T4, HEADS, False, "EfficientAttention"),
        (torch.bfloat16, T4, HEADS, False, "math"),
        (torch.float32, A100, 2, False, "math"),
    ],
)
def test_the_kernel_is_the_one_that_cuda_takes(
    dtype: torch.dtype, capability: tuple[int, int], shared: int, masked: bool, kernel: str
) -> None:
    """Flash attention wants halves, compute capability 8.0 and no mask; the efficient kernel as many heads of each."""
    query, key, value = inputs(dtype, shared)
    mask = torch.empty((BATCH, 1, LENGTH, LENGTH), dtype=torch.bool, device="meta") if masked else None
    out = attention_on(capability, set())(query, key, value, mask, enable_gqa=shared != HEADS)
    name = type(out.grad_fn).__name__.removesuffix("Backward")
    assert name == kernel if kernel != "math" else name not in ("FlashAttention", "EfficientAttention")
    assert out.shape == query.shape


def test_gradients_have_the_shapes_of_their_inputs() -> None:
    """Also where several heads of the query share one of the key, and where heads are padded to eight numbers."""
    query, key, value = inputs(torch.bfloat16, shared=2, size=36)
    out = attention_on(A100, set())(query, key, value, enable_gqa=True)
    assert out.shape == query.shape
    out.sum().backward()
    for one in (query, key, value):
        assert one.grad is not None
        assert one.grad.shape == one.shape


@pytest.mark.parametrize("positions_first", [True, False])
def test_the_backward_pass_of_flash_attention_accumulates_in_float32(positions_first: bool) -> None:
    """Beside the three gradients: the query's in float32, padded to 128 positions and 32 numbers, and sums.

    If heads come first in memory, output and incoming gradient are copied.
    Sources: PyTorch, `flash_api.cpp` (mha_bwd: dq_accum, softmax_d), `attention_backward.cu` (contiguous_out).
    """
    query, key, value = inputs(torch.bfloat16)
    if positions_first:
        query, key, value = (one.transpose(1, 2).contiguous().transpose(1, 2) for one in (query, key, value))
    ledger = Ledger(1)
    with Tracker(ledger, {}, None):
        out = attention_on(A100, set())(query, key, value)
        incoming = torch.empty_like(out)
        ledger.mark("backward")
        grads = torch.autograd.grad(out, (query, key, value), incoming)
    (segment,) = ledger.segments()
    accumulator = BATCH * 128 * HEADS * 64 * 4
    sums = BATCH * HEADS * 128 * 4
    copies = 0 if positions_first else out.nbytes + incoming.nbytes
    assert int((segment.peak - segment.start).sum()) == accumulator + sums + copies + sum(one.nbytes for one in grads)


def test_heads_that_are_too_large_for_flash_attention_go_to_the_efficient_kernel() -> None:
    """A head of more than 256 numbers is too large for flash attention."""
    query, key, value = inputs(torch.bfloat16, size=264)
    out = attention_on(A100, set())(query, key, value)
    assert type(out.grad_fn).__name__ == "EfficientAttentionBackward"
    assert out.shape == functional.scaled_dot_product_attention(query, key, value).shape


def _bytes(shape: tuple[int, ...], dtype: torch.dtype) -> int:
    return prod(shape, start=int(dtype.itemsize))
