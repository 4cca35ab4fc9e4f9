"""The fused output head of TRL's trainers: logarithms of the labels' probabilities without the matrix of logits.

Source: TRL 1.16, `kernels/chunked_logprob.py` (ChunkedLogProbFunction) and `trainer/utils.py` (add_fused_lm_head).
Hidden states are multiplied with the head in tiles of 4096 tokens and 32768 entries of the vocabulary. A kernel folds
each tile into a few numbers per token; the backward pass computes the tiles once more and sums gradients in float32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

TOKENS: Final = 4096
ENTRIES: Final = 32768
INDICES: Final = 8
"""Vectors of int64 that sort the rows of a gradient for `index_put_` (Indexing.cu, index_put_with_sort_kernel)."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """How a device computes with tiles: Triton's kernels need no memory beside them.

    `compact` says whether hidden states without a label are left out, which needs Triton.
    """

    compact: bool = True

    def forward(self, tile: Tensor, outputs: frozenset[str]) -> None:
        """Folds a tile into the statistics of its tokens; they exist already."""

    def backward(self, tile: Tensor) -> None:
        """Replaces a tile by its gradient."""

    def add_product(self, total: Tensor, left: Tensor, right: Tensor) -> None:
        """Adds the product of two matrices to a float32 one: cuBLAS writes float32 (`addmm` with `out_dtype`)."""


TRITON: Final = Tiles()


@dataclass(frozen=True, slots=True)
class Scores:
    """What the fused head computes for each position that has a label."""

    log_probs: Tensor
    entropy: Tensor | None
    mean_logits: Tensor | None
    is_top1: Tensor | None
    mask: Tensor


class _Chosen(torch.autograd.Function):
    """The hidden states of `count` positions that have a label, `hidden[mask]`; the labels do not matter here."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, mask: Tensor, count: int) -> Tensor:
        found = torch.empty((count, 2), dtype=torch.int64, device=hidden.device)
        out = hidden.new_empty((count, hidden.shape[-1]))
        ctx.save_for_backward(mask)
        ctx.shape, ctx.count = hidden.shape, count
        del found
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        grad = grads[0].new_zeros(ctx.shape)
        found = torch.empty((INDICES, ctx.count), dtype=torch.int64, device=grad.device)
        del found
        return grad, None, None


class _LogProbs(torch.autograd.Function):
    """Logarithms of probabilities, tile by tile, with what else `outputs` names."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        lower: torch.dtype | None,
        outputs: frozenset[str],
        tiles: Tiles,
    ) -> Any:
        ctx.set_materialize_grads(False)
        dtype = hidden.dtype if lower is None else lower
        statistics = [hidden.new_empty(len(hidden), dtype=torch.float32) for _ in range(7)]
        buffer = hidden.new_empty((min(len(hidden), TOKENS), ENTRIES), dtype=dtype)
        for rows in hidden.split(TOKENS):
            chunk = rows.to(dtype)
            for part in weight.split(ENTRIES):
                tile = buffer[: len(rows), : len(part)]
                torch.mm(chunk, part.to(dtype).t(), out=tile)
                tiles.forward(tile, outputs)
        log_z = statistics[0] + torch.log(statistics[1])
        log_probs = statistics[2] - log_z
        entropy = log_z - statistics[3] / statistics[1] if "entropy" in outputs else None
        mean = statistics[4] / len(weight) if "mean_logits" in outputs else None
        top1 = (statistics[2] >= statistics[0]) & (statistics[2] > statistics[5]) if "is_top1" in outputs else None
        ctx.save_for_backward(hidden, weight, bias, targets, log_z, log_z if entropy is None else entropy)
        ctx.dtype, ctx.tiles = dtype, tiles
        ctx.mark_non_differentiable(*(one for one in (mean, top1) if one is not None))
        return log_probs, entropy, mean, top1

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        if grads[0] is None:
            raise ValueError("a loss of the fused head needs its log-probabilities")
        hidden, weight, bias, *_ = ctx.saved_tensors
        pairs = zip((hidden, weight, bias), ctx.needs_input_grad[:3], strict=True)
        totals = [torch.zeros_like(one, dtype=torch.float32) if wanted else None for one, wanted in pairs]
        buffer = hidden.new_empty((min(len(hidden), TOKENS), ENTRIES), dtype=ctx.dtype)
        for start, rows in enumerate(hidden.split(TOKENS)):
            chunk = rows.to(ctx.dtype)
            for column, part in enumerate(weight.split(ENTRIES)):
                own = part.to(ctx.dtype)
                tile = buffer[: len(rows), : len(part)]
                torch.mm(chunk, own.t(), out=tile)
                ctx.tiles.backward(tile)
                if totals[0] is not None:
                    ctx.tiles.add_product(totals[0].split(TOKENS)[start], tile, own)
                if totals[1] is not None:
                    ctx.tiles.add_product(totals[1].split(ENTRIES)[column], tile.t(), chunk)
        kept = zip(totals, (hidden, weight, bias), strict=True)
        found = [None if total is None else total.to(one.dtype) for total, one in kept]
        return *found, None, None, None, None


def scores(
    model: Any,
    inputs: dict[str, Tensor],
    labels: Tensor,
    lower: torch.dtype | None,
    outputs: frozenset[str],
    tiles: Tiles,
) -> tuple[Scores, Any]:
    """Returns the scores of `labels` and the backbone's other outputs.

    `labels` are -100 where there is no label; on tensors without values every position after the first counts as one.
    `lower` is the dtype of autocast. Raises ValueError for a model whose head TRL's trainers cannot use.
    """
    core = model.get_base_model() if hasattr(model, "get_base_model") else model
    head = core.get_output_embeddings()
    out = core.base_model(**inputs, use_cache=False)
    hidden = out.last_hidden_state[:, :-1]
    labels = labels[:, 1:]
    mask = labels != -100
    count = mask.numel()
    if tiles.compact:
        chosen = _Chosen.apply(hidden, mask, count)
        targets = labels.new_empty(count)
    else:
        chosen, targets = hidden.reshape(-1, hidden.shape[-1]), labels.clamp(min=0).reshape(-1)
    found = _LogProbs.apply(chosen, head.weight, head.bias, targets, lower, outputs, tiles)
    del chosen, targets
    if tiles.compact:
        spread = [None if one is None else one.new_zeros(mask.shape).masked_scatter(mask, one) for one in found]
    else:
        spread = [None if one is None else one.view(mask.shape).masked_fill(~mask, 0) for one in found]
    log_probs, entropy, mean_logits, is_top1 = spread
    return Scores(log_probs, entropy, mean_logits, is_top1, mask), out
